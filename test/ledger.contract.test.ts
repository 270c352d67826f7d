/** What every ledger does, on both engines; and what only one of them has. */
import { spawn, spawnSync } from "node:child_process";
import { constants, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Kysely, sql } from "kysely";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { openLedger } from "../src/store/index.js";
import { migrateLedger } from "../src/store/ledger/migrate-ledger.js";
import type { LedgerMigration } from "../src/store/ledger/migration.js";
import { ledgerEngines } from "./ledgers.js";

const entry = { received_at: 1, format: "segment", key_id: "k", body: "{}" };

for (const engine of ledgerEngines) {
  describe.skipIf(engine.skipped)(`a ledger in ${engine.title}`, () => {
    beforeAll(() => engine.start());
    afterEach(() => engine.closeAll());
    afterAll(() => engine.stop());

    it("keeps its rows and its id when it is opened again; another has another id", async () => {
      const { open } = await engine.create();
      const first = await open();
      await first.db.insertInto("intake_log").values(entry).execute();
      await first.close();
      const again = await open();
      expect(again.id).toBe(first.id);
      expect(await again.db.selectFrom("intake_log").select("body").execute()).toEqual([
        { body: "{}" },
      ]);
      const other = await (await engine.create()).open();
      expect(other.id).not.toBe(first.id);
    });

    it("gives instants and sequences as numbers", async () => {
      const { db } = await (await engine.create()).open();
      const receivedAt = Date.UTC(2026, 10, 22, 9, 0, 0, 123);
      await db
        .insertInto("intake_log")
        .values({ ...entry, received_at: receivedAt })
        .execute();
      const { max } = db.fn;
      const row = await db
        .selectFrom("intake_log")
        .select(["sequence", "received_at"])
        .executeTakeFirst();
      expect(row).toEqual({ sequence: 1, received_at: receivedAt });
      const latest = await db.selectFrom("intake_log").select(max("sequence").as("n")).execute();
      expect(latest).toEqual([{ n: 1 }]);
    });

    it("takes back a transaction that fails, and goes on", async () => {
      const { db } = await (await engine.create()).open();
      const failing = db.transaction().execute(async (transaction) => {
        await transaction.insertInto("intake_log").values(entry).execute();
        throw new Error("changed my mind");
      });
      await expect(failing).rejects.toThrow("changed my mind");
      expect(await db.selectFrom("intake_log").selectAll().execute()).toEqual([]);
      await db.insertInto("intake_log").values(entry).execute();
    });

    it("of a newer program is refused by the name of its migration", async () => {
      const { open } = await engine.create();
      const ledger = await open();
      await sql`INSERT INTO kysely_migration (name, timestamp) VALUES ('999-of-the-future', '')`.execute(
        ledger.db,
      );
      await ledger.close();
      await expect(open()).rejects.toMatchObject({
        code: "ledger.newer",
        message: expect.stringContaining("999-of-the-future"),
      });
    });

    it("is migrated wholly or not at all, and only where its history fits", async () => {
      const ledger = await (await engine.create()).open();
      const db = ledger.db as unknown as Kysely<never>;
      const making = (name: string): LedgerMigration => ({
        name,
        up: (db) => db.schema.createTable(`table_${name}`).addColumn("x", "integer").execute(),
      });
      const failing: LedgerMigration = {
        name: "992",
        up: () => Promise.reject(new Error("no room")),
      };
      const tables = async () =>
        (await ledger.db.introspection.getTables())
          .map(({ name }) => name)
          .filter((name) => name.startsWith("table_"));
      const applied = await sql<{ name: string }>`SELECT name FROM kysely_migration`.execute(db);
      const past: readonly LedgerMigration[] = applied.rows.map(({ name }) => ({
        name,
        up: () => Promise.reject(new Error("applied twice")),
      }));
      const migrate = (...migrations: LedgerMigration[]) =>
        migrateLedger(ledger.db, {
          engine: ledger.engine,
          migrations: [...past, ...migrations],
        });
      await expect(migrate(making("991"), failing)).rejects.toThrow("no room");
      expect(await tables()).toEqual([]);
      await migrate(making("991"), making("993"));
      await migrate(making("991"), making("993"));
      expect(await tables()).toEqual(["table_991", "table_993"]);
      await expect(migrate(making("991"), making("992"), making("993"))).rejects.toMatchObject({
        code: "ledger.changed_migration",
      });
    });
  });
}

