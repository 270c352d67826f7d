/**
 * Lists of who got a campaign often say neither when nor what it was about; a description of the
 * campaign does, in a file of its own. Contacts take from it what they do not say themselves: the
 * first day as their time, theme and channel. One without a time waits: as a fact that nobody knows
 * of yet, at the end of time. It does not matter which of the files comes first.
 */

import type { Parameters, Warehouse } from "../../../store/index.js";
import type { CommonMapping } from "../../mapping/mapping-schema.js";
import type { Making } from "../record-kind.js";

/** Later than any instant that is asked about. */
export const WAITING = "toDateTime64('2299-01-01 00:00:00', 3, 'UTC')";

const CONTACT =
  "f.source = {source:String} AND f.campaign != '' AND f.kind NOT IN ('order', 'line')";

/** The facts of `from` that a description completes, as they are then. */
const completed = (from: string, campaigns: string): string => `
  SELECT f.* REPLACE (
    if(f.ts = ${WAITING} AND c.starts IS NOT NULL, assumeNotNull(c.starts), f.ts) AS ts,
    if(f.known_at = ${WAITING} AND c.starts IS NOT NULL, assumeNotNull(c.starts), f.known_at) AS known_at,
    if(f.theme = '', c.theme, f.theme) AS theme,
    if(f.channel = '', c.channel, f.channel) AS channel)
  FROM ${from} AS f GLOBAL INNER JOIN (
    SELECT campaign AS described, starts, theme, channel FROM ${campaigns}
    WHERE source = {source:String}) AS c ON f.campaign = c.described
  WHERE ${CONTACT} AND (f.ts = ${WAITING} AND c.starts IS NOT NULL OR f.theme = '' AND c.theme != ''
    OR f.channel = '' AND c.channel != '')`;

const CREATE =
  "CREATE TABLE {described:Identifier} AS {facts:Identifier} ENGINE = MergeTree ORDER BY fact_id";

function parametersOf({ mapping, importId, tables, table }: Making<CommonMapping>): Parameters {
  const described = table("described");
  return { ...tables, described, source: mapping.source, import_id: importId };
}

/** Completes the staged contacts. */
export async function describeStaged(
  warehouse: Warehouse,
  making: Making<CommonMapping>,
): Promise<void> {
  const parameters = parametersOf(making);
  const { rows } = await warehouse.query<{ n: number }>(
    "SELECT toUInt32(count()) AS n FROM campaigns WHERE source = {source:String}",
    parameters,
  );
  if (rows[0]!.n === 0) return;
  await warehouse.command(CREATE, parameters);
  for (const sql of [
    `INSERT INTO {described:Identifier} ${completed("{facts:Identifier}", "campaigns")}`,
    `ALTER TABLE {facts:Identifier} DELETE
     WHERE fact_id IN (SELECT fact_id FROM {described:Identifier}) SETTINGS mutations_sync = 1`,
    "INSERT INTO {facts:Identifier} SELECT * FROM {described:Identifier}",
  ]) {
    await warehouse.command(sql, parameters);
  }
}

/** Adds to the staging tables new versions of the store's contacts that the staged descriptions complete. */
export async function describeKnown(
  warehouse: Warehouse,
  making: Making<CommonMapping>,
): Promise<void> {
  const parameters = parametersOf(making);
  await warehouse.command(CREATE, parameters);
  for (const sql of [
    `INSERT INTO {described:Identifier} ${completed("facts", "{campaigns:Identifier}")}
     AND (f.fact_id, f.version, f.known_at) GLOBAL NOT IN (SELECT fact_id, version, known_at FROM superseded)`,
    `INSERT INTO {superseded:Identifier}
     SELECT alias, fact_id, version, known_at, {import_id:UInt32} FROM (
       SELECT alias, fact_id, version, known_at FROM facts
       WHERE (fact_id, version) GLOBAL IN (SELECT fact_id, version FROM {described:Identifier}))`,
    `INSERT INTO {facts:Identifier}
     SELECT d.* REPLACE (l.last + 1 AS version, {import_id:UInt32} AS import_id)
     FROM {described:Identifier} AS d
     INNER JOIN (SELECT fact_id AS of_fact, max(version) AS last FROM facts
       WHERE fact_id GLOBAL IN (SELECT fact_id FROM {described:Identifier}) GROUP BY fact_id) AS l
     ON d.fact_id = l.of_fact`,
  ]) {
    await warehouse.command(sql, parameters);
  }
}
