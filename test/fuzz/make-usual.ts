/** Random statistics of the store by what facts share: `store median(line.price by category)`. */

import type { Usual, Window } from "../../src/segment/syntax/tree.js";
import { SOURCES } from "../../src/segment/vocabulary.js";
import { aggregateOf, comparison, fieldOf, literal, nameOf } from "./nodes.js";
import type { Random } from "./random.js";

const PERIODS = ["day", "week", "month"];

/** What is usual for lines like a row of the source, by what both have. */
export function usualFor(random: Random, source: string): Usual {
  const shared = ["category", "department", "brand", "product", "channel", "country"].filter((f) =>
    SOURCES.get(source)?.fields.includes(f),
  );
  const dimension = () => random.pick(random.chance(0.3) || shared.length === 0 ? PERIODS : shared);
  const by = [...new Set(Array.from({ length: random.int(1, 2) }, dimension))];
  const fn = random.pick(["share", "average", "median"] as const);
  const where = comparison(nameOf("discount"), ">", literal(0));
  const isPart = fn === "share" || random.chance(0.3);
  const value = fieldOf("line", random.pick(["net", "gross", "price"]));
  const last: Window = { kind: "last", duration: { amount: 90, unit: "day" } };
  const windows = random.chance(0.3) ? [last] : [];
  const steps = [{ source: "line", ...(isPart && { where }) }];
  return { kind: "usual", of: aggregateOf(fn, { steps }, { value, windows }), by };
}
