import { describe, expect, it } from "vitest";
import {
  type Expression,
  formatDocument,
  formatExpression,
  parseDocument,
  parseExpression,
  stripSpans,
} from "../../src/segment/syntax/index.js";

const n = (name: string) => ({ kind: "name", name });
const v = (value: number | string | boolean) => ({ kind: "literal", value });
const days = (amount: number, unit = "day") => ({ amount, unit });
const last = (amount: number, unit = "day") => ({ kind: "last", duration: days(amount, unit) });
const relative = (side: string, moment: object, within?: object) => ({
  kind: "relative", side, ...(within && { within }), moment,
}); // biome-ignore format: fits
const aggregate = (fn: string, steps: string | object[], more: object = {}, windows: object[] = []) => ({
  kind: "aggregate", fn, source: { steps: typeof steps === "string" ? [{ source: steps }] : steps }, ...more, windows,
}); // biome-ignore format: fits
const of = (fn: string, source: string, key: string, windows: object[] = []) => ({
  kind: "aggregate", fn, source: { steps: [{ source }], of: key }, windows,
}); // biome-ignore format: fits
const field = (source: string, ...path: string[]) => ({ kind: "field", source, path });
const compare = (left: object, op: string, right: object) => ({
  kind: "comparison",
  op,
  left,
  right,
});
const math = (left: object, op: string, right: object) => ({ kind: "arithmetic", op, left, right });
const and = (...operands: object[]) => ({ kind: "and", operands });
const or = (...operands: object[]) => ({ kind: "or", operands });
const not = (operand: object) => ({ kind: "not", operand });
const is = (operand: object, ...values: object[]) => ({ kind: "is", operand, values });
const inside = (moment: object, ...windows: object[]) => ({ kind: "in window", moment, windows });
const some = (key: string, body: object) => ({ kind: "quantifier", quantity: "some", key, body });
const count = (source: string, ...windows: object[]) => aggregate("count", source, {}, windows);

const [a, b, c, x, y] = ["a", "b", "c", "x", "y"].map(n) as [
  object,
  object,
  object,
  object,
  object,
];
const firstOrder = aggregate("first", "order");

