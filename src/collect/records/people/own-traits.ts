/**
 * Traits that the mapping makes up itself: `traits: {income: Income}`, and every column whose name
 * fits `trait_columns`. Each becomes a field `trait_<name>`, so reading, faults and rejects treat it
 * like any other.
 */

import { plain } from "../../mapping/columns.js";
import type { Field, Fields } from "../fields.js";
import { fields, type PeopleMapping } from "./schema.js";

const PREFIX = "trait_";
const MAX_NAME = 64;

/** Name of the trait -> its field's name and type. */
export function ownTraits({ traits }: PeopleMapping) {
  return Object.entries(traits).map(([name, given]) => {
    const type: Field["type"] = typeof given === "string" ? "text" : given.type;
    return { name, field: `${PREFIX}${name}`, type };
  });
}

export const ownFields = (mapping: PeopleMapping): Fields =>
  Object.fromEntries(ownTraits(mapping).map(({ field, type }) => [field, { type }]));

/** The mapping with the columns of its own traits, those that the pattern finds included. */
export function fitTraits(mapping: PeopleMapping, present: readonly string[]): PeopleMapping {
  const traits = { ...foundTraits(mapping, present), ...mapping.traits };
  const own = Object.entries(traits).map(([name, given]) => [
    `${PREFIX}${name}`,
    typeof given === "string" ? given : given.column,
  ]);
  return { ...mapping, traits, columns: { ...mapping.columns, ...Object.fromEntries(own) } };
}

/** A trait is named by what the pattern's groups hold, in small letters. */
function foundTraits(
  { trait_columns: wanted, columns }: PeopleMapping,
  present: readonly string[],
) {
  if (wanted === undefined) return {};
  const used = new Set(
    Object.values(columns)
      .flatMap((name) => name ?? [])
      .map(plain),
  );
  const rule = new RegExp(wanted, "i");
  const found = present.flatMap((column) => {
    const match = rule.exec(column);
    if (match === null || used.has(plain(column))) return [];
    const parts = match.slice(1).filter((part) => part !== undefined);
    const name = wordOf((parts.length > 0 ? parts : [column]).join("_"));
    return name === "" || name in fields ? [] : [[name, column] as const];
  });
  return Object.fromEntries(found);
}

const wordOf = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^[_0-9]+|_+$/g, "")
    .slice(0, MAX_NAME);
