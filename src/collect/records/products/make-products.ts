/**
 * Rows that describe products -> statements of the catalogue. A row without a date says what holds
 * since ever; where several such files differ, see `catalogue/statements.ts`. In a group (the
 * variants of one product) what a row leaves blank is what the group's other rows say.
 */

import type { Parameters, Warehouse } from "../../../store/index.js";
import {
  CREATE_STATEMENTS,
  INSERT_NEW_STATEMENTS,
  STATEMENT_COLUMNS,
} from "../../catalogue/statements.js";
import { sameCurrency } from "../../money/currency.js";
import type { Counts, Making } from "../record-kind.js";
import type { ProductsMapping } from "./schema.js";

export async function makeProducts(
  warehouse: Warehouse,
  making: Making<ProductsMapping>,
): Promise<Counts> {
  const { mapping, typed, tables, table, importId, path } = making;
  const parameters: Parameters = {
    products: tables.products,
    typed,
    statements: table("statements"),
    import_id: importId,
    by_name: mapping.product.missing === "name",
  };
  const run = (sql: string) => warehouse.command(sql, parameters);
  await run(CREATE_STATEMENTS);
  await run(INSERT_STATEMENTS);
  await run(INSERT_NEW_STATEMENTS);
  const { rows } = await warehouse.query<ProductCounts>(COUNTS, parameters, { lane: "write" });
  const { duplicates, present, from, to, ...counts } = rows[0]!;
  const asked = { path, said: mapping.currency, setting: making.currency };
  const currency = await sameCurrency(warehouse, asked);
  const notes = notesOf(counts);
  const none = { people: 0, newOrders: 0, changedOrders: 0 };
  return { ...none, duplicates, alreadyPresent: present, currency, from, to, notes };
}

interface ProductCounts {
  readonly duplicates: number;
  readonly present: number;
  readonly unnamed: number;
  readonly unclear: number;
  readonly from: string;
  readonly to: string;
}

function notesOf({ unnamed, unclear }: Pick<ProductCounts, "unnamed" | "unclear">): string[] {
  const notes: string[] = [];
  if (unnamed > 0) {
    notes.push(`${unnamed} rows name no product (further pictures, for instance); left out.`);
  }
  if (unclear > 0) {
    notes.push(
      `${unclear} products are described in two ways without a date: of each field the row that says more counts. Date a file with constants.time.`,
    );
  }
  return notes;
}

const GROUP_TEXTS = ["name", "category", "department", "brand", "collection"];

/** A product without an id goes by its name and options, as order lines name it. */
const NAMED = `
  SELECT t.* EXCEPT (product, name, category, department, brand, collection, launched_at),
    ${GROUP_TEXTS.map((name) => `if(t.${name} != '', t.${name}, g.${name}) AS own_${name}`).join(", ")},
    ifNull(t.launched_at, g.launched_at) AS launched,
    concat(own_name, if(t.options = '' OR own_name = '', '', concat(' - ', t.options))) AS full_name,
    multiIf(t.product != '', t.product,
      {by_name:Bool} AND (t.product_group = '' OR t.price IS NOT NULL OR t.options != ''), full_name,
      '') AS id
  FROM {typed:Identifier} AS t
  LEFT JOIN (
    SELECT product_group, max(launched_at) AS launched_at,
      ${GROUP_TEXTS.map((name) => `max(${name}) AS ${name}`).join(", ")}
    FROM {typed:Identifier} WHERE product_group != '' GROUP BY product_group) AS g
  USING (product_group)`;

const INSERT_STATEMENTS = `INSERT INTO {statements:Identifier} (${STATEMENT_COLUMNS.join(", ")}, import_id)
  SELECT DISTINCT id, ifNull(ts, toDateTime64(0, 3, 'UTC')) AS since, since, full_name, own_category,
    own_department, own_brand, own_collection, price, compare_at_price, cost, stock, launched,
    'catalogue', {import_id:UInt32}
  FROM (${NAMED}) WHERE id != ''`;

const ISO_TIME = "%Y-%m-%dT%H:%i:%SZ";
const DATED = "toUnixTimestamp64Milli(ts) != 0";

/** Products of which two statements without a date give different values for one field. */
const UNCLEAR = `
  SELECT product FROM (
    SELECT * FROM products WHERE product IN (SELECT product FROM {products:Identifier})
    UNION ALL SELECT * FROM {products:Identifier})
  WHERE origin = 'catalogue' AND NOT ${DATED}
  GROUP BY product
  HAVING uniqExactIf(category, category != '') > 1 OR uniqExactIf(department, department != '') > 1
    OR uniqExactIf(brand, brand != '') > 1 OR uniqExactIf(collection, collection != '') > 1
    OR uniqExact(cost) > 1 OR uniqExact(launched_at) > 1`;

const COUNTS = `
  WITH (SELECT count() FROM (${NAMED}) WHERE id != '') AS usable
  SELECT toUInt32(usable - count()) AS duplicates,
    toUInt32(count() - (SELECT count() FROM {products:Identifier})) AS present,
    toUInt32((SELECT count() FROM {typed:Identifier}) - usable) AS unnamed,
    (SELECT toUInt32(count()) FROM (${UNCLEAR})) AS unclear,
    if(countIf(${DATED}) = 0, '', formatDateTime(minIf(ts, ${DATED}), '${ISO_TIME}', 'UTC')) AS from,
    if(countIf(${DATED}) = 0, '', formatDateTime(max(ts), '${ISO_TIME}', 'UTC')) AS to
  FROM {statements:Identifier}`;