/** A text, what it says, and how the formatter writes it if not like that. */
const EXPRESSIONS: readonly (readonly [text: string, tree: object, formatted?: string])[] = [
  ["3", v(3)],
  ["1_000_000", v(1_000_000), "1000000"],
  ["40%", v(0.4), "0.4"],
  ["7%", v(0.07), "0.07"],
  ["0.1%", v(0.001), "0.001"],
  ["-5", { kind: "negate", operand: v(5) }],
  ["'it\\'s'", v("it's")],
  ['"say \\"yes\\""', v('say "yes"'), "'say \"yes\"'"],
  ["'\\u0130st\\n\\t\\\\'", v("İst\n\t\\"), "'İst\\n\\t\\\\'"],
  ["true", v(true)],
  ["30 minutes", { kind: "duration", duration: days(30, "minute") }],
  ["1 hours", { kind: "duration", duration: days(1, "hour") }, "1 hour"],
  ["2011-12-10T10:30:00Z", { kind: "instant", text: "2011-12-10T10:30:00Z" }],
  ["2011 - 12 - 10", math(math(v(2011), "-", v(12)), "-", v(10))],
  ["person.address.city", { kind: "trait", path: ["address", "city"] }],
  ["f('shoes', d)", { kind: "call", name: "f", args: [v("shoes"), n("d")] }],
  // Binding
  ["a or b and c", or(a, and(b, c))],
  ["(a or b) and c", and(or(a, b), c)],
  ["a and (b and c)", and(a, and(b, c))],
  ["((a))", a, "a"],
  ["not a and b", and(not(a), b)],
  ["not (a and b)", not(and(a, b))],
  ["not x = 3", not(compare(x, "=", v(3)))],
  ["a - b - c", math(math(a, "-", b), "-", c)],
  ["a - (b - c)", math(a, "-", math(b, "-", c))],
  ["a + b * c", math(a, "+", math(b, "*", c))],
  ["-a * b", math({ kind: "negate", operand: a }, "*", b)],
  // Comparisons
  ["x starts with 'y'", compare(x, "starts with", v("y"))],
  ["x contains 'y'", compare(x, "contains", v("y"))],
  ["x is set", { kind: "is set", operand: x }],
  ["x is not set", { kind: "is set", negated: true, operand: x }],
  ["x between 2 and 5 and y", and({ kind: "between", operand: x, low: v(2), high: v(5) }, y)],
  ["x is a or b or 3", is(x, a, b, v(3))],
  ["x is not a or b", { kind: "is", negated: true, operand: x, values: [a, b] }],
  ["x is a or b = 3", or(is(x, a), compare(b, "=", v(3)))],
  ["x is a or b(3)", or(is(x, a), { kind: "call", name: "b", args: [v(3)] })],
  ["x is a or b in last 3 days", or(is(x, a), inside(b, last(3)))],
  ["x is a or b is c", or(is(x, a), is(b, c))],
  ["x is a or not b", or(is(x, a), not(b))],
  ["x is a or days since b > 3", or(is(x, a), compare({ kind: "since", measure: "days", moment: b }, ">", v(3)))],
  ["(x is a) or b", or(is(x, a), b)],
  ["y and x is a or b", and(y, is(x, a, b))],
  ["y and (x is a) or b", or(and(y, is(x, a)), b)],
  ["x is a or b and y", and(is(x, a, b), y)],
  // Aggregates
  ["count(order)", count("order")],
  ["count(order days in last 365 days)", aggregate("count", "order", { per: "day" }, [last(365)])],
  ["count(distinct viewed.props.size)", aggregate("count", "viewed", { distinct: true, value: field("viewed", "props", "size") })],
  ["sum(line.net - line.cost)", aggregate("sum", "line", { value: math(field("line", "net"), "-", field("line", "cost")) })],
  ["count(viewed where props.size = '5')", aggregate("count", [{ source: "viewed", where: compare({ kind: "field", path: ["props", "size"] }, "=", v("5")) }])],
  ["count(line where category is a or b in last 7 days)", aggregate("count", [{ source: "line", where: is(n("category"), a, b) }], {}, [last(7)])],
  ["count(line where (launched in last 7 days))", aggregate("count", [{ source: "line", where: inside(n("launched"), last(7)) }])],
  ["count(line of same category after x)", of("count", "line", "category", [relative("after", x)])],
  ["count(line where a of person)", { ...of("count", "line", "person"), source: { steps: [{ source: "line", where: a }], of: "person" } }, "count(line of person where a)"],
  ["count(viewed then order within 3 days without removed where a in last 30 days)",
    aggregate("count", [{ source: "viewed" }, { source: "order", within: days(3), without: { source: "removed", where: a } }], {}, [last(30)])],
  ["count(viewed then order within 3 days after x)",
    aggregate("count", [{ source: "viewed" }, { source: "order" }], {}, [relative("after", x, days(3))])],
  ["count(viewed then order within 3 days, after x)",
    aggregate("count", [{ source: "viewed" }, { source: "order", within: days(3) }], {}, [relative("after", x)])],
  ["last(viewed then line.net)", aggregate("last", [{ source: "viewed" }, { source: "line" }], { value: field("line", "net") })],
  // Windows behind the bracket, or of the moment
  ["count(order) in last 7 days > 2", compare(count("order", last(7)), ">", v(2)), "count(order in last 7 days) > 2"],
  ["count(order today) between 30 and 90 days ago",
    count("order", { kind: "calendar", which: "this", unit: "day" }, { kind: "ago", from: 30, to: 90, unit: "day" }),
    "count(order today between 30 and 90 days ago)"],
  ["first(order) in last 7 days", inside(firstOrder, last(7))],
  ["(count(order)) in last 7 days", inside(count("order"), last(7))],
  ["first(order.coupon) in previous month = 'A'",
    compare(aggregate("first", "order", { value: field("order", "coupon") }, [{ kind: "calendar", which: "previous", unit: "month" }]), "=", v("A")),
    "first(order.coupon in previous month) = 'A'"],
  ["x in this day", inside(x, { kind: "calendar", which: "this", unit: "day" }), "x today"],
  ["x from 2011-11-01 to 2011-12-01", inside(x, { kind: "range", from: "2011-11-01", to: "2011-12-01" })],
  ["count(order from 2011-11-01, to 2011-12-01)", count("order", { kind: "range", from: "2011-11-01" }, { kind: "range", to: "2011-12-01" })],
  ["x in season november.peak before y", inside(x, { kind: "season", season: "november", phase: "peak" }, relative("before", y))],
  ["x after first(order) + 3 days in last 7 days", inside(x, relative("after", math(firstOrder, "+", { kind: "duration", duration: days(3) })), last(7))],
  // Percentiles, quantifiers
  ["x >= p99.5", compare(x, ">=", { kind: "percentile", percent: 99.5 })],
  ["p90(x among y)", { kind: "percentile", percent: 90, of: x, among: y }],
  ["store p50(gap.days)", { kind: "percentile", percent: 50, store: true, of: field("gap", "days") }],
  [
    "store p50(gap.days among x)",
    { kind: "percentile", percent: 50, store: true, of: field("gap", "days"), among: x },
  ],
  [
    "sum(line.net * store share(line.net where x by category and month in last 7 days))",
    aggregate("sum", "line", {
      value: math(field("line", "net"), "*", {
        kind: "usual",
        of: aggregate("share", [{ source: "line", where: x }], { value: field("line", "net") }, [last(7)]),
        by: ["category", "month"],
      }),
    }),
  ],
  ["now in season november", { kind: "in season", season: "november" }],
  ["now in season november.peak and x", and({ kind: "in season", season: "november", phase: "peak" }, x)],
  ["some product: a and b", some("product", and(a, b))],
  ["(some product: a) and b", and(some("product", a), b)],
  ["a and some product: b or c", and(a, some("product", or(b, c)))],
  ["not (every order: a) or b",
    or(not({ kind: "quantifier", quantity: "every", key: "order", body: a }), b)],
  ["at least 3 cart: a", { kind: "quantifier", quantity: { atLeast: 3 }, key: "cart", body: a }],
  // Words of the grammar as names
  ["last > first and days = top", and(compare(n("last"), ">", n("first")), compare(n("days"), "=", n("top")))],
  ["count(days days today)", aggregate("count", "days", { per: "day" }, [{ kind: "calendar", which: "this", unit: "day" }])],
]; // biome-ignore format: a table

