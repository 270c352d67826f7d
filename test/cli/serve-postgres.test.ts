// `tessera serve` with its ledger in PostgreSQL: events outlive a kill, become facts once, and an
// erasure finds them in the database too.
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openWarehouse } from "../../src/store/index.js";
import { serve } from "../clients/served.js";
import { startPostgres, type TestPostgres, whyNoPostgres } from "../postgres.js";
import { removeFolder, temporaryFolder, tessera } from "./run-command.js";

const missing = whyNoPostgres();
const folder = temporaryFolder();
let postgres: TestPostgres | undefined;

beforeAll(async () => {
  if (missing === undefined) postgres = await startPostgres();
});
afterAll(async () => {
  await postgres?.stop();
  removeFolder(folder);
});

const PEOPLE = ["ann", "ben"] as const;
const EACH = 3;

const batchOf = (writeKey: string, part: number) => ({
  method: "POST",
  body: JSON.stringify({
    writeKey,
    batch: PEOPLE.flatMap((userId) =>
      Array.from({ length: EACH }, (_, n) => ({
        ...{ type: "track", event: "Product Viewed", userId, messageId: `${userId} ${part} ${n}` },
        properties: { product_id: `p${n}` },
      })),
    ),
  }),
});

describe.skipIf(missing !== undefined)(`a ledger in PostgreSQL${missing ?? ""}`, () => {
  test("events come in, survive a kill, count once, and are erased", async () => {
    const url = await postgres!.createDatabase();
    const database = new pg.Client(url);
    await database.connect();
    const logged = async (about: string) => {
      const text = "SELECT count(*)::int AS n FROM intake_log WHERE body LIKE $1";
      return (await database.query(text, [`%${about}%`])).rows[0].n as number;
    };

    let server = await serve(folder, url);
    const writeKey = server.writeKey!;
    const send = async (part: number) =>
      (await fetch(`${server.address}/v1/batch`, batchOf(writeKey, part))).status;
    expect(await send(1)).toBe(200);
    await server.end("SIGKILL");
    expect(await logged("ann")).toBe(EACH);

    server = await serve(folder, url);
    expect([await send(1), await send(2)]).toEqual([200, 200]);
    await server.projected();
    const made = await tessera(["keys", "create", "--secret", "--json", "--data", folder], {
      cwd: folder,
    });
    const authorization = `Basic ${btoa(`${JSON.parse(made.stdout).key}:`)}`;
    const erased = await fetch(`${server.address}/v1/people/ann?reason=asked`, {
      ...{ method: "DELETE", headers: { authorization } },
    });
    expect(erased.status).toBe(200);
    expect([await logged("ann"), await logged("ben")]).toEqual([0, 3 * EACH]);
    await server.end("SIGTERM");

    const warehouse = await openWarehouse({ dataDir: folder });
    const { rows } = await warehouse.query(
      "SELECT id_value AS name, toUInt32(count()) AS n FROM facts INNER JOIN aliases USING (alias) WHERE kind = 'viewed' GROUP BY name",
    );
    await warehouse.close();
    await database.end();
    expect(rows).toEqual([{ name: "ben", n: 2 * EACH }]);
  });
});
