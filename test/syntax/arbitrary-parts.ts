/** Random names, numbers, texts, durations: the leaves of random trees. */

import fc from "fast-check";
import {
  AGGREGATE_FUNCTIONS,
  type Duration,
  isDeclarable,
  isName,
  UNITS,
} from "../../src/segment/syntax/index.js";

/** Words that the grammar gives a meaning only at some places: each must still do as a name. */
const CONTEXTUAL_WORDS = [
  "after", "ago", "among", "at", "before", "between", "by", "contains", "count", "day", "days", "first", "from", "last",
  "least", "ln", "median", "month", "months", "of", "one", "order", "otherwise", "per", "previous", "product", "same",
  "season", "since", "starts", "store", "sum", "this", "time", "to", "today", "top", "week", "weeks", "when", "within",
  "without", "yesterday",
].filter(isName); // biome-ignore format: a list of words

export const anyName: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom("a", "b", "net_12m", "p", "p9x", "ürün", "قسم", "हिन्दी", "T1"),
  fc.constantFrom(...CONTEXTUAL_WORDS),
  fc.stringMatching(/^[a-zA-Z][a-zA-Z0-9_]{0,8}$/).filter(isName),
);
export const declaredName = anyName.filter(isDeclarable);
export const callName = anyName.filter(
  (n) => !(AGGREGATE_FUNCTIONS as readonly string[]).includes(n),
);
/** Behind a dot every word will do. */
export const pathPart = fc.oneof(
  anyName,
  fc.constantFrom("segment", "and", "p90", "is", "person", "set", "true"),
);

export const anyNumber: fc.Arbitrary<number> = fc.oneof(
  fc.nat(400),
  fc.constantFrom(0, 1, 0.07, 0.1, 1e21, 1e-7, 123456.789, Number.MAX_VALUE, Number.MIN_VALUE),
  fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }).map((n) => n + 0),
);
export const percent = fc.oneof(
  fc.nat(100),
  fc.double({ min: 0, max: 100, noNaN: true }).map((n) => n + 0),
);

export const anyText: fc.Arbitrary<string> = fc
  .oneof(
    fc.string(),
    fc.string({ unit: "grapheme" }),
    fc.string({ unit: "binary" }),
    fc.constantFrom(
      "",
      "'",
      '"',
      "\\",
      "\n\r\t",
      "# no comment",
      "\u202eabc",
      "👩‍👩‍👧",
      "\ufeff",
      "segment x",
      "’“",
    ),
  )
  .filter((text) => !text.includes("\0"));

export const instant: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    "2011-12-10",
    "2012-02-29",
    "2011-11-01T10:30:00Z",
    "0001-01-01",
    "9999-12-31T23:59:59.999Z",
  ),
  fc
    .date({ min: new Date("1970-01-01"), max: new Date("2100-01-01"), noInvalidDate: true })
    .map((date) => date.toISOString()),
);

export const duration: fc.Arbitrary<Duration> = fc
  .tuple(anyNumber, fc.constantFrom(...UNITS))
  .map(([amount, unit]) => ({ amount: amountOf(amount, unit), unit }));

/** Months and years are whole. */
export function amountOf(amount: number, unit: Duration["unit"]): number {
  return unit === "month" || unit === "year" ? Math.min(Math.floor(amount), 1000) : amount;
}
