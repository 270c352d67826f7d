/**
 * A store without any order, whose activity is a deposit: by one line of tessera.yaml it has its
 * lifecycle, from a file of events to the sizes of the stages.
 */

import { beforeAll, describe, expect, test } from "vitest";
import { readSettings } from "../../src/cli/settings-file.js";
import {
  countPeople,
  crossPeople,
  type Library,
  loadLibrary,
  refresh,
  reportSegments,
  unavailableSegments,
} from "../../src/segment/index.js";
import { openSmallStore, type SmallStore } from "../collect/small-store.js";

const NOW = Date.parse("2024-06-15T09:00:00Z");

/** Days before now -> amount; noon in Istanbul. */
const DEPOSITS: Readonly<Record<string, readonly (readonly [daysAgo: number, amount: number])[]>> =
  {
    newcomer: [[10, 50]],
    eager: [
      [28, 50],
      [3, 20],
    ],
    regular: [
      [400, 100],
      [300, 100],
      [200, 100],
      [100, 100],
      [20, 100],
    ],
    back: [
      [500, 80],
      [40, 80],
    ],
    gone_after_one: [[300, 60]],
    gone_after_three: [
      [600, 60],
      [580, 60],
      [560, 60],
    ],
    /** First on the 30th day before today, in Istanbul: still new; a day earlier: active. */
    edge: [[30, 10]],
    past_edge: [[31, 10]],
    /** 180 days ago: still active; a day earlier: churned. */
    kept: [[180, 10]],
    lost: [[181, 10]],
  };

const DAY_MS = 86_400_000;

let store: SmallStore;
let library: Library;

beforeAll(async () => {
  store = await openSmallStore();
  const call = (userId: string, daysAgo: number, event: string, properties: object) => ({
    type: "track",
    messageId: `${userId}-${daysAgo}-${event}`,
    userId,
    event,
    timestamp: new Date(NOW - daysAgo * DAY_MS).toISOString(),
    properties,
  });
  const calls = [
    ...Object.entries(DEPOSITS).flatMap(([userId, deposits]) =>
      deposits.map(([daysAgo, amount]) => call(userId, daysAgo, "Deposit Made", { amount })),
    ),
    call("onlooker", 5, "Game Opened", { amount: 900 }),
  ];
  const path = store.write("calls.ndjson", calls.map((c) => JSON.stringify(c)).join("\n"));
  await store.import(path, { preset: "segment" } as never, NOW);
  store.write(
    "tessera.yaml",
    "timeZone: Europe/Istanbul\nactivity: { event: Deposit Made, amount: props.amount }\n",
  );
  const { settings, texts } = await readSettings(`${store.dataDir}/in`);
  const loaded = loadLibrary(texts, settings);
  expect(loaded.diagnostics).toEqual([]);
  library = loaded.library;
});

const count = async (expression: string): Promise<number> =>
  (await countPeople(store.warehouse, library, expression, { asOf: NOW })).count;

describe("a store of deposits", () => {
  test.each([
    ["visitor", 1],
    ["new", 3],
    ["active", 4],
    ["churned", 3],
  ])("has people whose stage is %s: %d", async (stage, expected) => {
    expect(await count(`stage is ${stage}`)).toBe(expected);
  });

  test("has the parts of the stages", async () => {
    expect(await count("one_time_only")).toBe(2);
    expect(await count("reactivated")).toBe(1);
    expect(await count("single_purchase")).toBe(2);
    expect(await count("was_active_longer")).toBe(1);
  });

  test("ranks people by what they deposited", async () => {
    expect(await count("value_tier is top and net_24m >= 180")).toBe(2);
    expect(await count("net_12m = 400")).toBe(1);
    expect(await count("expected_gap > 30")).toBeGreaterThan(0);
  });

  test("is not said to lack orders for its lifecycle, and its log has the memberships", async () => {
    await refresh(store.warehouse, library, { asOf: NOW });
    const { segments } = await reportSegments(store.warehouse, library, { asOf: NOW });
    const lifecycle = segments.filter(({ group }) => group === "lifecycle");
    const stages = ["new_customers", "active_customers", "churned_customers", "reactivated"];
    const found = stages.map((key) => {
      const segment = lifecycle.find((s) => s.key === key);
      return [key, segment?.size, segment?.needs];
    });
    expect(found).toEqual([
      ["new_customers", 3, []],
      ["active_customers", 4, []],
      ["churned_customers", 3, []],
      ["reactivated", 1, []],
    ]);
    const parts = ["best", "high_spend_few_orders", "risk_of_churn", "rest"].map((part) =>
      lifecycle.find(({ key }) => key === `active_${part}`),
    );
    expect(parts.map((part) => part?.needs)).toEqual([[], [], [], []]);
    expect(parts.reduce((sum, part) => sum + (part?.size ?? 0), 0)).toBe(4);
  });

  test("has revenue and orders: what was deposited in twelve months, and how often", async () => {
    const inYear = Object.values(DEPOSITS)
      .flat()
      .filter(([daysAgo]) => daysAgo < 365);
    const sum = inYear.reduce((total, [, amount]) => total + amount, 0);
    const refreshed = await crossPeople(store.warehouse, library, ["not visitors"], { asOf: NOW });
    const later = { asOf: NOW + 1 };
    const evaluated = await crossPeople(store.warehouse, library, ["not visitors"], later);
    for (const { steps } of [refreshed, evaluated]) {
      expect(steps[0]).toMatchObject({ revenue: sum, averageOrder: sum / inYear.length });
    }
  });

  test("is said to lack what balances are told by, though its events have amounts", async () => {
    const lacking = await unavailableSegments(store.warehouse, library, { asOf: NOW });
    const needs = lacking.find(({ key }) => key === "was_active_with_balance")?.needs;
    expect(needs).toEqual(["'Balance Updated' or person.balance"]);
  });

  test("would be all visitors if it counted orders", async () => {
    const { library: usual } = loadLibrary([], {
      ...library.settings,
      activity: { kind: "orders" },
    });
    const visitors = await countPeople(store.warehouse, usual, "stage is visitor", { asOf: NOW });
    expect(visitors).toMatchObject({ count: 11, people: 11 });
  });
});
