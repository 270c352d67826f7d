/** What the intake log promises, on both engines of the ledger. */
import { sql } from "kysely";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { manualClock } from "../../src/base/index.js";
import { type IntakeLog, openIntakeLog } from "../../src/collect/index.js";
import type { Ledger } from "../../src/store/index.js";
import { ledgerEngines } from "../ledgers.js";
import { entries, entry, numbersOf } from "./entries.js";

const LIMITS = {
  waitingItems: 1000,
  waitingBytes: 10_000_000,
  groupItems: 100,
  groupBytes: 1_000_000,
  restMs: 0,
};

for (const engine of ledgerEngines) {
  describe.skipIf(engine.skipped)(`the intake log in ${engine.title}`, () => {
    beforeAll(() => engine.start());
    afterEach(() => engine.closeAll());
    afterAll(() => engine.stop());

    async function newLog(): Promise<{ log: IntakeLog; ledger: Ledger }> {
      const ledger = await (await engine.create()).open();
      return { ledger, log: openIntakeLog(ledger, { limits: LIMITS }) };
    }
    const all = (log: IntakeLog) => log.read({ after: 0, limit: 100_000 });

    it("gives back what was appended, in its order, with sequences that grow", async () => {
      const { log } = await newLog();
      const full = entry(1, {
        body: '{"text":"\\u0000 \\ud800 ü 😀","big":12345678901234567890}',
        sentAt: 1_799_999_999_999,
        ip: "2001:db8::1",
        userAgent: "analytics-node/3.1.0",
      });
      await log.append([full, entry(2)]);
      await log.append([]);
      await log.append([entry(3)]);
      expect(await all(log)).toEqual([
        { sequence: 1, ...full },
        { sequence: 2, ...entry(2) },
        { sequence: 3, ...entry(3) },
      ]);
      expect(numbersOf(await log.read({ after: 1, limit: 1 }))).toEqual([2]);
      expect(await log.latest()).toBe(3);
      expect(log.health()).toEqual({ waitingItems: 0, waitingBytes: 0 });
    });

    it("is read as far as the bodies fit into a bound, and always by one entry", async () => {
      const { log } = await newLog();
      const sized = (n: number, size: number) => entry(n, { body: `{"n":${n}}`.padEnd(size) });
      await log.append([sized(1, 300), sized(2, 40), sized(3, 60), sized(4, 10)]);
      const read = async (after: number, bytes: number, limit = 10) =>
        numbersOf(await log.read({ after, limit, bytes }));
      expect(await read(0, 100)).toEqual([1]);
      expect(await read(1, 100)).toEqual([2, 3]);
      expect(await read(1, 110)).toEqual([2, 3, 4]);
      expect(await read(1, 110, 1)).toEqual([2]);
      expect(await read(4, 100)).toEqual([]);
    });

    it("has what was acknowledged after it is opened again", async () => {
      const { open } = await engine.create();
      const ledger = await open();
      const log = openIntakeLog(ledger);
      await log.append(entries(1, 3));
      await log.close();
      await ledger.close();
      const again = openIntakeLog(await open());
      expect(numbersOf(await all(again))).toEqual([1, 2, 3]);
      expect(again.id).toBe(log.id);
    });

    it.skipIf(engine.title.startsWith("SQLite"))("has one follower at a time", async () => {
      const { open } = await engine.create();
      const log = openIntakeLog(await open());
      const other = openIntakeLog(await open());
      const unfollow = await log.follow();
      await expect(other.follow()).rejects.toMatchObject({ code: "ledger.in_use" });
      await unfollow();
      await (await other.follow())();
    });

    it("writes together what waits, and keeps what came together side by side", async () => {
      const { log } = await newLog();
      let commits = 0;
      log.onCommit(() => {
        commits += 1;
      });
      const requests = Array.from({ length: 40 }, (_, i) => entries(100 * i, 5));
      await Promise.all(requests.map((request) => log.append(request)));
      expect(commits).toBe(2); // 200 entries, 100 in a group.
      expect(numbersOf(await all(log))).toEqual(requests.flatMap(numbersOf));
    });

    it("hears no commits once that was ended", async () => {
      const { log } = await newLog();
      let commits = 0;
      const end = log.onCommit(() => {
        commits += 1;
      });
      await log.append([entry(1)]);
      end();
      await log.append([entry(2)]);
      expect(commits).toBe(1);
    });

    it("lands a request wholly or not at all; says why and since when; recovers by itself", async () => {
      const ledger = await (await engine.create()).open();
      const clock = manualClock(5000);
      const log = openIntakeLog(ledger, { limits: LIMITS, clock });
      await refusePoison(ledger);
      // More than one statement's rows; the last one fails.
      const request = [...entries(1, 700), entry(701, { body: "poison" })];
      await expect(log.append(request)).rejects.toMatchObject({ code: "intake.unavailable" });
      expect(await all(log)).toEqual([]);
      expect(log.health().fault).toMatchObject({
        since: 5000,
        why: expect.stringMatching(/poison/),
      });
      clock.set(6000);
      await expect(log.append([entry(1, { body: "poison" })])).rejects.toThrow();
      expect(log.health().fault?.since).toBe(5000);
      await log.append(entries(1, 2));
      expect(log.health()).toEqual({ waitingItems: 0, waitingBytes: 0 });
      expect(numbersOf(await all(log))).toEqual([1, 2]);
    });

    it("turns away at once what is more than may wait, and takes the rest", async () => {
      const { log } = await newLog();
      const first = log.append(entries(1, 600));
      const second = log.append(entries(1001, 600));
      const third = log.append(entries(2001, 300));
      expect(log.health().waitingItems).toBe(900);
      await expect(second).rejects.toMatchObject({ code: "intake.overloaded" });
      await Promise.all([first, third]);
      expect(await all(log)).toHaveLength(900);
      const bytes = Array.from({ length: 5 }, (_, i) =>
        entry(i, { body: JSON.stringify("x".repeat(3_000_000)) }),
      );
      const outcomes = await Promise.allSettled(bytes.map((large) => log.append([large])));
      expect(outcomes.map(({ status }) => status)).toEqual([
        ...Array(3).fill("fulfilled"),
        ...Array(2).fill("rejected"),
      ]);
    });

    it("takes a request that is larger than all that may wait, when nothing does", async () => {
      const { log } = await newLog();
      await log.append(entries(1, 1500));
      expect(await all(log)).toHaveLength(1500);
    });

    it("refuses a text that not every ledger can store, before it meets others", async () => {
      const { log } = await newLog();
      const bad = log.append([entry(1, { userAgent: "a\0b" })]);
      await Promise.all([
        expect(bad).rejects.toMatchObject({ code: "input.invalid" }),
        log.append([entry(2)]),
      ]);
      expect(numbersOf(await all(log))).toEqual([2]);
    });

    it("is trimmed from the front, up to what is asked, and never past what is young", async () => {
      const { log } = await newLog();
      await log.append(entries(1, 1200));
      const at = (n: number) => entry(n).receivedAt;
      expect(await log.trim({ upTo: 0, receivedBefore: at(9999) })).toBe(0);
      expect(await log.lastTrimmed()).toBe(undefined);
      expect(await log.trim({ upTo: 1100, receivedBefore: at(3) })).toBe(2);
      expect(await log.lastTrimmed()).toEqual({ sequence: 2, receivedAt: at(2) });
      expect(await log.trim({ upTo: 1100, receivedBefore: at(9999) })).toBe(1098);
      expect(await log.lastTrimmed()).toEqual({ sequence: 1100, receivedAt: at(1100) });
      expect(numbersOf(await all(log))).toEqual(numbersOf(entries(1101, 100)));
      // One that is young keeps those behind it, so that the log has no holes.
      await log.append([entry(2000), entry(1)]);
      expect(await log.trim({ upTo: 9999, receivedBefore: at(2000) })).toBe(100);
      expect(numbersOf(await all(log))).toEqual([2000, 1]);
    });

    it("marks entries, the same whenever it is asked, and none that it does not have", async () => {
      const { log } = await newLog();
      await log.append(entries(1, 3));
      const marks = await log.marks([1, 3, 4]);
      expect([...marks.keys()].sort()).toEqual([1, 3]);
      expect(marks.get(1)).not.toBe(marks.get(3));
      expect(await log.marks([3])).toEqual(new Map([[3, marks.get(3)]]));
    });

    it("never gives a sequence twice, not even when it was emptied", async () => {
      const { open } = await engine.create();
      let ledger = await open();
      let log = openIntakeLog(ledger);
      expect(await log.lastDrawn()).toBe(0);
      await log.append(entries(1, 3));
      await log.trim({ upTo: 3, receivedBefore: Number.MAX_SAFE_INTEGER });
      expect([await log.latest(), await log.lastDrawn()]).toEqual([0, 3]);
      await ledger.close();
      ledger = await open();
      log = openIntakeLog(ledger);
      expect([await log.latest(), await log.lastDrawn()]).toEqual([0, 3]);
      await log.append([entry(4)]);
      expect((await all(log)).map(({ sequence }) => sequence)).toEqual([4]);
    });

    it("shows every row to one that reads along, in order, while it is appended to and trimmed", async () => {
      const { open } = await engine.create();
      // Of PostgreSQL two processes may append to one log: here two of its connections do.
      const first = await open();
      const second = engine.server() === undefined ? first : await open();
      const writers = [first, second].map((ledger) => openIntakeLog(ledger, { limits: LIMITS }));
      let writing = true;
      const append = async (log: IntakeLog, from: number) => {
        for (let n = from; n < from + 300; n += 5) {
          await Promise.all([log.append(entries(n, 2)), log.append(entries(n + 2, 3))]);
        }
      };
      const written = Promise.all(writers.map((log, i) => append(log, 10_000 * i))).finally(() => {
        writing = false;
      });
      const seen: number[] = [];
      let after = 0;
      for (let last = false; !last; ) {
        last = !writing;
        const rows = await writers[0]!.read({ after, limit: 50 });
        if (rows.length > 0) last = false;
        seen.push(...numbersOf(rows));
        after = rows.at(-1)?.sequence ?? after;
        await writers[0]!.trim({ upTo: after, receivedBefore: Number.MAX_SAFE_INTEGER });
        await new Promise((resolve) => setImmediate(resolve));
      }
      await written;
      const expected = [...numbersOf(entries(0, 300)), ...numbersOf(entries(10_000, 300))];
      expect([...seen].sort((a, b) => a - b)).toEqual(expected);
      expect(await all(writers[0]!)).toEqual([]);
    });

    it("finishes what waits when it is closed", async () => {
      const { log } = await newLog();
      const appended = log.append(entries(1, 10));
      await log.close();
      await appended;
      expect(await all(log)).toHaveLength(10);
      await expect(log.append([entry(11)])).rejects.toThrow("closed log");
    });
  });
}

/** The engine itself then refuses a row: one whose body is "poison". */
async function refusePoison({ db, engine }: Ledger): Promise<void> {
  const statement =
    engine === "sqlite"
      ? sql`CREATE TRIGGER refuse BEFORE INSERT ON intake_log WHEN new.body = 'poison'
            BEGIN SELECT RAISE(ABORT, 'poison'); END`
      : sql`ALTER TABLE intake_log ADD CONSTRAINT no_poison CHECK (body <> 'poison')`;
  await statement.execute(db);
}
