/** Which facts are read, and how far back: kinds (or other conditions) with their reach in ms. */

import { NOW } from "./parameters.js";

export class Reach {
  readonly #back = new Map<string, number>();
  #future = false;
  #all = false;

  /** Facts of which `condition` (over columns of `facts`) holds, `back` ms into the past. */
  add(condition: string, back: number): void {
    this.#back.set(condition, Math.max(this.#back.get(condition) ?? 0, back));
  }

  /** Facts dated in the future, whatever their kind. */
  addFuture(): void {
    this.#future = true;
  }

  addAll(): void {
    this.#all = true;
  }

  with(other: Reach): Reach {
    const both = new Reach();
    for (const reach of [this, other]) {
      for (const [condition, back] of reach.#back) both.add(condition, back);
      both.#future ||= reach.#future;
      both.#all ||= reach.#all;
    }
    return both;
  }

  get isBounded(): boolean {
    return !this.#all && [...this.#back.values()].every((b) => b !== Number.POSITIVE_INFINITY);
  }

  /** A condition over columns and the instant; empty: all facts. */
  sql(instant: string): string {
    if (this.#all) return "";
    const parts = [...this.#back].map(([condition, back]) =>
      back === Number.POSITIVE_INFINITY
        ? `(${condition})`
        : `(${condition} AND ${instant} > ${NOW} - ${back})`,
    );
    if (this.#future) parts.push(`${instant} > ${NOW}`);
    return parts.length === 0 ? "0" : `(${parts.join(" OR ")})`;
  }
}
