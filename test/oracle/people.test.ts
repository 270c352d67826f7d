import { describe, expect, test } from "vitest";
import { ask, DAY_MS, fact, holds, members, order, utc, valueIn, viewed } from "./check.js";

const now = "2023-06-01";
const NOON = utc("2023-05-10T12:00");

describe("sequences", () => {
  const count = (text: string, facts: ReturnType<typeof viewed>[]) =>
    valueIn(`count(${text})`, facts, { now });
  test("need A strictly before B, and B within the time, its end taken in", () => {
    expect(count("viewed then order", [viewed(NOON), order(NOON)])).toBe(0);
    expect(count("viewed then order within 3 days", [viewed(NOON), order(NOON + 3 * DAY_MS)])).toBe(
      1,
    );
    expect(
      count("viewed then order within 3 days", [viewed(NOON), order(NOON + 3 * DAY_MS + 1)]),
    ).toBe(0);
  });
  test("allow no C strictly between", () => {
    const facts = (c: number) => [viewed(NOON), fact("removed", c), order(NOON + 10)];
    expect(count("viewed then order without removed", facts(NOON + 5))).toBe(0);
    expect(count("viewed then order without removed", facts(NOON))).toBe(1);
    expect(count("viewed then order without removed", facts(NOON + 10))).toBe(1);
  });
  test("another A that is nearer saves the pair", () => {
    const facts = [viewed(NOON), fact("removed", NOON + 5), viewed(NOON + 6), order(NOON + 10)];
    expect(count("viewed then order without removed", facts)).toBe(1);
  });
  test("count the last step's facts; of three steps the first two are A", () => {
    const facts = [viewed(NOON), fact("added", NOON + 1), order(NOON + 2), order(NOON + 3)];
    expect(count("viewed then order", facts)).toBe(2);
    expect(count("viewed then added then order", facts)).toBe(2);
    expect(count("added then viewed then order", facts)).toBe(0);
  });
});

describe("keys", () => {
  const product = (kind: string, at: number, product: string, category: string) =>
    fact(kind, at, { product, category });
  const facts = [
    product("viewed", NOON, "boot", "shoes"),
    product("viewed", NOON + 1, "boot", "shoes"),
    product("line", NOON + 2, "heel", "shoes"),
    product("viewed", NOON + 3, "coat", "outer"),
  ];
  test("some, no, every and at least speak of one and the same key", () => {
    expect(holds("some product: count(viewed) >= 2 and count(line) = 0", facts, { now })).toBe(
      true,
    );
    expect(holds("no product: count(viewed) >= 1 and count(line) >= 1", facts, { now })).toBe(true);
    expect(holds("at least 2 product: count(viewed) >= 1", facts, { now })).toBe(true);
    expect(holds("at least 3 product: count(viewed) >= 1", facts, { now })).toBe(false);
    expect(holds("every cart: count(added) > 5", facts, { now })).toBe(true);
  });
  test("of same category looks from a product to all of its category", () => {
    const text = (p: string) =>
      `some product: count(${p}) = 2 and count(line of same category after first(viewed)) = 1`;
    expect(holds(text("viewed"), facts, { now })).toBe(true);
    const moved = [...facts, product("viewed", NOON + 5, "boot", "outer")];
    expect(
      holds("some product: count(viewed) = 3 and count(line of same category) = 0", moved, { now }),
    ).toBe(true);
  });
  test("of person looks at everything", () => {
    expect(
      holds("some product: count(line) = 1 and count(event of person) = 3", facts, { now }),
    ).toBe(true);
  });
  test("are values on any fact, whether or not the order was kept", () => {
    const unkept = [fact("line", NOON, { product: "boot", kept: false })];
    expect(holds("some product: count(line) = 0", unkept, { now })).toBe(true);
  });
  test("sessions and gaps are the person's", () => {
    expect(() => holds("some product: count(session) = 1", facts, { now })).toThrow("ill-typed");
    expect(holds("some product: count(session of person) = 1", facts, { now })).toBe(true);
  });
  test("a session is a key", () => {
    const two = [viewed(NOON), viewed(NOON + 1), viewed(NOON + DAY_MS)];
    expect(holds("at least 2 session: count(viewed) >= 1", two, { now })).toBe(true);
    expect(holds("at least 2 session: count(viewed) >= 2", two, { now })).toBe(false);
  });
});

describe("families", () => {
  const line = (category: string, net: string) => fact("line", NOON, { category, net });
  const text = (condition: string) =>
    `segment f(c) ${condition} top 2 by sum(line.net where category = c)`;
  const found = (condition: string, facts: ReturnType<typeof line>[]) =>
    [...(ask(text(condition), facts, { now }).members.get("f") ?? [])].map(
      (key) => key.split("\u0000")[1],
    );
  test("have a member per argument; the best are kept, ties by the smaller argument", () => {
    const facts = [line("b", "5"), line("a", "5"), line("c", "9"), line("d", "1")];
    expect(found("count(line where category = c) >= 1", facts)).toEqual(["c", "a"]);
  });
  test("try the values that the person has", () => {
    expect(found("count(line where category = c) = 0", [line("a", "1")])).toEqual([]);
  });
  test("are asked by argument elsewhere", () => {
    const two = `${text("count(line where category = c) >= 1")} segment g f('a') segment h f('b')`;
    const { members } = ask(two, [line("a", "1")], { now });
    expect([members.get("g")?.size, members.get("h")?.size]).toEqual([1, 0]);
  });
});

