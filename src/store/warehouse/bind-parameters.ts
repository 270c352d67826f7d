/**
 * Puts parameters into the text of a statement: `{name:Type}` becomes a literal, or `_CAST('text', 'Type')`, which
 * is what ClickHouse itself makes of a bound parameter. Both adapters use it, so that one text
 * means the same on both, because the engines' own ways have a fault each: chDB runs all
 * parameterised queries of a process one after another whatever their session (a read would wait
 * for a full pass), and over HTTP parameters travel in the URL, whose length is limited.
 *
 * Values never reach SQL but as one escaped literal; the tests compare hostile values with
 * the server's own binding.
 */
import { assert } from "../../base/index.js";
import type { Parameter, Parameters } from "./port.js";

/** Skips what may hold braces that are not ours (strings, quoted names, comments). */
const tokens =
  /'(?:[^'\\]|\\[\s\S])*'|`(?:[^`\\]|\\[\s\S])*`|"(?:[^"\\]|\\[\s\S])*"|--[^\n]*|\/\*[\s\S]*?\*\/|\{\s*([A-Za-z_]\w*)\s*:\s*([^{}]+?)\s*\}/g;

/** Throws (a bug) if the text names a parameter that is not given. */
export function bindParameters(sql: string, parameters: Parameters): string {
  return sql.replace(tokens, (token, name?: string, type?: string) => {
    if (name === undefined || type === undefined) return token;
    const value = parameters[name];
    assert(value !== undefined, `parameter {${name}:${type}} has a value`);
    return boundText(value, type);
  });
}

function boundText(value: Parameter, type: string): string {
  if (type === "Identifier") {
    assert(typeof value === "string" && value !== "", "an identifier is a non-empty text");
    return `\`${value.replace(/[\\`]/g, "\\$&")}\``;
  }
  const literal = plainLiteral(value, type);
  if (literal !== undefined) return literal;
  if (value === null) return `_CAST(NULL, ${quoteText(type)})`;
  return `_CAST(${quoteText(plainText(value))}, ${quoteText(type)})`;
}

/**
 * Texts, instants and doubles as plain literals of their type: a statement of the evaluator names
 * hundreds, and each `_CAST` is a function that the engine has to plan and fold.
 */
function plainLiteral(value: Parameter, type: string): string | undefined {
  if (type === "String" && typeof value === "string") return quoteText(value);
  if (typeof value !== "number") return undefined;
  if (type === "Int64" && Number.isSafeInteger(value) && value > 0) return String(value);
  if (!/^(Nullable\()?Float64\)?$/.test(type) || !Number.isFinite(value) || Object.is(value, -0))
    return undefined;
  const text = String(value);
  const double = /[.e]/.test(text) ? text : `${text}.`;
  return value < 0 ? `(${double})` : double;
}

/** The text that ClickHouse parses as a value of the type: arrays hold quoted texts. */
function plainText(value: Parameter): string {
  if (Array.isArray(value)) return `[${value.map(elementText).join(",")}]`;
  assert(value !== null, "only the elements of an array are null here");
  if (typeof value === "number") {
    assert(Number.isFinite(value), "a number that is bound is finite");
    return String(value);
  }
  return String(value);
}

function elementText(value: Parameter): string {
  if (value === null) return "NULL";
  return typeof value === "string" ? quoteText(value) : plainText(value);
}

const escapes: Readonly<Record<string, string>> = {
  "\\": "\\\\",
  "'": "\\'",
  "\0": "\\0",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
};

/** A ClickHouse string literal. */
export function quoteText(text: string): string {
  return `'${text.replace(/[\\'\0\b\f\n\r\t]/g, (c) => escapes[c] ?? c)}'`;
}

/** A quoted name of a table, perhaps with its database: `tessera`.`facts`. */
export function quoteTable(table: string): string {
  assert(/^\w+(\.\w+)?$/.test(table), `"${table}" is the name of a table`);
  return table
    .split(".")
    .map((part) => `\`${part}\``)
    .join(".");
}
