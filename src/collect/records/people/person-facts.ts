/**
 * What rows say of people -> facts.
 *
 *   a row        `identified`, with its traits, at its date; without one since ever (1970)
 *   a consent    with a date of its own: `identified`, with that trait alone
 *   a balance    the event `Balance Updated`
 *
 * Exports of people rarely have a date, and yet one of them is the later one. Of several records
 * without a date of one person from one source the most advanced counts: most orders, most spent,
 * most told, then the greater hash. The others are superseded from their own instant, so that the
 * store is a function of the set of files.
 */

import { aliasSql } from "../../values/value-sql.js";
import type { PeopleMapping } from "./schema.js";

/** Rows of one record are equal; telling them apart by its hash takes less memory than by all they say. */
export const CREATE_PEOPLE = `
  CREATE TABLE {people:Identifier} ENGINE = MergeTree ORDER BY alias AS
  SELECT toString(id_kind) AS id_kind, customer, named, mail, called,
    ifNull(ts, toDateTime64(0, 3, 'UTC')) AS at, country, traits, consents, balance, points,
    ${aliasSql("id_kind", "customer")} AS alias,
    halfMD5(concat('person\\0', {source:String}, '\\0', id_kind, '\\0', customer, '\\0',
      toString(toUnixTimestamp64Milli(at)), '\\0', traits, '\\0', ifNull(toString(balance), ''), '\\0',
      ifNull(toString(points), ''), '\\0', toString(consents))) AS record,
    (toFloat64(total_orders), toFloat64(total_spent), toUInt64(length(JSONExtractKeys(traits))), record)
      AS weight
  FROM {typed:Identifier} LIMIT 1 BY record`;

const UNDATED = "toUnixTimestamp64Milli(ts) = 0";
const VISIBLE = "(fact_id, version) GLOBAL NOT IN (SELECT fact_id, version FROM superseded)";

const number = (path: string): string =>
  `coalesce(toFloat64(props.${path}.:Int64), props.${path}.:Float64, 0)`;

/** Records without a date that give way to a more advanced one, of the store and of the file. */
export const CREATE_LESSER = `
  CREATE TABLE {lesser:Identifier} ENGINE = MergeTree ORDER BY alias AS
  SELECT alias, fact_id, known FROM (
    SELECT *, max(weight) OVER (PARTITION BY alias) AS best FROM (
      SELECT alias, record AS fact_id, weight, 0 AS known FROM {people:Identifier}
      WHERE toUnixTimestamp64Milli(at) = 0
      UNION ALL
      SELECT alias, fact_id, (${number("total_orders")}, ${number("total_spent")},
        toUInt64(length(JSONAllPaths(props))), fact_id), 1
      FROM facts WHERE kind = 'identified' AND source = {source:String} AND ${UNDATED} AND ${VISIBLE}
        AND order_id = '' AND alias GLOBAL IN (SELECT alias FROM {people:Identifier})))
  WHERE weight != best`;

export const DELETE_LESSER = `ALTER TABLE {people:Identifier} DELETE
  WHERE record IN (SELECT fact_id FROM {lesser:Identifier} WHERE known = 0) SETTINGS mutations_sync = 1`;

const BALANCES = ["balance", "points"] as const;

const balanceId = (record: string, what: string): string =>
  `halfMD5(concat('balance\\0', hex(${record}), '\\0', '${what}'))`;

/** With the balances that they told. */
export const SUPERSEDE_LESSER = `INSERT INTO {superseded:Identifier}
  SELECT alias, fact_id, version, known_at, {import_id:UInt32} FROM facts
  WHERE ${UNDATED} AND alias GLOBAL IN (SELECT alias FROM {lesser:Identifier} WHERE known = 1)
    AND fact_id GLOBAL IN (
      SELECT arrayJoin([fact_id, ${BALANCES.map((what) => balanceId("fact_id", what)).join(", ")}])
      FROM {lesser:Identifier} WHERE known = 1)`;

const COLUMNS = `alias, ts, known_at, fact_id, version, import_id, kind, name, source, country, placed,
  kept, props`;

export const INSERT_RECORDS = `INSERT INTO {facts:Identifier} (${COLUMNS})
  SELECT alias, at, at, record, 1, {import_id:UInt32}, 'identified', '', {source:String}, country, 1, 1,
    traits
  FROM {people:Identifier}`;

