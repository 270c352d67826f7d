import { describe, expect, test } from "vitest";
import { DAY_MS, fact, holds, order, utc, valueIn, viewed } from "./check.js";

const now = "2023-06-01";
const line = (at: string, rest: object) => fact("line", at, rest);

describe("aggregates of nothing", () => {
  const facts = [viewed("2023-05-01")];
  test("count and sum are 0, the others missing", () => {
    expect(valueIn("count(order)", facts, { now })).toBe(0);
    expect(valueIn("count(order days)", facts, { now })).toBe(0);
    expect(valueIn("sum(order.net)", facts, { now })).toBe(0);
    for (const fn of ["average", "median", "min", "max"]) {
      expect(valueIn(`${fn}(order.net)`, facts, { now })).toBeUndefined();
    }
    expect(valueIn("last(order)", facts, { now })).toBeUndefined();
    expect(valueIn("share(line.net where discount > 0)", facts, { now })).toBeUndefined();
  });
});

describe("sums", () => {
  test("of stored amounts are exact", () => {
    const facts = ["0.1", "0.2"].map((net) => order("2023-05-01", { net }));
    expect(holds("sum(order.net) = 0.3", facts, { now })).toBe(true);
    const lines = [line("2023-05-01", { net: "1.1", cost: "0.8" })];
    expect(holds("sum(line.net - line.cost) = 0.3", lines, { now })).toBe(true);
  });
  test("of products are doubles", () => {
    const facts = [order("2023-05-01", { net: "0.1" }), order("2023-05-02", { net: "0.2" })];
    expect(valueIn("sum(order.net * 1)", facts, { now })).toBe(0.1 + 0.2);
  });
  test("leave out what is missing in a part", () => {
    const facts = [line("2023-05-01", { net: "5" }), line("2023-05-01", { net: "7", cost: "2" })];
    expect(valueIn("sum(line.net - line.cost)", facts, { now })).toBe(5);
    expect(valueIn("count(line where cost is not set)", facts, { now })).toBe(1);
    expect(valueIn("count(line where not (cost > 1))", facts, { now })).toBe(1);
  });
});

describe("counts", () => {
  test("of days, weeks and months are local", () => {
    const facts = [order("2023-04-30T21:30"), order("2023-04-30T10:00"), order("2023-05-01T10:00")];
    expect(valueIn("count(order days)", facts, { now })).toBe(2);
    expect(valueIn("count(order weeks)", facts, { now })).toBe(2);
    const zone = "Europe/Istanbul";
    expect(valueIn("count(order where country is set)", facts, { now })).toBe(0);
    expect(valueIn("count(order months in last 365 days)", facts, { now, zone })).toBe(2);
  });
  test("of distinct values leave out the missing", () => {
    const facts = ["a", "a", "b", "", undefined].map((product) =>
      viewed("2023-05-01", product === undefined ? {} : { product }),
    );
    expect(valueIn("count(distinct viewed.product)", facts, { now })).toBe(2);
  });
});

describe("the ends of a stream", () => {
  test("skip missing values; at one instant first takes the smallest fact id, last the greatest", () => {
    const facts = [
      order("2023-05-01", { coupon: "" }),
      order("2023-05-02", { coupon: "A" }),
      order("2023-05-02", { coupon: "B" }),
      order("2023-05-03"),
    ];
    expect(valueIn("first(order.coupon)", facts, { now })).toBe("A");
    expect(valueIn("last(order.coupon)", facts, { now })).toBe("B");
    expect(valueIn("last(order.coupon)", [...facts].reverse(), { now })).toBe("B");
    expect(holds("last(order) - first(order) = 2 days", facts, { now })).toBe(true);
  });
});

