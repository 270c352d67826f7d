/**
 * Whose an order is, by which identifiers, and which further identifiers on it its source calls the
 * same person's (`customer.identifying`); the others may be of a household.
 */

import { aliasSql } from "../../values/value-sql.js";
import type { OrdersMapping } from "./schema.js";

export const INSERT_IDENTIFIERS = `INSERT INTO {identifiers:Identifier}
  SELECT DISTINCT alias, id_kind, customer FROM {orders:Identifier} WHERE alias != 0`;

const CONTACTS = ["email", "phone"] as const;

/** Other identifiers on the order: its person's, or where they do not identify, a household's. */
function others({ customer }: OrdersMapping): string {
  const each = CONTACTS.map((kind) => {
    const how = customer.identifying.includes(kind) ? "together" : "household";
    return `SELECT ${aliasSql(`'${kind}'`, kind)} AS other, '${kind}' AS other_kind,
        ${kind} AS other_value, alias, known, order_id, record, '${how}' AS how
      FROM {orders:Identifier} WHERE ${kind} != '' AND alias NOT IN (0, other)
        AND order_id IN (SELECT order_id FROM {fresh:Identifier})`;
  });
  return each.join(" UNION ALL ");
}

export const insertOtherIdentifiers = (mapping: OrdersMapping): string =>
  `INSERT INTO {identifiers:Identifier}
   SELECT DISTINCT other, other_kind, other_value FROM (${others(mapping)})`;

/** `factId`: expression for the id of the fact that says so. */
export const insertLinks = (mapping: OrdersMapping, factId: string): string =>
  `INSERT INTO {links:Identifier} (alias, person, known_at, fact_id, how, import_id)
   SELECT other, alias, known, ${factId}, how, {import_id:UInt32} FROM (${others(mapping)})`;
