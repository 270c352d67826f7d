/** Under which identifiers events come in, and which of them are one person's. */

import { aliasSql } from "../../values/value-sql.js";
import { FIRST_FACT, NEWS } from "./event-facts.js";
import type { EventsMapping } from "./schema.js";

/** Who was seen with whom: the other alias, its kind and value, the person's alias, since when, ... */
export const CREATE_OBSERVED = `CREATE TABLE {observed:Identifier} (other UInt64, other_kind String,
  other_value String, alias UInt64, known DateTime64(3, 'UTC'), fact_id UInt64, how String)
  ENGINE = MergeTree ORDER BY tuple()`;

/** Events that can name two identifiers. */
export const LINKING = `kind = 'alias' OR named != 0 AND (anonymous != '' OR email != '' OR phone != '')`;

export function insertObserved({ customer }: EventsMapping): string {
  const fact = `${FIRST_FACT} AS fact_id`;
  const link = (kind: string, text: string, how: string, condition: string) =>
    `SELECT ${aliasSql(`'${kind}'`, text)} AS other, '${kind}' AS other_kind, ${text} AS other_value,
       alias, known, ${fact}, '${how}' AS how
     FROM {events:Identifier} WHERE ${NEWS} AND ${text} != '' AND ${condition} AND other != alias`;
  const contact = (kind: "email" | "phone") =>
    link(kind, kind, customer.identifying.includes(kind) ? "together" : "household", "named != 0");
  const each = [
    link("anonymous_id", "anonymous", "device", "named != 0"),
    link("anonymous_id", "previous", "device", "kind = 'alias'"),
    link("user_id", "previous", "together", "kind = 'alias'"),
    contact("email"),
    contact("phone"),
  ];
  return `INSERT INTO {observed:Identifier} ${each.join(" UNION ALL ")}`;
}

export const INSERT_IDENTIFIERS = `INSERT INTO {identifiers:Identifier}
   SELECT DISTINCT alias, if(named != 0, id_kind, 'anonymous_id'), if(named != 0, customer, anonymous)
   FROM {events:Identifier} WHERE alias != 0
   UNION DISTINCT
   SELECT DISTINCT other, other_kind, other_value FROM {observed:Identifier}`;

/** One row for each identifier and person: the first event that names both. */
export const INSERT_LINKS = `INSERT INTO {links:Identifier} (alias, person, known_at, fact_id, how, import_id)
   SELECT other, alias, min(known), argMin(fact_id, (known, fact_id)), how, {import_id:UInt32}
   FROM {observed:Identifier} GROUP BY other, alias, how`;
