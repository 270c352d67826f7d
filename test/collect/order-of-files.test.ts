/**
 * The store is a function of the set of files: exports of one shop, taken at different times and
 * overlapping each other, give the same answers in whatever order and however often they come in.
 */

import { beforeAll, describe, expect, it } from "vitest";
import { importFiles } from "../../src/collect/index.js";
import { reportSegments } from "../../src/segment/index.js";
import { type Library, makeLibrary } from "../../src/segment/plan/index.js";
import { DEFAULT_SETTINGS } from "../../src/segment/settings.js";
import { newRandom } from "../fuzz/random.js";
import { parsed, playbookLibrary } from "../playbook/library.js";
import { planOf, snapshot, text } from "../shown/snapshot.js";
import { paid, type ShopOrder, shopifyExport } from "./shopify-export.js";
import { openSmallStore, type SmallStore } from "./small-store.js";

const DAY = 86_400_000;
const BEGIN = Date.UTC(2024, 0, 1);
const END = BEGIN + 100 * DAY;
const library = playbookLibrary();
const plan = planOf(library);
/** Asks about every field and kind of fact that orders of a shop have; a tenth of the playbook's time. */
const telling = makeLibrary(
  [
    {
      document: parsed(`
segment came_back count(order days) >= 2
segment dear sum(order.net) >= p80(sum(order.net))
segment sent_back sum(order.refunded) > 0 or count(refund) > 0
segment late some order: count(line where product = 'Mug') >= 1 and count(refund) >= 1
segment quiet days since last(order) > 30
segment austrian last(order.country) is 'AT'
segment fond(p) count(line where product = p) >= 2`),
    },
  ],
  DEFAULT_SETTINGS,
);

let store: SmallStore;
let files: readonly string[];
beforeAll(async () => {
  store = await openSmallStore();
  files = exports();
});

const instant = (ms: number) =>
  new Date(ms)
    .toISOString()
    .replace("T", " ")
    .replace(/\.\d+Z/, " +0000");

interface Life {
  readonly order: number;
  readonly created: number;
  readonly paid?: number;
  readonly fulfilled?: number;
  readonly refunded?: number;
  readonly cancelled?: number;
}

/** The shop's orders and what became of each, on which day. */
function lives(): Life[] {
  const random = newRandom(20240101, "order of files");
  const chance = (share: number) => random.next() < share;
  const days = () => Math.floor(random.next() * 30 * DAY);
  return Array.from({ length: 40 }, (_, order) => {
    const created = BEGIN + order * 2 * DAY;
    return {
      order,
      created,
      ...(chance(0.85) ? { paid: created + (chance(0.5) ? 5000 : days()) } : {}),
      ...(chance(0.6) ? { fulfilled: created + days() } : {}),
      ...(chance(0.4) ? { refunded: created + days() } : {}),
      ...(chance(0.2) ? { cancelled: created + days() } : {}),
    };
  });
}

/** The order as an export at `until` says it. */
function exported({ order, created, ...life }: Life, until: number): ShopOrder {
  const seen = (at: number | undefined) => (at !== undefined && at <= until ? instant(at) : "");
  const net = 10 + order;
  const back = seen(life.refunded) ? (order % 3 === 0 ? net : net / 4) : 0;
  const [isPaid, isBack] = [seen(life.paid) !== "", back > 0];
  return {
    name: `#${1000 + order}`,
    email: order % 5 === 4 ? "" : `buyer${order % 7}@example.com`,
    order: paid(net, {
      "Financial Status": isBack ? "partially_refunded" : isPaid ? "paid" : "pending",
      "Created at": instant(created),
      "Paid at": seen(life.paid),
      "Fulfilled at": seen(life.fulfilled),
      "Cancelled at": seen(life.cancelled),
      "Refunded Amount": back.toFixed(2),
      // The phone is learnt late for some, and buyers 1 and 3 share theirs.
      Phone:
        order % 5 === 4 || until > BEGIN + 50 * DAY ? `+4366012345${60 + ((order % 7) % 2)}` : "",
      "Billing Country": order % 2 ? "AT" : "DE",
    }),
    lines: [
      [1, "Tea", 10],
      [1, "Mug", order],
    ],
  };
}

/** Three exports: early; the middle months; late, without the oldest. */
function exports(): string[] {
  const window = (from: number, to: number, at: number) =>
    lives()
      .filter(({ order, created }) => order >= from && order < to && created <= at)
      .map((life) => exported(life, at));
  return [window(0, 40, BEGIN + 40 * DAY), window(8, 32, BEGIN + 62 * DAY), window(5, 40, END)].map(
    (orders, i) => store.write(`export-${i}.csv`, shopifyExport(orders)),
  );
}

/** `before`: how many files were taken already. */
const take = async (order: readonly number[], before = 0) => {
  for (const [i, file] of order.entries()) {
    const now = END + (before + i) * 1000;
    await importFiles(store.warehouse, { files: [files[file]!], dataDir: store.dataDir, now });
  }
};

/** Facts, and whose they are, as of several instants; versions are numbered as they come. */
async function visibleFacts(): Promise<string> {
  const at = [20, 41, 63, 99].map((day) => BEGIN + day * DAY);
  const visible = at.map(async (now) =>
    store.query(
      `SELECT * EXCEPT (import_id, alias, version) FROM (
         SELECT *, dictGetOrDefault('identity_at', 'person', alias, ${now}, alias) AS person
         FROM facts WHERE known_at <= fromUnixTimestamp64Milli(${now})
           AND (fact_id, version) NOT IN (SELECT fact_id, version FROM superseded
             WHERE known_at <= fromUnixTimestamp64Milli(${now}))) ORDER BY ALL`,
    ),
  );
  return text(await Promise.all(visible));
}

/** What `tessera segments --json` is made of. */
const sizes = async (of: Library) =>
  JSON.stringify(await reportSegments(store.warehouse, of, { asOf: END }));

/** Every segment of the playbook at the end. */
const members = async () => snapshot(store.warehouse, plan, { now: END });

describe("exports of one shop", () => {
  it("give the same in every order, overlapping, and again", async () => {
    await take([0, 1]);
    const withoutTheLast = await visibleFacts();
    await take([2], 2);
    const [facts, segments] = [await visibleFacts(), await members()];
    const [report, told] = [await sizes(library), await sizes(telling)];
    expect(told.match(/"size":[1-9]/g)?.length).toBeGreaterThanOrEqual(5);
    expect(segments.members.size).toBeGreaterThan(5);
    expect(facts).toContain("refund_undated");
    // The law says something: one file less gives other facts.
    expect(facts).not.toBe(withoutTheLast);
    expect(await store.query("SELECT DISTINCT cause FROM identity ORDER BY cause")).toEqual([
      { cause: "link" },
      { cause: "shared" },
    ]);
    for (const order of [
      [0, 2, 1],
      [1, 0, 2],
      [1, 2, 0],
      [2, 0, 1],
      [2, 2, 1, 0, 1],
    ]) {
      await store.clear();
      await take(order);
      expect(await visibleFacts(), String(order)).toBe(facts);
      expect(await sizes(telling), String(order)).toBe(told);
    }
    expect(await sizes(library)).toBe(report);
    expect(await members()).toEqual(segments);
  });
});
