/**
 * A JSON object as a bag in SQL: Map(String, String). An object is parsed once, however many of its
 * properties are asked for. Names are this program's own.
 *
 *   bag     every value as JSON      {"price":"4.50","size":["S"]} -> price: "4.50", size: ["S"]
 *   plain   single values as text                                    price: 4.50
 */

import { decimalSql, NO_NUMBER } from "./value-sql.js";

export const bagSql = (text: string): string =>
  `CAST(JSONExtractKeysAndValuesRaw(${text}), 'Map(String, String)')`;

/** Objects, lists and nulls are no single value. */
export const plainSql = (bag: string): string =>
  `mapApply((k, v) -> (k, if(startsWith(v, '"'), trimBoth(JSONExtractString(v)), v)),
    mapFilter((k, v) -> v != 'null' AND NOT startsWith(v, '{') AND NOT startsWith(v, '['), ${bag}))`;

/** The first of the names that has a value, '' if none has. */
export function keyOf(plain: string, names: readonly string[]): string {
  if (names.length === 0) return "''";
  return `arrayFirst(n -> ${plain}[n] != '', [${names.map((name) => `'${name}'`).join(", ")}])`;
}

/** The value of the first of the names that has one, '' if none has. */
export function textOf(plain: string, names: readonly string[]): string {
  const values = names.map((name) => `${plain}['${name}']`);
  if (values.length < 2) return values[0] ?? "''";
  return `arrayFirst(x -> x != '', [${values.join(", ")}])`;
}

/** The same as a number, NULL if it is none. */
export const numberOf = (plain: string, names: readonly string[]): string =>
  names.length === 0 ? NO_NUMBER : decimalSql(textOf(plain, names), ".");

/** The first list among the names, as an array of the JSON of its elements. */
export function listOf(bag: string, names: readonly string[]): string {
  if (names.length === 0) return "CAST([], 'Array(String)')";
  const list = names.map((name) => `'${name}'`).join(", ");
  return `JSONExtractArrayRaw(${bag}[arrayFirst(n -> startsWith(${bag}[n], '['), [${list}])])`;
}

/** A bag as the text of a JSON object. */
export const objectOf = (bag: string): string =>
  `concat('{', arrayStringConcat(arrayMap((k, v) -> concat(toJSONString(k), ':', v),
    mapKeys(${bag}), mapValues(${bag})), ','), '}')`;
