/** Under which identifiers events come in, and which of them are one person's. */

import { aliasSql } from "../../value-sql.js";
import { FIRST_FACT, NEWS } from "./event-facts.js";
import type { EventsMapping } from "./schema.js";

/** (other alias, its kind and value, the person's alias, since when, the fact, whether a device). */
function observed({ customer }: EventsMapping): string {
  const fact = `${FIRST_FACT} AS fact_id`;
  const link = (kind: string, text: string, device: 0 | 1, condition: string) =>
    `SELECT ${aliasSql(`'${kind}'`, text)} AS other, '${kind}' AS other_kind, ${text} AS other_value,
       alias, known, ${fact}, ${device} AS device_link
     FROM {events:Identifier} WHERE ${NEWS} AND ${text} != '' AND ${condition} AND other != alias`;
  return [
    link("anonymous_id", "anonymous", 1, "named != 0"),
    link("anonymous_id", "previous", 1, "kind = 'alias'"),
    link("user_id", "previous", 0, "kind = 'alias'"),
    ...customer.identifying.map((kind) => link(kind, kind, 0, "named != 0")),
  ].join(" UNION ALL ");
}

export const insertIdentifiers = (mapping: EventsMapping): string =>
  `INSERT INTO {identifiers:Identifier}
   SELECT DISTINCT alias, if(named != 0, id_kind, 'anonymous_id'), if(named != 0, customer, anonymous)
   FROM {events:Identifier} WHERE alias != 0
   UNION DISTINCT
   SELECT DISTINCT other, other_kind, other_value FROM (${observed(mapping)})`;

/** One row for each identifier and person: the first event that names both. */
export const insertLinks = (mapping: EventsMapping): string =>
  `INSERT INTO {links:Identifier} (alias, person, known_at, fact_id, device, import_id)
   SELECT other, alias, min(known), argMin(fact_id, (known, fact_id)), device_link, {import_id:UInt32}
   FROM (${observed(mapping)}) GROUP BY other, alias, device_link`;
