/**
 * A query as layers of subqueries, so that each expression is written (and planned by the engine)
 * once and referred to by name. An `Sql` knows the layer whose columns it needs; `column` puts it
 * into the next layer and gives back its name. Equal texts share a column.
 *
 *   layer 1: SELECT person, <aggregates> FROM (rows) GROUP BY person
 *   layer 2: SELECT *, <expressions over layer 1> FROM (layer 1)     ...
 */

import type { Stages } from "./stages.js";

export interface Sql {
  readonly text: string;
  /** The layer that must exist below: 0 = constants only. */
  readonly layer: number;
}

export const constant = (text: string): Sql => ({ text, layer: 0 });

/** Joins texts; the result needs the highest layer that a part needs. */
export function sql(
  strings: TemplateStringsArray,
  ...parts: readonly (Sql | string | number)[]
): Sql {
  let text = strings[0] ?? "";
  let layer = 0;
  parts.forEach((part, i) => {
    if (typeof part === "object") layer = Math.max(layer, part.layer);
    text += (typeof part === "object" ? part.text : String(part)) + (strings[i + 1] ?? "");
  });
  return { text, layer };
}

export function list(parts: readonly Sql[], separator = ", "): Sql {
  return {
    text: parts.map((p) => p.text).join(separator),
    layer: Math.max(0, ...parts.map((p) => p.layer)),
  };
}

/** `f(a)`, or `a` alone where the function would have one operand. */
export function fold(name: string, parts: readonly Sql[]): Sql {
  const [only] = parts;
  return parts.length === 1 && only !== undefined ? only : sql`${name}(${list(parts)})`;
}

export class Layers {
  readonly #prefix: string;
  readonly #columns: { readonly name: string; readonly text: string; readonly layer: number }[] =
    [];
  readonly #names = new Map<string, Sql>();
  readonly #late: { readonly name: string; readonly layer: number; readonly text: () => string }[] =
    [];

  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  /** The expression as a column of its own. A plain name stays what it is. */
  column(expression: Sql): Sql {
    if (expression.layer === 0 || /^\w+$/.test(expression.text)) return expression;
    const known = this.#names.get(expression.text);
    if (known !== undefined) return known;
    const layer = expression.layer + 1;
    const name = `${this.#prefix}${this.#columns.length}`;
    this.#columns.push({ name, text: expression.text, layer });
    const column: Sql = { text: name, layer };
    this.#names.set(expression.text, column);
    return column;
  }

  /** A column whose text is only known when everything has been asked for. */
  late(name: string, layer: number, text: () => string): Sql {
    if (!this.#late.some((c) => c.name === name)) this.#late.push({ name, layer, text });
    return { text: name, layer };
  }

  get names(): readonly string[] {
    return [...this.#columns.map((c) => c.name), ...this.#late.map((c) => c.name)];
  }

  /** Every expression, to see what it needs from below. */
  get texts(): string {
    return [...this.#columns.map((c) => c.text), ...this.#late.map((c) => c.text())].join(" ");
  }

  /**
   * Wraps layer 1 into the layers above it. Each layer carries on only what is still needed above
   * or in `outputs`: the engine's planning time grows with every column of every layer.
   */
  wrap(layerOne: string, base: readonly string[], outputs: string, stages: Stages): string {
    const columns = [...this.#columns, ...this.#late.map((c) => ({ ...c, text: c.text() }))];
    const highest = Math.max(1, ...columns.map((c) => c.layer));
    const needed = new Set(words(outputs));
    const layers: string[] = [];
    for (let layer = highest; layer >= 2; layer--) {
      const own = columns.filter((c) => c.layer === layer && needed.has(c.name));
      for (const c of own) needed.delete(c.name);
      const below = new Set([
        ...base,
        ...columns.filter((c) => c.layer < layer).map((c) => c.name),
      ]);
      const carried = [...needed].filter((name) => below.has(name));
      for (const c of own) for (const word of words(c.text)) if (below.has(word)) needed.add(word);
      if (own.length === 0) continue;
      layers.unshift([...carried, ...own.map((c) => `${c.text} AS ${c.name}`)].join(",\n  "));
    }
    return layers.reduce((text, select) => `SELECT ${select}\nFROM ${stages.from(text)}`, layerOne);
  }
}

/** The identifiers in a text. */
const words = (text: string): Iterable<string> => new Set(text.match(/[A-Za-z_]\w*/g) ?? []);
