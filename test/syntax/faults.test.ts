import { describe, expect, it } from "vitest";
import {
  parseDocument,
  parseExpression,
  position,
  SYNTAX_CODES,
} from "../../src/segment/syntax/index.js";

type Fault = readonly [code: string, at: string, hint?: string];
type Row = readonly [text: string, ...faults: readonly Fault[]];

/** What is written behind `segment a`, and each fault: code, line:column, part of the hint. */
const CONDITIONS: readonly Row[] = [
  ["", ["missing-condition", "1:9", "Write what must hold"]],
  ["'A' top 3 by x", ["missing-condition", "1:9"]],
  ["count(order", ["unclosed-bracket", "1:16", "Add `)`"]],
  ["count(order >= 3", ["expected", "1:23", "Close the bracket before"]],
  ["(x > 3", ["unclosed-bracket", "1:11"]],
  ["x > 3)", ["unexpected", "1:16", "No bracket is open"]],
  ["x = 'abc", ["unclosed-text", "1:15", "Close it with '"]],
  ["x = 'a\nb'", ["unclosed-text", "1:15"], ["unexpected", "2:1"], ["unclosed-text", "2:2"]],
  ["x = 'a\\qb'", ["bad-text", "1:17", "Escapes are"]],
  ["x = '\\ud83d'", ["bad-text", "1:15", "Both halves"]],
  ["x = '\ud83d'", ["bad-text", "1:15", "Both halves"]],
  ["x = 'a\0b'", ["bad-text", "1:15"]],
  ["x = '\\u0000'", ["bad-text", "1:15"]],
  ["x = 'a\u0007b'", ["bad-text", "1:15", "\\uXXXX"]],
  ["\0x", ["unknown-character", "1:11"]],
  ["x ; > 3", ["unknown-character", "1:13", "Declarations need no mark"]],
  ["😀 = x ; y", ["unknown-character", "1:11"], ["unknown-character", "1:17"]],
  ["x = '👩‍👩‍👧' ;", ["unknown-character", "1:23"]],
  ["'a' = x", ["expected", "1:15", "is the title"]],
  ["שלום ; 3", ["unknown-character", "1:16"]],
  ["x == 3", ["unknown-character", "1:13", "Write `=`"]],
  ["x && y || !z", ["unknown-character", "1:13", "`and`"], ["unknown-character", "1:18", "`or`"], ["unknown-character", "1:21", "`not`"]],
  ["x ≥ 3", ["unknown-character", "1:13", "`>=`"]],
  ["x = “VIP”", ["unknown-character", "1:15", "Write ' or"]],
  ["x >= = 3", ["expected", "1:16", "One operator is too many"]],
  ["x > = 3", ["expected", "1:15", "Write `>=`"]],
  ["x > 3 > 2", ["chained-comparison", "1:17", "Join comparisons"]],
  ["x adn y", ["unexpected", "1:13", "Did you mean `and`"]],
  ["x AND y", ["unexpected", "1:13", "Did you mean `and`"]],
  ["x is set or", ["expected", "1:22", "ends too early"]],
  ["x is -5", ["expected", "1:16", "compare others with `=`"]],
  ["x is p90", ["reserved-name", "1:16"]],
  ["x starts 'a'", ["unexpected", "1:13", "`starts with`"]],
  ["x = 1 000", ["unexpected", "1:17", "1_000"]],
  ["x = 1e5", ["bad-number", "1:15", "100_000"]],
  ["x = 1__0", ["bad-number", "1:15", "1_000"]],
  [`x = ${"9".repeat(400)}`, ["bad-number", "1:15"]],
  ["x > 30days", ["bad-number", "1:15", "Put a blank"]],
  ["x > 40 %", ["unknown-character", "1:18", "40%"]],
  ["x > 2011-02-30", ["bad-date", "1:15", "2011-12-10T10:30:00Z"]],
  ["x > 2011-02-10T10:00:00+03:00", ["bad-date", "1:15", "UTC"]],
  ["count(viewed in last seven days) > 1", ["expected", "1:32", "in digits"]],
  ["count(viewed in last week) > 1", ["expected", "1:32", "in previous week"]],
  ["count(viewed in lst 7 days) > 1", ["expected", "1:27", "Did you mean `last`"]],
  ["x in last 3 dyas", ["expected", "1:23", "Did you mean `days`"]],
  ["x in last 1.5 months", ["bad-number", "1:21", "Use days"]],
  ["count(viewed wher x) > 1", ["unexpected", "1:24", "Did you mean `where`"]],
  ["count(line of smae brand) > 1", ["expected", "1:25", "Did you mean `same`"]],
  ["some products: x", ["expected", "1:16", "Did you mean `product`"]],
  ["some product x", ["expected", "1:24", "some product:"]],
  ["x = some product: y", ["expected", "1:15", "Put brackets"]],
  ["at least 0 product: x", ["bad-number", "1:20"]],
  ["order.net > 5", ["stray-field", "1:11", "last(order.net)"]],
  ["sum(order) > 5", ["wrong-aggregate", "1:11", "sum(order.net)"]],
  ["count(order.net) > 5", ["wrong-aggregate", "1:11", "count(distinct"]],
  ["share(line.net) > 5", ["wrong-aggregate", "1:11", "where discount > 0"]],
  ["sum(5) > 5", ["wrong-aggregate", "1:15", "sum(line.net)"]],
  ["sum(line.net - order.net) > 5", ["mixed-sources", "1:15"]],
  ["p101(x) > 3", ["percentile-range", "1:11"]],
  ["store p50 > 3", ["expected", "1:21", "store p50(gap.days)"]],
  ["now - last(order) > 3 days", ["expected", "1:11", "time since M"]],
  ["f()", ["expected", "1:13"]],
  ["with intent keep x", ["expected", "1:23", 'with intent "..."']],
  // Several at once: behind a bracket the reading goes on
  ["(x wher y) and count(order in lst 7 days) > 1 and sum(order) > 3",
    ["unexpected", "1:14"], ["expected", "1:41"], ["wrong-aggregate", "1:61"]],
  ["x @ 3 and (y", ["unknown-character", "1:13"]],
]; // biome-ignore format: a table

