/**
 * ClickHouse inside this process over a folder (the npm package `chdb`).
 *
 * A chDB session runs its queries one after another, so each lane has a session of its own on the
 * same folder: a read does not wait for a pass. Long queries occupy threads of Node's pool, hence
 * `UV_THREADPOOL_SIZE` in bin/tessera.cjs. It must stay on the main thread: in a worker it crashes
 * the process at exit. ClickHouse itself locks the folder (flock on the file `status`), so the
 * lock dies with its process.
 */
import { createRequire } from "node:module";
import { resolve } from "node:path";
import type { ChdbResult, Session } from "chdb";
import { AppError } from "../../base/index.js";
import { bindParameters, quoteTable, quoteText } from "./bind-parameters.js";
import { sessionSettings, warehouseError, writingSettings } from "./engine-settings.js";
import { byDescriptor, isGzip } from "./local-file.js";
import type { LocalFile, Parameters, QueryOptions, Warehouse } from "./port.js";
import { type CompactAnswer, rowsOf, rowsToLines } from "./rows-text.js";

export const chdbDatabase = "tessera";

type Lane = NonNullable<QueryOptions["lane"]>;

/** The engine takes half a second to load: only when it is needed. */
const loadEngine = () => createRequire(import.meta.url)("chdb") as typeof import("chdb");

/** `folder` exists and is not open in another process; see `openWarehouse`. */
export async function openChdb(folder: string): Promise<Warehouse> {
  const { Session, drainPending } = loadEngine();
  const connectionArgs = Object.entries(sessionSettings).map(
    ([name, value]) => `--${name}=${value}`,
  );
  const lanes = new Map<Lane, LaneQueue>();
  let closed = false;

  async function laneOf(lane: Lane): Promise<LaneQueue> {
    if (closed) throw new AppError("warehouse.closed", "The warehouse has been closed.");
    let queue = lanes.get(lane);
    if (queue === undefined) {
      queue = laneQueue(new Session(resolve(folder), { connectionArgs }));
      lanes.set(lane, queue);
      await queue.run(`CREATE DATABASE IF NOT EXISTS ${chdbDatabase}`);
      await queue.run(`USE ${chdbDatabase}`);
    }
    return queue;
  }

  async function command(sql: string, parameters: Parameters = {}, options: QueryOptions = {}) {
    const lane = await laneOf(options.lane ?? "write");
    await lane.run(bindParameters(sql, parameters), options.settings);
  }

  await laneOf("write");
  return {
    engine: "chdb",
    shards: [],
    command,
    async query<Row>(sql: string, parameters: Parameters = {}, options: QueryOptions = {}) {
      const begun = performance.now();
      const lane = await laneOf(options.lane ?? "read");
      const result = await lane.run(bindParameters(sql, parameters), options.settings);
      const answer = result.json<CompactAnswer>();
      return {
        rows: rowsOf<Row>(answer),
        readRows: answer.statistics?.rows_read ?? result.rowsRead,
        elapsedMs: performance.now() - begun,
      };
    },
    async insert(table, rows) {
      if (rows.length === 0) return;
      const lines = await rowsToLines(rows);
      const lane = await laneOf("write");
      await lane.insertLines(`${chdbDatabase}.${table}`, lines);
    },
    async insertFile(table, file) {
      const lane = await laneOf("write");
      const described = await lane.run(`DESCRIBE TABLE ${quoteTable(table)}`);
      const structure = structureOf(rowsOf(described.json<CompactAnswer>()));
      await reading(file, structure, (source) =>
        lane.run(`INSERT INTO ${quoteTable(table)} SELECT * FROM ${source}`, file.settings),
      );
    },
    async writeFile({ path, format }, sql, parameters = {}, options = {}) {
      const settings = {
        ...options.settings,
        ...writingSettings,
        engine_file_truncate_on_insert: 1,
      };
      await byDescriptor(path, "w", (name) => {
        const target = `file(${[name, format].map(quoteText).join(", ")})`;
        return command(`INSERT INTO FUNCTION ${target} ${sql}`, parameters, {
          ...options,
          settings,
        });
      });
    },
    async describeFile(file) {
      const lane = await laneOf("read");
      const settings = { ...file.settings, schema_inference_use_cache_for_file: 0 };
      const result = await reading(file, "auto", (source) =>
        lane.run(`DESCRIBE TABLE ${source}`, settings),
      );
      return rowsOf<{ name: string; type: string }>(result.json<CompactAnswer>()).map(
        ({ name, type }) => ({ name, type }),
      );
    },
    reloadIdentity: async () => {
      await command(`SYSTEM RELOAD DICTIONARY ${chdbDatabase}.identity_at`);
      await command(`SYSTEM RELOAD DICTIONARY ${chdbDatabase}.identity_now`);
    },
    async close() {
      closed = true;
      await drainPending();
      for (const lane of lanes.values()) lane.close();
      await drainPending();
    },
  };
}

interface LaneQueue {
  run(sql: string, settings?: QueryOptions["settings"]): Promise<ChdbResult>;
  insertLines(table: string, lines: Buffer): Promise<void>;
  close(): void;
}

/** One statement at a time, because the settings of a query are set on the session around it. */
function laneQueue(session: Session): LaneQueue {
  let tail: Promise<unknown> = Promise.resolve();
  const afterOthers = <T>(work: () => Promise<T>): Promise<T> => {
    const result = tail.then(work);
    tail = result.catch(() => {});
    return result;
  };
  const ask = (sql: string) => session.queryAsync(sql, { format: "JSONCompact" });

  async function runWith(sql: string, settings: Readonly<Record<string, string | number>>) {
    const names = Object.keys(settings);
    if (names.length === 0) return ask(sql);
    const set = names.map((name) => `${name} = ${quoteText(String(settings[name]))}`);
    const reset = names.map((name) => `${name} = ${defaultOf(name)}`);
    try {
      await ask(`SET ${set.join(", ")}`);
      return await ask(sql);
    } finally {
      await ask(`SET ${reset.join(", ")}`);
    }
  }

  return {
    run: (sql, settings = {}) =>
      afterOthers(() => runWith(sql, settings)).catch((error) => {
        throw warehouseError(error);
      }),
    insertLines: (table, lines) =>
      afterOthers(async () => {
        await session.insert({ table, values: lines, format: "JSONEachRow" });
      }).catch((error) => {
        throw warehouseError(error);
      }),
    close: () => session.close(),
  };
}

function defaultOf(setting: string): string {
  const value = sessionSettings[setting];
  return value === undefined ? "DEFAULT" : quoteText(String(value));
}

interface DescribedColumn {
  readonly name: string;
  readonly type: string;
  readonly default_type: string;
  readonly default_expression: string;
}

/** The columns of a table as the structure of a file, so that values are read as their types. */
function structureOf(columns: readonly DescribedColumn[]): string {
  return columns
    .filter((column) => column.default_type === "" || column.default_type === "DEFAULT")
    .map((column) => {
      const given = column.default_type === "" ? "" : ` DEFAULT ${column.default_expression}`;
      return `\`${column.name}\` ${column.type}${given}`;
    })
    .join(", ");
}

/** `work` is given the file as a source of rows. */
function reading<T>(
  { path, format }: LocalFile,
  structure: string,
  work: (source: string) => Promise<T>,
): Promise<T> {
  const compression = isGzip(path) ? "gzip" : "none";
  return byDescriptor(path, "r", (name) =>
    work(`file(${[name, format, structure, compression].map(quoteText).join(", ")})`),
  );
}
