/**
 * What a statement reads of the facts: columns, and expressions over `props` under names of their
 * own. All scans of a statement read from one place, which then holds nothing else.
 */

import { FIELDS } from "../vocabulary.js";

/** Columns of `facts` that texts of scans may name, beside `person` and `t`. */
const COLUMNS = new Set([
  "fact_id",
  "kind",
  "placed",
  "kept",
  ...Object.values(FIELDS).map(({ column }) => column),
]);

export class FactColumns {
  readonly #properties = new Map<string, string>();

  /** The name under which an expression over `props` is read. */
  property(expression: string): string {
    let name = this.#properties.get(expression);
    if (name === undefined) {
      name = `property_${this.#properties.size}`;
      this.#properties.set(expression, name);
    }
    return name;
  }

  /** For a SELECT from `facts`: what the words of a text name. */
  named(text: string): string[] {
    const words = new Set(text.match(/[A-Za-z_]\w*/g));
    return [
      ...[...COLUMNS].filter((column) => words.has(column)),
      ...[...this.#properties]
        .filter(([, name]) => words.has(name))
        .map(([expression, name]) => `${expression} AS ${name}`),
    ];
  }
}
