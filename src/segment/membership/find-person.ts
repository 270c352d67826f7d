/** From what a human writes to a person: an identifier, with or without its kind, or Tessera's own id. */

import { AppError } from "../../base/index.js";
import type { Warehouse } from "../../store/index.js";
import { PERSON_OF_ALIAS } from "./identifiers.js";

/**
 * `user_id:17850`, `17850`, or the person's own 64-bit id. Throws AppError for one that nobody has,
 * with those that are written alike, and for one that several people have.
 */
export async function findPerson(
  warehouse: Warehouse,
  text: string,
  knownAt: number,
): Promise<bigint> {
  const colon = text.indexOf(":");
  const kind = colon > 0 ? text.slice(0, colon) : "";
  const value = colon > 0 ? text.slice(colon + 1) : text;
  const { rows } = await warehouse.query<{ person: string; kinds: readonly string[] }>(
    `SELECT ${PERSON_OF_ALIAS} AS person, groupUniqArray(toString(id_kind)) AS kinds FROM aliases
     WHERE (id_value = {value:String} AND ({kind:String} = '' OR id_kind = {kind:String})) OR id_value = {text:String}
     GROUP BY person`,
    { known: knownAt, value, kind, text },
  );
  const [first, ...more] = rows;
  if (more.length > 0) {
    const kinds = [...new Set(rows.flatMap((row) => row.kinds))].sort();
    throw new AppError("input.invalid", `${text} stands for ${rows.length} people`, {
      hint: `say which identifier: ${kinds.map((k) => `${k}:${value}`).join(", ")}`,
    });
  }
  if (first !== undefined) return BigInt(first.person);
  if (/^\d{1,20}$/.test(text) && BigInt(text) < 1n << 64n) {
    const known = await warehouse.query<{ person: string }>(
      `SELECT ${PERSON_OF_ALIAS} AS person FROM facts WHERE alias = {alias:UInt64} LIMIT 1`,
      { known: knownAt, alias: BigInt(text) },
    );
    if (known.rows[0] !== undefined) return BigInt(known.rows[0].person);
  }
  throw await unknownPerson(warehouse, text, { kind, value });
}

/** So many edits away may an identifier be that was probably meant. */
const MOST_EDITS = 2;
const MOST_NAMED = 3;

async function unknownPerson(
  warehouse: Warehouse,
  text: string,
  { kind, value }: { readonly kind: string; readonly value: string },
): Promise<AppError> {
  const { rows } = await warehouse.query<{ found: string }>(
    `SELECT concat(id_kind, ':', id_value) AS found FROM (
       SELECT DISTINCT toString(id_kind) AS id_kind, id_value,
         editDistanceUTF8(lowerUTF8(toValidUTF8(id_value)), lowerUTF8({value:String})) AS edits
       FROM aliases
       WHERE abs(toInt64(lengthUTF8(id_value)) - toInt64(lengthUTF8({value:String}))) <= {most:Int64})
     WHERE edits <= least({most:Int64}, toInt64(lengthUTF8({value:String})) - 1)
     ORDER BY edits, id_kind != {kind:String}, id_kind = 'anonymous_id', id_value
     LIMIT {named:UInt8}`,
    { value, kind, most: MOST_EDITS, named: MOST_NAMED },
  );
  const near = rows.map(({ found }) => found);
  return new AppError("input.missing", `the person ${text} is not known`, {
    hint:
      near.length > 0
        ? `did you mean ${near.join(", or ")}?`
        : "write an identifier as your files and events have it, for instance user_id:17850",
  });
}