describe("classifications", () => {
  test("the first case that holds decides, and is asked with is", () => {
    const text =
      "attribute stage = one of many when count(order) >= 2, one when count(order) >= 1, none otherwise";
    const of = (condition: string, ...facts: ReturnType<typeof order>[]) =>
      ask(`${text} segment s ${condition}`, [viewed(NOON), ...facts], { now }).members.get("s")
        ?.size === 1;
    expect(of("stage is many", order(NOON), order(NOON))).toBe(true);
    expect(of("stage is one or none")).toBe(true);
    expect(of("stage is not one or none", order(NOON))).toBe(false);
  });
});

describe("percentiles", () => {
  const facts = [1, 2, 3, 4, 5].flatMap((person) => [
    order(NOON, { alias: BigInt(person), net: String(person * 10) }),
  ]);
  test("are type-7 quantiles over the people with an order", () => {
    expect(
      members("sum(order.net) >= p50", [...facts, viewed(NOON, { alias: 9n })], { now }),
    ).toEqual([3, 4, 5]);
    expect(valueIn("p90(sum(order.net))", facts, { now })).toBeCloseTo(46, 10);
  });
  test("take the window's buyers, and all buyers where those are too few", () => {
    const old = [...facts, order("2020-01-01", { alias: 6n, net: "1000" })];
    const x = "p50(sum(order.net in last 365 days))";
    expect(valueIn(x, old, { now, minimumPopulation: 5 })).toBe(30);
    // Person 6 has 0 within the window: the median of 0, 10, 20, 30, 40, 50.
    expect(valueIn(x, old, { now })).toBe(25);
  });
  test("among takes those for whom a condition holds", () => {
    expect(valueIn("p50(sum(order.net) among sum(order.net) > 15)", facts, { now })).toBe(35);
    expect(valueIn("p50(sum(order.net) among count(refund) > 0)", facts, { now })).toBeUndefined();
  });
  test("store is over the facts of all people", () => {
    expect(valueIn("store p50(order.net)", [...facts, order(NOON, { net: "0" })], { now })).toBe(
      25,
    );
  });
});

describe("as of an instant", () => {
  test("a fact counts once it is known and once it happens", () => {
    const late = [viewed("2023-05-01"), order("2023-05-01", { knownAt: utc("2023-05-10") })];
    expect(valueIn("count(order)", late, { now: "2023-05-09" })).toBe(0);
    expect(valueIn("count(order)", late, { now: "2023-05-10" })).toBe(1);
    const early = [viewed("2023-05-01"), order("2023-05-20", { knownAt: utc("2023-05-02") })];
    expect(valueIn("count(order)", early, { now: "2023-05-19" })).toBe(0);
    expect(valueIn("count(order)", early, { now: "2023-05-20" })).toBe(1);
  });
  test("of an order the version valid then counts", () => {
    const kept = order("2023-05-01", { net: "100" });
    const sentBack = { ...kept, version: 2, knownAt: utc("2023-05-10"), kept: false };
    const superseded = [{ alias: 1n, factId: kept.factId, version: 1, knownAt: utc("2023-05-10") }];
    const history = { facts: [kept, sentBack], superseded };
    expect(valueIn("sum(order.net)", history, { now: "2023-05-09" })).toBe(100);
    expect(valueIn("count(order)", history, { now: "2023-05-10" })).toBe(0);
    expect(valueIn("count(placed)", history, { now: "2023-05-10" })).toBe(1);
  });
  test("a merge counts from when it was known, until it is undone", () => {
    const facts = [order("2023-05-01"), order("2023-05-01", { alias: 2n })];
    const link = (person: bigint, knownAt: string, sequence: number) => ({
      alias: 2n,
      person,
      knownAt: utc(knownAt),
      sequence,
      cause: "merge",
    });
    const history = {
      facts,
      identity: [link(1n, "2023-05-10", 1), link(2n, "2023-05-20", 3), link(1n, "2023-05-20", 2)],
    };
    expect(members("count(order) = 1", history, { now: "2023-05-09" })).toEqual([1, 2]);
    expect(members("count(order) = 2", history, { now: "2023-05-10" })).toEqual([1]);
    expect(members("count(order) = 1", history, { now: "2023-05-20" })).toEqual([1, 2]);
  });
  test("facts of nobody belong to nobody, and nobody is there without a fact", () => {
    expect(members("count(order) >= 0", [order("2023-05-01", { alias: 0n })], { now })).toEqual([]);
    expect(members("count(order) = 0", [order("2024-01-01")], { now })).toEqual([]);
  });
});

describe("truth", () => {
  test("a comparison with a missing value is false, and not is plain negation", () => {
    const facts = [viewed(NOON)];
    expect(holds("average(order.net) != 5", facts, { now })).toBe(false);
    expect(holds("average(order.net) between 0 and 9", facts, { now })).toBe(false);
    expect(holds("not (average(order.net) > 5)", facts, { now })).toBe(true);
    expect(holds("last(order.coupon) is not 'A'", facts, { now })).toBe(false);
  });
  test("types never mix", () => {
    expect(() => holds("count(order) = '5'", [viewed(NOON)], { now })).toThrow("ill-typed");
  });
});
