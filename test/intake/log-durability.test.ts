/**
 * What was acknowledged is there, whatever ended the process: kill -9 (rounds: TESSERA_ROUNDS), a
 * database server that is gone, a full disk, a failing sync.
 *
 * A test cannot cut the power. That an acknowledgement waits for the disk is shown by counting:
 * where strace runs, the syncs that the kernel was asked for beside the requests, and the same run
 * with its syncs made to fail; everywhere, that SQLite is in the mode that syncs each commit
 * (test/ledger.contract.test.ts), and PostgreSQL's own count of its syncs.
 */
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { Kysely, sql } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openIntakeLog } from "../../src/collect/index.js";
import { type LedgerTables, openLedger } from "../../src/store/index.js";
import {
  openSqliteConnection,
  type SqliteConnection,
} from "../../src/store/ledger/sqlite-connection.js";
import { sqliteDialect } from "../../src/store/ledger/sqlite-dialect.js";
import { builtProgram } from "../built-program.js";
import { ledgerEngines } from "../ledgers.js";
import { entries, entry, numbersOf } from "./entries.js";

const ROUNDS = Number(process.env.TESSERA_ROUNDS ?? 3);
const program = await builtProgram(new URL("./acknowledging-log.ts", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "tessera-log-"));
const all = { after: 0, limit: 1_000_000 };

const disk = join(folder, "disk");
mkdirSync(disk);
const mount = spawnSync("mount", ["-t", "tmpfs", "-o", "size=4m", "tmpfs", disk]);
const mounted = mount.status === 0;
const traced =
  spawnSync("strace", ["-f", "--seccomp-bpf", "-e", "trace=none", "true"]).status === 0;
afterAll(() => {
  // Lazily: a closed database keeps its file open until the garbage is collected.
  if (mounted) spawnSync("umount", ["--lazy", disk]);
  rmSync(folder, { recursive: true, force: true });
});

it(
  `a log that is killed ${ROUNDS} times has lost nothing, and has nothing twice`,
  async () => {
    const data = join(folder, "killed");
    const acknowledged: number[] = [];
    const read: number[] = [];
    let after = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const first = Math.max(-1, ...acknowledged.slice(-1000), ...read.slice(-1000)) + 1;
      const args = [program, data, String(first), String(after)];
      const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
      let requests = 0;
      for await (const line of createInterface({ input: child.stdout })) {
        const [what, number = "", more = ""] = line.split(" ");
        if (what === "read") {
          after = Number(number);
          read.push(...more.split(",").map(Number));
        } else if (what === "acknowledged") {
          acknowledged.push(...Array.from({ length: Number(more) }, (_, i) => Number(number) + i));
          // Amid whatever it does then, each round at another point of it.
          if (++requests === 100) setTimeout(() => child.kill("SIGKILL"), round % 10);
        }
      }
      const ledger = await openLedger({ folder: data });
      const rows = await openIntakeLog(ledger).read({ after, limit: 1_000_000 });
      await ledger.close();
      read.push(...numbersOf(rows));
      after = rows.at(-1)?.sequence ?? after;
      const there = new Set(read);
      expect(there.size, "nothing twice").toBe(read.length);
      expect(acknowledged.filter((n) => !there.has(n))).toEqual([]);
      expect(requests).toBeGreaterThanOrEqual(100);
    }
  },
  Math.max(60_000, ROUNDS * 10_000),
);