export const INSERT_CONSENTS = `INSERT INTO {facts:Identifier} (${COLUMNS})
  SELECT DISTINCT alias, consent.3 AS since, since, halfMD5(concat('consent\\0', {source:String}, '\\0', id_kind,
      '\\0', customer, '\\0', consent.1, '\\0', toString(consent.2), '\\0',
      toString(toUnixTimestamp64Milli(since)), consent.5)), 1, {import_id:UInt32}, 'identified', '',
    {source:String}, '', 1, 1, concat('{', arrayStringConcat(arrayFilter(x -> x != '', [
      if(consent.4, '', concat('"accepts_', consent.1, '":', toString(consent.2))),
      if(consent.5 = '', '', concat('"consent":', consent.5))]), ','), '}')
  FROM (SELECT alias, id_kind, customer, arrayJoin(consents) AS consent FROM {people:Identifier})`;

/** The `kind` of the balance is the mapping's; points are points. */
export const INSERT_BALANCES = BALANCES.map(
  (what) => `INSERT INTO {facts:Identifier} (${COLUMNS})
  SELECT alias, at, at, ${balanceId("record", what)}, 1, {import_id:UInt32}, 'event', 'Balance Updated',
    {source:String}, '', 1, 1,
    concat('{"kind":', toJSONString(${what === "points" ? "'points'" : "{balance_kind:String}"}),
      ',"amount":', toString(assumeNotNull(${what})),
      ${what === "points" ? "''" : `if({currency:String} = '', '', concat(',"currency":', toJSONString({currency:String})))`}, '}')
  FROM {people:Identifier} WHERE ${what} IS NOT NULL`,
);

const CONTACTS = { email: "mail", phone: "called" } as const;

/**
 * The other identifiers of a row, its person's or, where they do not identify, a household's:
 * (other, other_kind, other_value, alias, ...).
 */
function others({ customer }: PeopleMapping): string {
  const each = (["email", "phone"] as const).map((kind) => {
    const value = CONTACTS[kind];
    const how = customer.identifying.includes(kind) ? "together" : "household";
    return `SELECT ${aliasSql(`'${kind}'`, value)} AS other, '${kind}' AS other_kind,
        ${value} AS other_value, alias, at, record, '${how}' AS how FROM {people:Identifier}
      WHERE ${value} != '' AND other != alias`;
  });
  return each.join(" UNION ALL ");
}

export const insertIdentifiers = (mapping: PeopleMapping): string =>
  `INSERT INTO {identifiers:Identifier} SELECT DISTINCT * FROM (
    SELECT alias, id_kind, customer FROM {people:Identifier} UNION ALL
    SELECT other, other_kind, other_value FROM (${others(mapping)}))`;

/** Of records that are news. */
export const insertLinks = (mapping: PeopleMapping): string => `
  INSERT INTO {links:Identifier} (alias, person, known_at, fact_id, how, import_id)
  SELECT DISTINCT other, alias, at, record, how, {import_id:UInt32} FROM (${others(mapping)})
  WHERE record IN (SELECT fact_id FROM {facts:Identifier})`;

const ISO_TIME = "%Y-%m-%dT%H:%i:%SZ";
const DATED = "toUnixTimestamp64Milli(ts) != 0";

/** Before lesser records are taken out: rows that differ, and the people they are about. */
export const COUNT_PEOPLE = `
  SELECT toUInt32((SELECT count() FROM {typed:Identifier}) - count()) AS duplicates,
    toUInt32(uniqExact(alias)) AS people FROM {people:Identifier}`;

export const COUNT_LESSER = `
  SELECT toUInt32(countIf(known = 0)) AS left_out, toUInt32(countIf(known = 1)) AS replaced
  FROM {lesser:Identifier}`;

export const PERIOD = `
  SELECT if(countIf(${DATED}) = 0, '', formatDateTime(minIf(ts, ${DATED}), '${ISO_TIME}', 'UTC')) AS from,
    if(countIf(${DATED}) = 0, '', formatDateTime(max(ts), '${ISO_TIME}', 'UTC')) AS to
  FROM {facts:Identifier}`;
