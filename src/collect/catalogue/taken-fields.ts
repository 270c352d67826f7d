/**
 * What a fact about a product takes from elsewhere: the fields that its own source left empty from
 * the catalogue, and of a line what it is compared with. Each field with the value that it should
 * have, and whether it has another one now. `f` is the fact, `c` the catalogue at its instant.
 */

import { COST_BIT, ENRICHED_TEXTS, LAUNCHED_BIT } from "./statements.js";
import { usualPrice } from "./usual-price.js";

/** Orders sum up lines and name no product; traits are no business of the catalogue. */
export const ABOUT_PRODUCT = "product != '' AND kind NOT IN ('order', 'identified')";

interface TakenField {
  readonly name: string;
  readonly value: string;
  /** Its bit of `enriched` where the value is the catalogue's. */
  readonly flag: string;
  readonly differs: string;
}

function fromCatalogue(name: string, bit: number, none: "''" | "NULL", offered = `c.${name}`) {
  const blank = none === "NULL" ? `f.${name} IS NULL` : `f.${name} = ''`;
  const some = none === "NULL" ? `${offered} IS NOT NULL` : `${offered} != ''`;
  const open = `(${blank} OR bitTest(f.enriched, ${bit}))`;
  const different = none === "NULL" ? distinct(`f.${name}`, offered) : `f.${name} != ${offered}`;
  return {
    name,
    value: `if(${open}, ${offered}, f.${name})`,
    flag: `if(${open} AND ${some}, ${1 << bit}, 0)`,
    differs: `${open} AND ${different}`,
  };
}

function ofLine(name: string, offered: string): TakenField {
  const value = `if(f.kind = 'line', ${offered}, NULL)`;
  return { name, value, flag: "0", differs: distinct(`f.${name}`, value) };
}

/** NULL is a value like any other. */
const distinct = (a: string, b: string): string =>
  `ifNull(${a} != ${b}, (${a} IS NULL) != (${b} IS NULL))`;

const WHOLE_COST = `if(f.kind = 'line', CAST(round(
  toDecimal256(f.quantity, 4) * toDecimal256(c.cost, 4), 4), 'Nullable(Decimal(18, 4))'), NULL)`;

const COMPARED = "ifNull(f.ts >= c.compare_at_since, false)";

const CATALOGUED: readonly TakenField[] = [
  ...ENRICHED_TEXTS.map((name, bit) => fromCatalogue(name, bit, "''")),
  fromCatalogue("cost", COST_BIT, "NULL", WHOLE_COST),
  fromCatalogue("launched_at", LAUNCHED_BIT, "NULL"),
  ofLine("compare_at", `if(${COMPARED}, c.compare_at, NULL)`),
  ofLine("compare_at_since", `if(${COMPARED}, c.compare_at_since, NULL)`),
];

const USUAL = ofLine("usual_price", usualPrice("f."));

/** SELECT of facts as they should be. `from`: facts and catalogue. */
const completed = (fields: readonly TakenField[], from: string): string => {
  const values = fields.map(({ name, value }) => `${value} AS ${name}`);
  const flags = fields.map(({ flag }) => flag).join(" + ");
  return `SELECT f.* REPLACE (${values.join(", ")}, toUInt8(${flags}) AS enriched) FROM ${from}`;
};

/** Those of them that are others now. */
const changed = (fields: readonly TakenField[], from: string): string =>
  `${completed(fields, from)} WHERE ${fields.map(({ differs }) => `(${differs})`).join(" OR ")}`;

const AT_THEIR_INSTANT = "{catalogue:Identifier} AS c ON f.product = c.product AND f.ts >= c.since";

const withCatalogue = (facts: string): string =>
  `(${facts}) AS f ASOF INNER JOIN ${AT_THEIR_INSTANT}`;

/** By the catalogue. `facts`: SELECT of facts about products that it has. */
export const completedByCatalogue = (facts: string): string =>
  completed(CATALOGUED, withCatalogue(facts));

export const changedByCatalogue = (facts: string): string =>
  changed(CATALOGUED, withCatalogue(facts));

/** By the catalogue and by what was usual. */
export const changedByEither = (facts: string): string =>
  changed([...CATALOGUED, USUAL], `(${facts}) AS f ASOF LEFT JOIN ${AT_THEIR_INSTANT}`);