describe("a ledger in SQLite", () => {
  const [engine] = ledgerEngines;
  beforeAll(() => engine!.start());
  afterAll(() => engine!.stop());

  it("syncs each commit and overwrites what is deleted", async () => {
    const { db } = await (await engine!.create()).open();
    const pragma = async (name: string) =>
      Object.values((await sql`PRAGMA ${sql.raw(name)}`.execute(db)).rows[0] as object)[0];
    expect(await pragma("journal_mode")).toBe("wal");
    expect(await pragma("synchronous")).toBe(2);
    expect(await pragma("foreign_keys")).toBe(1);
    expect(await pragma("secure_delete")).toBe(1);
  });

  it("is open in one process, which is named; and free again once that is killed", async () => {
    const { folder, open } = await engine!.create();
    await (await open()).close();
    const program = `
      const { DatabaseSync } = require("@photostructure/sqlite");
      const db = new DatabaseSync(process.argv[1]);
      db.exec("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL");
      console.log("open");
      setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ["-e", program, join(folder, "ledger.db")], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    try {
      await new Promise((resolve) => child.stdout.once("data", resolve));
      const pid = process.platform === "linux" ? `process ${child.pid}` : "another process";
      await expect(open()).rejects.toMatchObject({
        code: "ledger.in_use",
        message: expect.stringContaining(pid),
      });
    } finally {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGKILL");
      await ended;
    }
    await open();
  });

  it("that is no database says so", async () => {
    const folder = mkdtempSync(join(tmpdir(), "tessera-ledger-"));
    writeFileSync(join(folder, "ledger.db"), "This is a letter, not a database.\n".repeat(100));
    await expect(openLedger({ folder })).rejects.toMatchObject({
      code: "ledger.refused",
      message: expect.stringContaining("file is not a database"),
    });
    rmSync(folder, { recursive: true });
  });

  it("waits for its file in a thread of its own", async () => {
    const folder = mkdtempSync(join(tmpdir(), "tessera-ledger-"));
    const path = join(folder, "ledger.db");
    expect(spawnSync("mkfifo", [path]).status).toBe(0);
    // Opening a pipe to write waits until somebody opens it to read: were it this thread, nobody would.
    const opening = openLedger({ folder }).catch((error) => error);
    const pipe = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    expect(await opening).toMatchObject({ code: "ledger.refused" });
    await pipe.close();
    rmSync(folder, { recursive: true });
  });

  it("is for its owner's eyes, and is there too where the address of another is empty", async () => {
    const folder = mkdtempSync(join(tmpdir(), "tessera-ledger-"));
    const ledger = await openLedger({ folder, databaseUrl: "" });
    expect(ledger.engine).toBe("sqlite");
    for (const file of ["ledger.db", "ledger.db-wal"]) {
      expect(statSync(join(folder, file)).mode & 0o777).toBe(0o600);
    }
    await ledger.close();
    rmSync(folder, { recursive: true });
  });
});

describe("a ledger in PostgreSQL", () => {
  it("whose address is of something else says so, and keeps it to itself", async () => {
    const databaseUrl = "mysql://shop:s3cret@127.0.0.1/tessera";
    const error = await openLedger({ folder: "unused", databaseUrl }).catch((e) => e);
    expect(error).toMatchObject({ code: "ledger.unreachable" });
    expect(error.hint).toContain("postgresql://");
    expect(error.message).not.toContain("s3cret");
  });

  it("that does not answer says so, and keeps its password to itself", async () => {
    const databaseUrl = "postgresql://shop:s3cret@127.0.0.1:1/tessera";
    const error = await openLedger({ folder: "unused", databaseUrl }).catch((e) => e);
    expect(error).toMatchObject({ code: "ledger.unreachable", hint: expect.any(String) });
    expect(error.message).toContain("ECONNREFUSED");
    expect(error.message).not.toContain("s3cret");
  });
});
