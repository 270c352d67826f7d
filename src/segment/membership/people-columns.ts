/**
 * The columns of a list of people: attributes, segments, or any other expression that has a value.
 * Each becomes an attribute of its own in the library, so that the planner types it and the
 * evaluator puts it out like any other.
 */

import { AppError } from "../../base/index.js";
import type { Library, ValueType } from "../plan/index.js";
import type { Declaration, Expression } from "../syntax/index.js";
import { IDENTIFIER_COLUMNS } from "./identifiers.js";
import { parseOrThrow, planOrThrow } from "./library.js";
import { withProfile } from "./profile.js";

export interface PeopleColumn {
  /** The heading: the expression as it was written. */
  readonly name: string;
  readonly expression: Expression;
  /** Where what a refresh has found holds it, and its type. */
  readonly found?: { readonly column: string; readonly type: ValueType };
}

/** What a list shows unless one says otherwise, without the classifications that a store lacks. */
export function usualColumns(library: Library): readonly PeopleColumn[] {
  const labels = ["stage", "value_tier"].filter((name) => library.definitions.has(name));
  return [
    ...labels.map((name) => ({ name, expression: named(name) })),
    profiled("orders", "profile_orders", "number"),
    profiled("revenue_12m", "profile_net_12m", "number"),
    profiled("last_order_at", "profile_last_order", "moment"),
  ];
}

const named = (name: string): Expression => ({ kind: "name", name });

/** The attribute and the column of what a refresh has found are called alike. */
const profiled = (name: string, column: string, type: ValueType): PeopleColumn => ({
  name,
  expression: named(column),
  found: { column, type },
});

/** A list parted by commas, except within brackets and quotes: `stage,dept_share('a,b')`. */
export function splitColumns(list: string): readonly string[] {
  const columns = list.match(
    /(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|\((?:[^()'"]|'[^']*'|"[^"]*"|\([^()]*\))*\)|[^,])+/gs,
  );
  return (columns ?? []).map((text) => text.trim()).filter((text) => text !== "");
}

/** Columns as written. Throws DiagnosticsError for a faulty one, AppError for one given twice. */
export function readColumns(texts: readonly string[], library: Library): readonly PeopleColumn[] {
  const usual = usualColumns(library);
  const seen = new Set<string>(IDENTIFIER_COLUMNS);
  return texts.map((text) => {
    if (seen.has(text)) {
      const always = (IDENTIFIER_COLUMNS as readonly string[]).includes(text);
      throw new AppError(
        "input.invalid",
        always ? `the column ${text} is there already` : `the column ${text} is given twice`,
        { hint: "name each column once; identifiers come by themselves" },
      );
    }
    seen.add(text);
    const found = library.definitions.has(text) ? undefined : usual.find((c) => c.name === text);
    if (found !== undefined) return found;
    const read = { name: text, expression: parseOrThrow(text) };
    planOrThrow(withColumns(library, [read]), { segments: [], attributes: [columnName(0)] }, text);
    return read;
  });
}

/** No name of the language, so that nothing a store defines can be meant by it. */
export const columnName = (index: number): string => `column ${index}`;

/** The library with the profile's attributes, and an attribute for each column. */
export function withColumns(library: Library, columns: readonly PeopleColumn[]): Library {
  const extended = withProfile(library);
  const definitions = new Map(extended.definitions);
  columns.forEach(({ expression }, i) => {
    const name = columnName(i);
    const declaration: Declaration = { kind: "attribute", name, parameters: [], body: expression };
    definitions.set(name, { declaration });
  });
  return { ...extended, definitions };
}