it("SQLite: a sync that fails is not acknowledged, and the log recovers", async () => {
  // What SQLite does itself then, made to happen at the connection: it takes back and says so.
  const real = await openSqliteConnection(join(folder, "failing.db"));
  let failing = false;
  const connection: SqliteConnection = {
    close: real.close,
    async run(text, parameters) {
      if (!failing) return real.run(text, parameters);
      await real.run("begin", []);
      await real.run(text, parameters);
      await real.run("rollback", []);
      throw new Error("disk I/O error");
    },
  };
  const db = new Kysely<LedgerTables>({ dialect: sqliteDialect(connection) });
  await sql`CREATE TABLE intake_log (sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    received_at, format, key_id, sent_at, ip, user_agent, body)`.execute(db);
  const log = openIntakeLog({ db, id: "1", engine: "sqlite", close: () => db.destroy() });
  await log.append([entry(1)]);
  failing = true;
  await expect(log.append([entry(2)])).rejects.toMatchObject({ code: "intake.unavailable" });
  expect(log.health().fault).toMatchObject({ why: "disk I/O error" });
  failing = false;
  await log.append([entry(3)]);
  expect(log.health().fault).toBeUndefined();
  expect(numbersOf(await log.read(all))).toEqual([1, 3]);
  await db.destroy();
});

describe.skipIf(!mounted)(
  `SQLite on a full disk${mounted ? "" : " (skipped: a tmpfs may not be mounted here)"}`,
  () => {
    it("accepts nothing, says why, and accepts again when there is room", async () => {
      const ballast = join(disk, "ballast");
      writeFileSync(ballast, Buffer.alloc(1_500_000));
      const ledger = await openLedger({ folder: disk });
      const log = openIntakeLog(ledger);
      const acknowledged: number[] = [];
      let error: unknown;
      for (let n = 0; error === undefined; n += 10) {
        await log.append(entries(n, 10)).then(
          () => acknowledged.push(...numbersOf(entries(n, 10))),
          (e) => {
            error = e;
          },
        );
      }
      expect(error).toMatchObject({ code: "intake.unavailable" });
      expect(log.health().fault).toMatchObject({ why: "database or disk is full" });
      expect(acknowledged.length).toBeGreaterThan(100);
      expect(numbersOf(await log.read(all))).toEqual(acknowledged);
      rmSync(ballast);
      await log.append([entry(100_000)]);
      expect(log.health().fault).toBeUndefined();
      expect(numbersOf(await log.read(all))).toEqual([...acknowledged, 100_000]);
      await ledger.close();
      const again = await openLedger({ folder: disk });
      expect(numbersOf(await openIntakeLog(again).read(all))).toEqual([...acknowledged, 100_000]);
      await again.close();
    });
  },
);

describe.skipIf(!traced)(`SQLite${traced ? "" : " (skipped: no strace here)"}`, () => {
  it("asks the kernel for a sync before each acknowledgement", () => {
    const { calls, lines } = trace("synced", ["-e", "trace=fsync,fdatasync,write"], 40);
    expect(lines.filter((line) => line.startsWith("acknowledged"))).toHaveLength(40);
    // Whatever else is synced: between an acknowledgement and the one before there is a sync.
    const order = calls
      .map((call) => /\b(fsync|fdatasync|acknowledged)\b/.exec(call)?.[1])
      .filter((what) => what !== undefined)
      .map((what) => (what === "acknowledged" ? "acknowledged" : "sync"));
    const steps = order.filter((what, i) => what !== order[i - 1]);
    const from = steps.indexOf("sync");
    const expected = Array.from({ length: 80 }, (_, i) => (i % 2 === 0 ? "sync" : "acknowledged"));
    expect(steps.slice(from, from + 80)).toEqual(expected);
    const syncs = order.filter((what) => what === "sync").length;
    expect(syncs).toBeLessThan(40 + 30); // And some to make the ledger.
  });

  it("does not acknowledge what the kernel could not sync", () => {
    // Every third from the thirtieth on fails: after the ledger was made.
    const inject = [
      "-e",
      "trace=fsync,fdatasync",
      "-e",
      "inject=fsync,fdatasync:error=EIO:when=30+3",
    ];
    const { lines, data } = trace("unsynced", inject, 40);
    const failed = lines.filter((line) => line.startsWith("failed"));
    expect(failed.length).toBeGreaterThan(5);
    expect(new Set(failed)).toEqual(new Set(["failed disk I/O error"]));
    const acknowledged = lines
      .filter((line) => line.startsWith("acknowledged"))
      .flatMap((line) => {
        const [, from, size] = line.split(" ").map(Number);
        return Array.from({ length: size! }, (_, i) => from! + i);
      });
    expect(acknowledged.length).toBeGreaterThan(20);
    return readBack(data).then((there) => {
      expect(acknowledged.filter((n) => !there.has(n))).toEqual([]);
    });
  });

  /** Runs COUNT requests under strace; the calls it noted and the lines the program printed. */
  function trace(name: string, options: readonly string[], count: number) {
    const data = join(folder, name);
    const calls = join(folder, `${name}.calls`);
    const args = ["-f", "--seccomp-bpf", ...options, "-o", calls, process.execPath, program];
    const run = spawnSync("strace", [...args, data, "0", "once", String(count)]);
    const lines = run.stdout.toString().split("\n");
    expect(lines[0], run.stderr.toString()).toBe("open");
    return { data, lines, calls: readFileSync(calls, "utf8").split("\n") };
  }

  async function readBack(data: string): Promise<ReadonlySet<number>> {
    const ledger = await openLedger({ folder: data });
    const rows = await openIntakeLog(ledger).read(all);
    await ledger.close();
    return new Set(numbersOf(rows));
  }
});

