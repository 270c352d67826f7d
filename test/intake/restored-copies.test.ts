/**
 * A copy of the warehouse or of the ledger is restored that is older than the other: it is noticed,
 * nothing lands or is trimmed meanwhile, and who goes on knowingly has all that is there. The engines
 * are real, and so are the copies: folders, SQLite's file, PostgreSQL's databases.
 */
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "kysely";
import pg from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  continueLog,
  type IntakeLog,
  importFiles,
  openIntakeLog,
  type Projection,
  startProjection,
} from "../../src/collect/index.js";
import { type Ledger, openLedger, openWarehouse, type Warehouse } from "../../src/store/index.js";
import { startPostgres, type TestPostgres, whyNoPostgres } from "../postgres.js";
import { entry } from "./entries.js";

const missing = whyNoPostgres();
const RECEIVED = Date.UTC(2026, 10, 1);
const folder = mkdtempSync(join(tmpdir(), "tessera-restored-"));
let warehouse: Warehouse;
/** Each case has people of its own in the one warehouse. */
let shop = 0;

beforeAll(async () => {
  warehouse = await openWarehouse({ dataDir: folder });
  const file = join(folder, "calls.ndjson");
  const timestamp = new Date(RECEIVED).toISOString();
  const call = { type: "track", event: "Looked", userId: "filed", messageId: "filed", timestamp };
  writeFileSync(file, JSON.stringify(call));
  const now = RECEIVED;
  const mapping = { preset: "segment" };
  await importFiles(warehouse, { files: [file], mapping, dataDir: folder, now });
});
afterAll(async () => {
  await warehouse.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The folder's copy in its place, or the other way round. */
async function copyWarehouse(from: string, to: string): Promise<void> {
  await warehouse.close();
  rmSync(join(folder, to), { recursive: true, force: true });
  cpSync(join(folder, from), join(folder, to), { recursive: true });
  warehouse = await openWarehouse({ dataDir: folder });
}

const receivedAt = (id: string) => RECEIVED + id.charCodeAt(0) * 1000;
const PATIENT = { timeout: 60_000 };
const ALL = Number.MAX_SAFE_INTEGER;

for (const engine of ["SQLite", "PostgreSQL"] as const) {
  const skipped = engine === "PostgreSQL" ? missing : undefined;
  describe.skipIf(skipped !== undefined)(
    `copies with a ledger in ${engine} ${skipped ?? ""}`,
    () => {
      let postgres: TestPostgres | undefined;
      let databaseUrl: string | undefined;
      let ledger: Ledger;
      let log: IntakeLog;
      let projection: Projection;
      const closers: (() => Promise<void>)[] = [];

      beforeAll(async () => {
        if (engine === "PostgreSQL") postgres = await startPostgres();
      });
      afterAll(() => postgres?.stop());
      beforeEach(async () => {
        // What is left are imports of files: the first server of such a store has nothing to ask.
        await warehouse.command(
          "ALTER TABLE imports DELETE WHERE log != '' SETTINGS mutations_sync = 1",
        );
        await newLedger();
        shop += 1;
        await open();
      });
      afterEach(close);

      async function open(upTo?: number): Promise<void> {
        await openLog();
        if (upTo !== undefined)
          ledger = await continueLog(warehouse, ledger, { upTo, now: RECEIVED });
        log = openIntakeLog(ledger);
        projection = await startProjection({ log, warehouse, dataDir: folder });
        closers.push(projection.close);
      }

      async function openLog(): Promise<void> {
        ledger = await openLedger({ folder, databaseUrl });
        closers.push(ledger.close);
        log = openIntakeLog(ledger);
      }

      async function newLedger(): Promise<void> {
        rmSync(join(folder, "ledger.db"), { force: true });
        databaseUrl = await postgres?.createDatabase();
      }

      /** What has been opened, also where the projection refused to begin. */
      async function close(): Promise<void> {
        for (let next = closers.pop(); next !== undefined; next = closers.pop()) await next();
      }

      /** While it is closed. */
      async function copyLedger(from: string, to: string): Promise<void> {
        if (databaseUrl === undefined) {
          cpSync(join(folder, `ledger.db${from}`), join(folder, `ledger.db${to}`));
          return;
        }
        const own = new URL(databaseUrl).pathname.slice(1);
        const client = new pg.Client(databaseUrl.replace(/[^/]*$/, "postgres"));
        await client.connect();
        await client.query(`DROP DATABASE IF EXISTS "${own}${to}"`);
        await client.query(`CREATE DATABASE "${own}${to}" TEMPLATE "${own}${from}"`);
        await client.end();
      }

      const append = (...ids: readonly string[]) =>
        log.append(
          ids.map((id) => {
            const userId = `${shop} ${id}`;
            const message = { type: "track", event: "Looked", userId, messageId: userId };
            const changes = { body: JSON.stringify(message), receivedAt: receivedAt(id) };
            return entry(0, changes);
          }),
        );

      async function send(...ids: readonly string[]): Promise<void> {
        await append(...ids);
        await projection.caughtUp();
      }

      /** a, b and c are in the warehouse, of which the ledger that is put back knows only a. */
      async function landAndRestoreOlderLedger(): Promise<void> {
        await send("a");
        await close();
        await copyLedger("", "-saved");
        await open();
        await send("b");
        await send("c");
        await close();
        await copyLedger("-saved", "");
      }

      async function landed(): Promise<string> {
        const { rows } = await warehouse.query<{ ids: string }>(
          `SELECT arrayStringConcat(arraySort(groupArray(splitByChar(' ', id_value)[2])), ' ') AS ids
           FROM facts INNER JOIN aliases USING (alias) WHERE startsWith(id_value, {shop:String})`,
          { shop: `${shop} ` },
        );
        return rows[0]!.ids;
      }

      it("an older warehouse lands nothing over what the log has trimmed, until told to", async () => {
        await send("a");
        await close();
        await copyWarehouse("warehouse", "saved");
        await open();
        await send("b", "c");
        expect(await log.trim({ upTo: projection.status().projected, receivedBefore: ALL })).toBe(
          3,
        );
        await close();
        await copyWarehouse("saved", "warehouse");

        await open();
        const until = new Date(receivedAt("c")).toISOString();
        const why = expect.stringMatching(
          new RegExp(
            `no longer has the entries 2 to 3, received until ${until}.*--continue-after 3$`,
          ),
        );
        expect(projection.status()).toMatchObject({ projected: 1, fault: { why } });
        await append("d");
        // Whoever works on the store finds it as it is, and the log keeps what came in.
        expect(await projection.alone(landed)).toBe("a");
        await expect(projection.trim()).rejects.toMatchObject({ code: "ledger.trimmed" });
        await close();

        await open(2); // Not what the error says.
        expect(projection.status().fault).toBeDefined();
        await close();
        await open(3);
        expect(projection.status().fault).toBeUndefined();
        await projection.caughtUp();
        expect(await landed()).toBe("a d");
        await close();
        await open(3); // Nothing is missing any more.
        await send("e");
        expect(await landed()).toBe("a d e");
      }, 120_000);

      it("an older ledger is not appended to before its sequences are told apart", async () => {
        await landAndRestoreOlderLedger();

        const other = {
          code: "ledger.other",
          message: expect.stringMatching(/entry 3 .*at entry 1/),
        };
        await expect(open()).rejects.toMatchObject(other);
        await close();
        await open(3);
        expect(projection.status().fault).toBeUndefined();
        await send("d", "e", "f");
        expect(await landed()).toBe("a b c d e f");
      }, 120_000);

      it("an older ledger that has gone on giving out sequences loses none of its messages", async () => {
        await landAndRestoreOlderLedger();
        // Whoever appends without a look at the warehouse, as a second process on PostgreSQL may.
        await openLog();
        await append("d", "e", "f");
        await close();

        const other = { code: "ledger.other", message: expect.stringMatching(/entry 3 .*another/) };
        await expect(open()).rejects.toMatchObject(other);
        await close();
        await open(3);
        await projection.caughtUp();
        expect(await landed()).toBe("a b c d e f");
      }, 120_000);

      it("a new ledger in the place of one that was lost is told, until somebody goes on without", async () => {
        await send("a");
        await send("b");
        await close();
        await newLedger();
        const other = {
          code: "ledger.other",
          message: expect.stringMatching(
            /another intake log, until its entry 2, which landed 20.*is new and empty/,
          ),
          hint: expect.stringMatching(
            /not landed yet are lost, and so are the keys.* --continue-after 2$/,
          ),
        };
        await expect(open()).rejects.toMatchObject(other);
        await close();
        await expect(open(1)).rejects.toMatchObject(other);
        await close();
        await open(2);
        expect(projection.status()).toMatchObject({ projected: 0 });
        await close();
        await open(); // Decided once, also where nothing has come in since.
        await send("c", "d");
        expect(await landed()).toBe("a b c d");
      }, 120_000);

      it("another store's ledger lands nothing here, until somebody says so", async () => {
        await send("a");
        await close();
        await newLedger();
        await openLog();
        await append("x", "y", "z");
        await close();
        const message = expect.stringMatching(/its entry 1, .* another one, which ends at entry 3/);
        await expect(open()).rejects.toMatchObject({ code: "ledger.other", message });
        await close();
        expect(await landed()).toBe("a");
        await open(1);
        await projection.caughtUp();
        expect(await landed()).toBe("a x y z");
      }, 120_000);

      it.skipIf(engine === "SQLite")(
        "an older ledger is noticed by a server that is running",
        async () => {
          await send("a");
          await send("b");
          await send("c");
          // The connections of a pool outlive no restart of a database; here its rows go back.
          await ledger.db.deleteFrom("intake_log").where("sequence", ">", 1).execute();
          await sql`SELECT setval('intake_log_sequence_seq', 1)`.execute(ledger.db);
          await append("d");
          await expect
            .poll(() => projection.status().fault?.why, PATIENT)
            .toMatch(/ends at entry 2/);
          await append("e", "f");
          await expect
            .poll(() => projection.status().fault?.why, PATIENT)
            .toMatch(/another message/);
          await expect(projection.trim()).rejects.toMatchObject({ code: "ledger.other" });
          expect(await landed()).toBe("a b c");
          await close();
          await open(3);
          await projection.caughtUp();
          expect(await landed()).toBe("a b c d e f");
        },
        120_000,
      );
    },
  );
}
