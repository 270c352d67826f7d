/** Values of a statement, bound by name: nothing that a person wrote is ever part of the SQL text. */

import type { Parameter } from "../../store/index.js";
import { FactColumns } from "./fact-columns.js";

/** Inputs of every evaluation, bound by `evaluate`. Instants are milliseconds. */
export const NOW = "{now:Int64}";
/** The local day of now, as days since 1970-01-01. */
export const TODAY = "{today:Int64}";
export const KNOWN = "{known:Int64}";
/** When the people were last evaluated: facts known later that happened before it came late. */
export const PREVIOUS = "{previous:Int64}";
export const ZONE = "{zone:String}";

export class ParameterBag {
  /** What the statement reads of the facts. */
  readonly columns = new FactColumns();
  readonly #values = new Map<string, Parameter>();
  readonly #names = new Map<string, string>();

  /** `{p3:String}` for a value; equal values share a name. */
  bind(value: string | number | boolean): string {
    const type =
      typeof value === "string" ? "String" : typeof value === "number" ? "Float64" : "Bool";
    const id = `${type}:${value}`;
    let name = this.#names.get(id);
    if (name === undefined) {
      name = `p${this.#values.size}`;
      this.#names.set(id, name);
      this.#values.set(name, value);
    }
    return `{${name}:${type}}`;
  }

  /** `{gift_names:Array(String)}` for a value that has a name of its own. */
  keep(name: string, type: string, value: Parameter): string {
    this.#values.set(name, value);
    return `{${name}:${type}}`;
  }

  get values(): Readonly<Record<string, Parameter>> {
    return Object.fromEntries(this.#values);
  }
}