const postgres = ledgerEngines[1]!;
describe.skipIf(postgres.skipped)(postgres.title, () => {
  beforeAll(() => postgres.start());
  afterAll(() => postgres.stop());

  it("syncs each acknowledgement, though the server is set not to wait for syncs", async () => {
    const ledger = await (await postgres.create()).open();
    const log = openIntakeLog(ledger);
    const { rows: set } = await sql<{ synchronous_commit: string }>`
      SHOW synchronous_commit`.execute(ledger.db);
    expect(set).toEqual([{ synchronous_commit: "off" }]);
    const before = await walSyncs(ledger.db);
    for (let n = 0; n < 40; n++) await log.append([entry(n)]);
    const syncs = (await walSyncs(ledger.db)) - before;
    expect(syncs).toBeGreaterThanOrEqual(40);
    await ledger.close();
  });

  it("that crashes has all that was acknowledged; meanwhile the log says so, then recovers", async () => {
    const ledger = await (await postgres.create()).open();
    const log = openIntakeLog(ledger);
    const acknowledged: number[] = [];
    let failed = 0;
    let running = true;
    const client = async (from: number) => {
      for (let n = from; running && failed < 20; n += 3) {
        await log.append(entries(n, 3)).then(
          () => acknowledged.push(n, n + 1, n + 2),
          () => {
            failed += 1;
          },
        );
      }
    };
    const clients = [0, 1, 2, 3].map((c) => client(c * 1_000_000));
    while (acknowledged.length < 300) await new Promise((resolve) => setTimeout(resolve, 5));
    await postgres.server()!.crash();
    await Promise.all(clients);
    running = false;
    expect(log.health().fault).toMatchObject({ why: expect.any(String) });
    await postgres.server()!.restart();
    await log.append([entry(9_000_000)]);
    expect(log.health().fault).toBeUndefined();
    const there = numbersOf(await log.read(all));
    expect(new Set(there).size).toBe(there.length);
    const present = new Set(there);
    expect(acknowledged.filter((n) => !present.has(n))).toEqual([]);
    await ledger.close();
  });
});

/** Of the server's log of changes, as it counts them itself. */
async function walSyncs(db: Kysely<LedgerTables>): Promise<number> {
  await sql`SELECT pg_stat_force_next_flush()`.execute(db);
  await sql`SELECT 1`.execute(db);
  const { rows } = await sql<{ syncs: number }>`
    SELECT sum(fsyncs)::int AS syncs FROM pg_stat_io WHERE object = 'wal'`.execute(db);
  return rows[0]!.syncs;
}
