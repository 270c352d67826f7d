/**
 * A ClickHouse server over HTTP. Lanes mean nothing here: requests do not wait for each other.
 * Statements carry their parameters in their text (see `bind-parameters.ts`).
 */
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { type ClickHouseClient, ClickHouseLogLevel, createClient } from "@clickhouse/client";
import { AppError } from "../../base/index.js";
import { bindParameters, quoteTable, quoteText } from "./bind-parameters.js";
import {
  maxExecutionSeconds,
  sessionSettings,
  warehouseError,
  writingSettings,
} from "./engine-settings.js";
import { contentOf, openToWrite, sampleOf } from "./local-file.js";
import type { Parameters, QueryOptions, Warehouse } from "./port.js";
import { type CompactAnswer, rowsOf, rowsToLines } from "./rows-text.js";

export interface ServerOptions {
  /** `http://user:password@host:8123/database`; without a database, `tessera`. */
  readonly url: string;
  readonly settings?: QueryOptions["settings"];
}

/** Creates the database if it is absent. Throws `warehouse.unreachable`. */
export async function openServer({ url, settings = {} }: ServerOptions): Promise<Warehouse> {
  const database = databaseOf(url);
  const client = clientFor(url, settings);
  await createDatabase(client, database, url);

  async function command(sql: string, parameters: Parameters = {}, options: QueryOptions = {}) {
    await attempt(() =>
      client.command({
        query: bindParameters(sql, parameters),
        ...(options.session === undefined ? {} : { session_id: options.session }),
        clickhouse_settings: { ...options.settings },
      }),
    );
  }

  async function query<Row>(sql: string, parameters: Parameters = {}, options: QueryOptions = {}) {
    const begun = performance.now();
    const answer = await attempt(async () => {
      const result = await client.query({
        query: bindParameters(sql, parameters),
        format: "JSONCompact",
        ...(options.session === undefined ? {} : { session_id: options.session }),
        clickhouse_settings: { ...options.settings },
      });
      return (await result.json()) as CompactAnswer;
    });
    return {
      rows: rowsOf<Row>(answer),
      readRows: Number(answer.statistics?.rows_read ?? 0),
      elapsedMs: performance.now() - begun,
    };
  }

  /** The statement, a line break, then the data, as ClickHouse takes an insert over HTTP. */
  async function insertStream(
    statement: string,
    data: Readable,
    settings: QueryOptions["settings"],
  ) {
    await attempt(async () => {
      const { stream } = await client.exec({
        query: statement,
        values: data,
        clickhouse_settings: { ...settings },
      });
      stream.resume();
      await new Promise((resolve, reject) => stream.on("end", resolve).on("error", reject));
    });
  }

  return {
    engine: "server",
    shards: [],
    command,
    query,
    async insert(table, rows) {
      if (rows.length === 0) return;
      const statement = `INSERT INTO ${quoteTable(table)} FORMAT JSONEachRow`;
      const lines = await rowsToLines(rows);
      await insertStream(statement, Readable.from([lines], { objectMode: false }), {});
    },
    async insertFile(table, file) {
      const statement = `INSERT INTO ${quoteTable(table)} FORMAT ${file.format}`;
      await insertStream(statement, contentOf(file.path), file.settings);
    },
    async writeFile({ path, format }, sql, parameters = {}, options = {}) {
      const file = await openToWrite(path);
      await attempt(async () => {
        const { stream } = await client.exec({
          query: `${bindParameters(sql, parameters)}\nFORMAT ${format}`,
          ...(options.session === undefined ? {} : { session_id: options.session }),
          // A statement that fails half way must not look like one that has ended.
          clickhouse_settings: { ...options.settings, ...writingSettings, wait_end_of_query: 1 },
        });
        await pipeline(stream, file.createWriteStream());
      }).finally(() => file.close());
    },
    async describeFile(file) {
      const sample = `base64Decode(${quoteText((await sampleOf(file)).toString("base64"))})`;
      const { rows } = await query<{ name: string; type: string }>(
        `DESCRIBE TABLE format(${file.format}, ${sample})`,
        {},
        { settings: file.settings ?? {} },
      );
      return rows.map(({ name, type }) => ({ name, type }));
    },
    reloadIdentity: async () => {
      await command("SYSTEM RELOAD DICTIONARY identity_at");
      await command("SYSTEM RELOAD DICTIONARY identity_now");
    },
    close: () => client.close(),
  };
}

/** The database that a URL names; part of migrations. */
export function databaseOf(url: string): string {
  return decodeURIComponent(new URL(url).pathname.replace(/^\//, "")) || "tessera";
}

function clientFor(url: string, settings: QueryOptions["settings"]): ClickHouseClient {
  const { protocol, host, username, password } = new URL(url);
  return createClient({
    url: `${protocol}//${host}`,
    username: decodeURIComponent(username) || "default",
    password: decodeURIComponent(password),
    database: databaseOf(url),
    request_timeout: (maxExecutionSeconds + 60) * 1000,
    max_open_connections: 32,
    clickhouse_settings: { ...sessionSettings, ...settings },
    // Errors are thrown; the client would print them too, with the statement.
    log: { level: ClickHouseLogLevel.OFF },
  });
}

async function createDatabase(client: ClickHouseClient, database: string, url: string) {
  // In `default`, because a request that names an absent database is refused.
  const query = `CREATE DATABASE IF NOT EXISTS ${bindParameters("{name:Identifier}", { name: database })}`;
  try {
    await client.command({ query, http_headers: { "X-ClickHouse-Database": "default" } });
  } catch (error) {
    if ((error as { type?: string }).type !== undefined) throw warehouseError(error);
    const { host } = new URL(url);
    throw new AppError("warehouse.unreachable", `ClickHouse at ${host} does not answer.`, {
      cause: error,
      hint: "Check CLICKHOUSE_URL and that the server is running.",
    });
  }
}

async function attempt<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw warehouseError(error);
  }
}