describe("median and arithmetic", () => {
  test("the median is the type-7 quantile", () => {
    const facts = ["1", "2", "4", "10"].map((net) => order("2023-05-01", { net }));
    expect(valueIn("median(order.net)", facts, { now })).toBe(3);
    expect(valueIn("average(order.net)", facts, { now })).toBe(4.25);
  });
  test("x / 0 and ln of 0 are missing; round goes half away from zero", () => {
    const facts = [viewed("2023-05-01")];
    expect(valueIn("count(viewed) / count(order)", facts, { now })).toBeUndefined();
    expect(valueIn("ln(count(order))", facts, { now })).toBeUndefined();
    expect(valueIn("round(-2.5)", facts, { now })).toBe(-3);
    expect(valueIn("round(2.5)", facts, { now })).toBe(3);
    expect(valueIn("least(2, 1 / 0)", facts, { now })).toBeUndefined();
  });
  test("a bucket is the MD5 of salt and person", () => {
    // md5("a:1") begins with 9ef12b2e76052ea0 (coreutils md5sum).
    const expected = Number(BigInt(`0x${MD5_OF_A_1}`) % 10n);
    expect(valueIn("bucket(10, 'a')", [viewed("2023-05-01")], { now })).toBe(expected);
  });
});

describe("properties and traits", () => {
  const facts = [
    viewed("2023-05-01", { props: { size: 5, a: { b: "x" } } }),
    viewed("2023-05-02", { props: { size: "5" } }),
    viewed("2023-05-03", { props: { size: null } }),
  ];
  test('"5" is not 5, and null is not set', () => {
    expect(valueIn("count(viewed where props.size = 5)", facts, { now })).toBe(1);
    expect(valueIn("count(viewed where props.size = '5')", facts, { now })).toBe(1);
    expect(valueIn("count(viewed where props.size is set)", facts, { now })).toBe(2);
    expect(valueIn("count(viewed where props.size != '6')", facts, { now })).toBe(1);
    expect(valueIn("count(viewed where props.a.b starts with 'x')", facts, { now })).toBe(1);
  });
  test("a trait is the latest that has the path in the type asked for", () => {
    const known = [
      fact("identified", "2023-05-01", { props: { age: 30, city: "Izmir" } }),
      fact("identified", "2023-05-02", { props: { age: "31" } }),
      fact("identified", "2023-05-03", { props: { age: null } }),
    ];
    expect(holds("person.age between 18 and 30", known, { now })).toBe(true);
    expect(holds("person.age = '31'", known, { now })).toBe(true);
    expect(holds("person.city = 'Izmir' and person.zip is not set", known, { now })).toBe(true);
    expect(holds("person.zip is not 'x' or 'y'", known, { now })).toBe(false);
  });
});

describe("sessions and gaps", () => {
  const at = utc("2023-05-01T10:00");
  test("30 minutes without activity begin a new session", () => {
    const visit = (gap: number) => [viewed(at), fact("page", at + gap)];
    expect(valueIn("count(session)", visit(30 * 60_000 - 1), { now })).toBe(1);
    expect(valueIn("count(session)", visit(30 * 60_000), { now })).toBe(2);
  });
  test("a session happens when it starts, whatever the window", () => {
    const facts = [viewed(at), viewed(at + 20 * 60_000)];
    const question = { now: at + DAY_MS + 10 * 60_000 };
    expect(valueIn("count(session in last 1 day)", facts, question)).toBe(0);
    expect(valueIn("count(viewed in last 1 day)", facts, question)).toBe(1);
  });
  test("events elsewhere are no activity", () => {
    expect(valueIn("count(session)", [fact("opened", at)], { now })).toBe(0);
  });
  test("gaps lie between order days, at the first order of the later day", () => {
    const facts = [
      order("2023-05-01T23:00"),
      order("2023-05-02T01:00"),
      order("2023-05-02T02:00"),
      order("2023-05-12T00:00"),
    ];
    expect(valueIn("sum(gap.days)", facts, { now })).toBe(11);
    expect(valueIn("count(gap where days > 1)", facts, { now })).toBe(1);
    expect(valueIn("count(gap to 2023-05-02T01:30:00Z)", facts, { now })).toBe(1);
  });
});

const MD5_OF_A_1 = "9ef12b2e76052ea0";