const DECLARATIONS: readonly (readonly [text: string, tree: object])[] = [
  ["attribute f(p, q) = p", { kind: "attribute", name: "f", parameters: ["p", "q"], body: n("p") }],
  ["attribute in_cart per product = a", { kind: "attribute", name: "in_cart", parameters: [], per: "product", body: a }],
  ["attribute t = one of\n  top when a,\n  low otherwise",
    { kind: "attribute", name: "t", parameters: [], body: { kind: "classification", cases: [{ value: "top", when: a }], otherwise: "low" } }],
  ["segment x (a)", { kind: "segment", name: "x", parameters: [], notes: [], condition: a }],
  ["segment x ('a' = b)", { kind: "segment", name: "x", parameters: [], notes: [], condition: compare(v("a"), "=", b) }],
  ['segment x "X"\n  with intent "keep"\n  with cap "2"\n  a',
    { kind: "segment", name: "x", parameters: [], title: "X", notes: [{ key: "intent", text: "keep" }, { key: "cap", text: "2" }], condition: a }],
  ["segment x(c) a top 3 by b",
    { kind: "segment", name: "x", parameters: ["c"], notes: [], condition: a, top: { count: 3, by: b } }],
]; // biome-ignore format: a table

describe("an expression", () => {
  const rows = EXPRESSIONS.map(([text, tree, formatted = text]) => ({ text, tree, formatted }));

  it.each(rows)("$text", ({ text, tree, formatted }) => {
    const { expression, diagnostics } = parseExpression(text);
    expect(diagnostics).toEqual([]);
    expect(stripSpans(expression)).toStrictEqual(tree);
    expect(formatExpression(tree as Expression)).toBe(formatted);
  });

  it("knows where each of its nodes was written", () => {
    const { expression } = parseExpression("a or (x >= 3 days)");
    expect(expression).toMatchObject({
      span: { start: 0, end: 18 },
      operands: [
        { span: { start: 0, end: 1 } },
        { span: { start: 6, end: 17 }, right: { span: { start: 11, end: 17 } } },
      ],
    });
  });
});

describe("a declaration", () => {
  it.each(DECLARATIONS)("%s", (text, tree) => {
    const { document, diagnostics } = parseDocument(text);
    expect(diagnostics).toEqual([]);
    expect(stripSpans(document.declarations)).toStrictEqual([tree]);
    const written = formatDocument(document);
    if (!text.startsWith("segment x (a)")) expect(written).toBe(`${text}\n`);
  });

  it("ends where the next begins, whatever the line breaks; comments say nothing", () => {
    const text = "\ufeffattribute a = # one\r\n  1 segment b a\u00a0>\t0 # segment c x\n";
    const { document, diagnostics } = parseDocument(text);
    expect(diagnostics).toEqual([]);
    expect(formatDocument(document)).toBe("attribute a = 1\nsegment b a > 0\n");
  });
});

describe("a long document", () => {
  it("is broken at `and` and `or`, each level indented", () => {
    const long = (i: number) => `count(viewed where price > ${i} in last 7 days) >= 2`;
    const { document } = parseDocument(
      `segment x ${long(1)} and (${long(2)} or ${long(3)}) or ${long(4)} and ${long(5)}`,
    );
    expect(formatDocument(document)).toBe(
      [
        "segment x",
        `  ${long(1)}`,
        "    and (",
        `      ${long(2)}`,
        `      or ${long(3)}`,
        "    )",
        `  or ${long(4)}`,
        `    and ${long(5)}`,
        "",
      ].join("\n"),
    );
  });
});