const DOCUMENTS: readonly Row[] = [
  ["x > 3", ["expected", "1:1", "segment NAME CONDITION"]],
  ["sgment a x", ["expected", "1:1", "Did you mean `segment`"]],
  ["segment where x", ["reserved-name", "1:9", "where_1"]],
  ["attribute p90 = 3", ["reserved-name", "1:11", "p90_1"]],
  ["attribute sum = 3", ["reserved-name", "1:11", "sum_1"]],
  ["segment 3a x", ["bad-number", "1:9", "begin with a letter"]],
  ["attribute a 3", ["expected", "1:13", "attribute a ="]],
  ["attribute f(a, a) = a", ["duplicate-parameter", "1:16"]],
  ["attribute f(a = a", ["expected", "1:15", "Parameters are names"]],
  ["attribute a per products = 1", ["expected", "1:17", "Did you mean `product`"]],
  ["attribute t = one of a when x, b when y", ["missing-otherwise", "1:15", "low otherwise"]],
  ["attribute t = one of a when x,\nsegment b y", ["missing-otherwise", "1:15"]],
  ["attribute t = one of a where x, b otherwise", ["expected", "1:24", "Did you mean `when`"]],
  ["segment f (c) count(order) > 1", ["unexpected", "1:15", "segment f(c)"]],
  // Several at once: the reading goes on with the next declaration
  ["segment a x >\nsegment b y\nattribute c (\nsegment d", ["expected", "2:1"], ["expected", "4:1"], ["missing-condition", "4:9"]],
  ["segment a 'x\nsegment b (y and", ["missing-condition", "1:9"], ["unclosed-text", "1:11"], ["expected", "2:17"]],
]; // biome-ignore format: a table

const rows = (table: readonly Row[]) => table.map(([text, ...faults]) => ({ text, faults }));

function faultsOf(text: string): [code: string, at: string][] {
  return parseDocument(text).diagnostics.map(({ code, span }) => {
    const { line, column } = position(text, span.start);
    return [code, `${line}:${column}`];
  });
}

function check(text: string, faults: readonly Fault[]): void {
  expect(faultsOf(text)).toEqual(faults.map(([code, at]) => [code, at]));
  const { diagnostics } = parseDocument(text, { file: "a.tess" });
  for (const [i, [, , hint]] of faults.entries()) {
    const found = diagnostics[i]!;
    expect(SYNTAX_CODES).toContain(found.code);
    expect(found).toMatchObject({ severity: "error", file: "a.tess" });
    if (hint !== undefined) expect(found.hint).toContain(hint);
  }
}

describe("a wrong condition", () => {
  it.each(rows(CONDITIONS))("$text", ({ text, faults }) => check(`segment a ${text}`, faults));
});

describe("a wrong document", () => {
  it.each(rows(DOCUMENTS))("$text", ({ text, faults }) => check(text, faults));

  it("still gives the declarations that have no fault", () => {
    const text =
      "segment a x == 1\nsegment b y\nsegment c (z\nsegment d sum(order) > 1\nattribute e = 1";
    const { document } = parseDocument(text);
    expect(document.declarations.map((d) => d.name)).toEqual(["b", "e"]);
  });
});

describe("a wrong expression", () => {
  it("is not given", () => {
    expect(parseExpression("x == 1")).not.toHaveProperty("expression");
    expect(parseExpression("x y").diagnostics).toMatchObject([{ code: "unexpected" }]);
    expect(parseExpression("x segment b y").diagnostics).toMatchObject([{ code: "unexpected" }]);
    expect(parseExpression("").diagnostics).toMatchObject([{ code: "expected" }]);
  });
});
