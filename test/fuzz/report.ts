/** A failing case as a person reads it: the text, the facts (if few), the circumstances. */

import { formatDocument } from "../../src/segment/syntax/index.js";
import type { Document } from "../../src/segment/syntax/tree.js";
import type { History } from "../../src/store/facts.js";
import type { Failure, FuzzCase } from "./compare.js";

export function reportOf(
  fuzzCase: FuzzCase,
  failure: Failure,
  document: Document,
  history?: History,
): string {
  const { seed, world } = fuzzCase;
  return [
    `seed ${seed} fails: ${failure.kind} (again with: npm run fuzz -- --seed ${seed} --runs 1)`,
    failure.details,
    "--- text",
    formatDocument(document).trimEnd(),
    ...(history === undefined ? [] : ["--- history", historyText(history)]),
    "--- settings",
    JSON.stringify(world.settings),
    "",
  ].join("\n");
}

/** One fact a line; 64-bit numbers as "123n", instants also as a reader's time. */
function historyText(history: History): string {
  const line = (item: object) => {
    const ts = "ts" in item ? { at: new Date(item.ts as number).toISOString() } : {};
    return JSON.stringify({ ...item, ...ts }, (_, value) =>
      typeof value === "bigint" ? `${value}n` : value,
    );
  };
  const list = (name: string, items: readonly object[]) =>
    items.length === 0 ? [] : [`${name}:`, ...items.map((item) => `  ${line(item)}`)];
  return [
    ...list("facts", history.facts),
    ...list("superseded", history.superseded ?? []),
    ...list("identity", history.identity ?? []),
  ].join("\n");
}
