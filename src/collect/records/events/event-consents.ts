/**
 * `Consent Updated` -> a consent by channel and purpose, with its proof. `Segment Consent Preference
 * Updated` -> what a visitor allows the site: `accepts_site_analytics`, ... The events stay facts of
 * their own; what they say is known as traits, which segments ask for.
 */

import { bagSql, plainSql, textOf } from "../../values/json-bag.js";
import { booleanSql } from "../../values/value-sql.js";
import { consentSql, type PROOF, PURPOSES } from "../consent-sql.js";
import type { Fault } from "../fields.js";

const CONSENT = "Consent Updated";
const PREFERENCES = "Segment Consent Preference Updated";

/** Condition over events that tell of consents. */
export const TELLS_CONSENT = `name IN ('${CONSENT}', '${PREFERENCES}') AND alias != 0`;

const STATUS = {
  granted: ["granted", "given", "subscribed", "confirmed", "true", "yes"],
  denied: ["denied", "withdrawn", "revoked", "unsubscribed", "false", "no"],
  pending: ["pending", "requested"],
} as const;

/** `granted`, `denied`, `pending`; '' where the text is none of their words. */
function statusSql(text: string): string {
  const cases = Object.entries(STATUS).map(
    ([status, words]) => `lower(${text}) IN ('${words.join("', '")}'), '${status}'`,
  );
  return `multiIf(${cases.join(", ")}, '')`;
}

const WORD = "^[a-z][a-z0-9]{0,31}$";
const purposeSql = (text: string): string => `if(${text} = '', 'bulk', lower(${text}))`;

/** Of the rows of `prepareEvents`. */
export function consentFaults(): Fault[] {
  const named = "asked = 'consent updated'";
  const bad = (condition: string, reason: string): Fault => ({
    field: "properties",
    condition: `${named} AND (${condition})`,
    reason,
  });
  return [
    bad(
      `NOT match(lower(if(f_channel != '', f_channel, said['channel'])), '${WORD}')`,
      "a consent names its channel, as email",
    ),
    bad(
      `${purposeSql("said['purpose']")} NOT IN ('${PURPOSES.join("', '")}')`,
      `the purpose of a consent is ${PURPOSES.join(", ")}`,
    ),
    bad(
      `${statusSql("said['status']")} = ''`,
      "the status of a consent is granted, denied or pending",
    ),
  ];
}

/** A yes that has to be confirmed waits for it. */
const HELD = `if(said_status = 'granted' AND ${booleanSql("said['double_opt_in']")} = true
  AND said['confirmed_at'] = '', 'pending', said_status)`;

const PROOFS: Readonly<Record<(typeof PROOF)[number], string>> = {
  basis: textOf("said", ["basis", "legal_basis"]),
  source: "said['source']",
  wording: textOf("said", ["wording", "wording_version"]),
  ip: "if(said['ip'] != '', said['ip'], ip)",
  country: "country",
  confirmed_at: "said['confirmed_at']",
};

const PREFERRED = `concat('{', arrayStringConcat(arrayMap((k, v) -> concat(
    toJSONString(concat('accepts_site_', k)), ':', v),
  mapKeys(allowed), mapValues(allowed)), ','), '}')`;

export const INSERT_CONSENTS = `INSERT INTO {facts:Identifier} (alias, ts, known_at, fact_id, version,
    import_id, kind, source, ordinal, country, placed, kept, human, props)
  SELECT alias, time, known, halfMD5(concat(id, '\\0consent')), 1, {import_id:UInt32}, 'identified',
    {source:String}, 1, country, 1, 1, 1, if(name = '${CONSENT}', ${consentSql({
      channel: "lower(channel)",
      purpose: "purpose",
      status: "status",
      proof: PROOFS,
    })}, ${PREFERRED})
  FROM (SELECT *, ${purposeSql("said['purpose']")} AS purpose, ${HELD} AS status,
      mapFilter((k, v) -> v IN ('true', 'false'), ${bagSql("bag['categoryPreferences']")}) AS allowed
    FROM (SELECT *, ${plainSql("bag")} AS said, ${statusSql("said['status']")} AS said_status
      FROM {events:Identifier} WHERE ${TELLS_CONSENT}))
  WHERE name = '${CONSENT}' OR notEmpty(allowed)`;
