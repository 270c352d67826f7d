/**
 * The intake law: however messages were spread over batches, repeated and interrupted, the store shows
 * the same facts of the same people, as of every instant, as if an archive of the same messages had
 * been imported at once. TESSERA_ROUNDS sets how many histories, TESSERA_SEED repeats a run.
 */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import {
  importFiles,
  openIntakeLog,
  type Projection,
  startProjection,
} from "../../src/collect/index.js";
import { openLedger } from "../../src/store/index.js";
import { openSmallStore, type SmallStore } from "../collect/small-store.js";
import { newRandom, type Random } from "../fuzz/random.js";
import { roundsOr, seed } from "../seed.js";
import { text } from "../shown/snapshot.js";
import { type Arrived, archived, BEGIN, shopMessages } from "./shop-messages.js";

const rounds = roundsOr(1);
const MESSAGES = 60;

let store: SmallStore;
beforeAll(async () => {
  store = await openSmallStore();
});

const DAY = 86_400_000;
const INSTANTS = [2, 5, 8, 19, 20.0002, 21, 40].map((days) => Math.round(BEGIN + days * DAY));

/** Visible facts, and whose they are, as of several instants; versions are numbered as they come. */
async function visible(): Promise<string> {
  const asked = INSTANTS.map((now) =>
    store.query(
      `SELECT * EXCEPT (import_id, alias, version),
         dictGetOrDefault('identity_at', 'person', alias, ${now}, alias) AS person
       FROM facts WHERE known_at <= fromUnixTimestamp64Milli(${now})
         AND (fact_id, version) NOT IN (SELECT fact_id, version FROM superseded
           WHERE known_at <= fromUnixTimestamp64Milli(${now})) ORDER BY ALL`,
    ),
  );
  return text(await Promise.all(asked));
}

async function importAtOnce(messages: readonly Arrived[]): Promise<void> {
  const path = store.write("archive.ndjson", `${messages.map(archived).join("\n")}\n`);
  const options = { mapping: { preset: "segment" }, dataDir: store.dataDir, currency: "EUR" };
  await importFiles(store.warehouse, { ...options, files: [path], now: BEGIN + 30 * DAY });
}

const projectionOf = (log: ReturnType<typeof openIntakeLog>): Promise<Projection> =>
  startProjection({ log, warehouse: store.warehouse, dataDir: store.dataDir, currency: "EUR" });

/** In batches of random sizes, with merges, restarts and the log read again in between. */
async function sendLive(messages: readonly Arrived[], random: Random): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "tessera-laws-"));
  const ledger = await openLedger({ folder });
  const log = openIntakeLog(ledger);
  let projection = await projectionOf(log);
  for (let from = 0; from < messages.length; ) {
    const size = random.pick([1, 2, 5, 12, 30]);
    await log.append(messages.slice(from, from + size).map(({ entry }) => entry));
    from += size;
    await projection.caughtUp();
    if (random.chance(0.3)) await mergeAll();
    if (random.chance(0.3)) {
      await projection.close();
      projection = await projectionOf(log);
    }
  }
  expect(projection.status()).toMatchObject({ waiting: 0, lagMs: 0 });
  await projection.close();
  await log.close();
  await ledger.close();
  rmSync(folder, { recursive: true, force: true });
}

async function mergeAll(): Promise<void> {
  for (const table of ["facts", "superseded", "seen", "aliases", "links", "identity", "imports"]) {
    await store.warehouse.command(`OPTIMIZE TABLE ${table} FINAL`);
  }
}

async function empty(): Promise<void> {
  await store.clear();
  await store.warehouse.reloadIdentity();
}

for (let round = 0; round < rounds; round++) {
  it(`is the same live and at once (seed ${seed}, round ${round})`, async () => {
    const random = newRandom(seed, `round ${round}`);
    const messages = shopMessages(random, MESSAGES);
    await empty();
    await importAtOnce(messages);
    const expected = await visible();
    expect(expected).toContain('"kind": "order"');
    await empty();
    await sendLive(messages, random);
    expect(await visible()).toBe(expected);
    await importAtOnce(messages);
    expect(await visible(), "and again").toBe(expected);
  });
}
