/**
 * Marks: what the groups and `hygiene.yaml` say about people, as facts that segments can read.
 *
 *   person.hygiene = 'staff' | 'business' | 'reseller' | 'relay'   left out of audiences
 *   person.hygiene = 'released'   not a business buyer, whatever the playbook's rule says
 *
 * A mark is a set of traits dated at the person's first fact, because nobody becomes staff by being
 * found out. Marks are a function of the other facts and the file alone: those that no longer
 * follow are superseded from their own instant on, so they never were, and files may come in any
 * order. They land like an import of `hygiene.yaml`, all or none.
 */

import { randomUUID } from "node:crypto";
import { sha256 } from "../../base/index.js";
import type { Parameters, Warehouse } from "../../store/index.js";
import { afterOthers } from "../landing/import-queue.js";
import {
  createStaging,
  dropStaging,
  landImport,
  nextImportId,
  stagingTable,
} from "../landing/landing.js";
import { type Corrections, HYGIENE_FILE } from "./corrections.js";
import type { GroupKey } from "./group.js";
import { GROUPS } from "./groups.js";
import { BOUNDED, peopleNamed } from "./report.js";
import { visibleFacts } from "./visible-sql.js";

export interface MarkOptions {
  readonly corrections: Corrections;
  /** Milliseconds since the epoch: facts known by then count. */
  readonly now: number;
  /** In which marks are made of what was found, so that what comes in goes on while it is looked for. */
  readonly alone?: <T>(work: () => Promise<T>) => Promise<T>;
}

export interface MarkReport {
  /** People who now have a mark that they had not, and who have no longer one that they had. */
  readonly marked: number;
  readonly unmarked: number;
}

/** The trait's value by group; of several the first counts. */
const MARKS: readonly (readonly [GroupKey, string])[] = [
  ["staff", "staff"],
  ["business", "business"],
  ["resellers", "reseller"],
  ["relays", "relay"],
];

/** Makes the marks in the store those that follow now. */
export async function markPeople(
  warehouse: Warehouse,
  { alone = (work) => work(), ...options }: MarkOptions,
): Promise<MarkReport> {
  // No import has the number 0.
  const wanted = stagingTable(0, `wanted_${randomUUID().replaceAll("-", "")}`);
  try {
    await findWanted(warehouse, wanted, options);
    return await alone(() => afterOthers(warehouse, () => markNow(warehouse, wanted, options)));
  } finally {
    await warehouse.command("DROP TABLE IF EXISTS {wanted:Identifier} SYNC", { wanted });
  }
}

/** Whom the groups and the file name: the part that reads all facts. */
async function findWanted(
  warehouse: Warehouse,
  wanted: string,
  { corrections, now }: MarkOptions,
): Promise<void> {
  const all: Parameters = { wanted, now, domains: corrections.domains };
  const run = (sql: string, more: Parameters = {}) =>
    warehouse.command(sql, { ...all, ...more }, { ...BOUNDED, lane: "evaluate beside" });
  await run(CREATE_WANTED);
  for (const [rank, [key, mark]] of MARKS.entries()) {
    const { off, confirm, release } = corrections.groups[key];
    if (!off) await run(insertWanted(key), { rank, mark, confirm, release });
  }
  const { off, release } = corrections.groups.business;
  if (!off) await run(INSERT_RELEASED, { rank: MARKS.length, release });
}

async function markNow(
  warehouse: Warehouse,
  wanted: string,
  options: MarkOptions,
): Promise<MarkReport> {
  const importId = await nextImportId(warehouse);
  await dropStaging(warehouse, importId);
  try {
    return await stageAndLand(warehouse, { importId, wanted }, options);
  } finally {
    await dropStaging(warehouse, importId);
  }
}

async function stageAndLand(
  warehouse: Warehouse,
  { importId, wanted }: { readonly importId: number; readonly wanted: string },
  { corrections, now }: MarkOptions,
): Promise<MarkReport> {
  const tables = await createStaging(warehouse, importId);
  const all: Parameters = {
    ...tables,
    wanted,
    people: stagingTable(importId, "people"),
    marks: stagingTable(importId, "marks"),
    import_id: importId,
    now,
  };
  const run = (sql: string) => warehouse.command(sql, all, { ...BOUNDED, lane: "write" });
  for (const sql of [...CREATE, INSERT_PEOPLE, INSERT_MARKS, SUPERSEDE, INSERT_FACTS])
    await run(sql);
  const { rows } = await warehouse.query<MarkReport>(COUNTS, {
    facts: tables.facts,
    superseded: tables.superseded,
  });
  const report = rows[0]!;
  if (report.marked + report.unmarked === 0) return report;
  const record = {
    ...{ importId, file: HYGIENE_FILE, preset: "", at: now },
    sha256: sha256(JSON.stringify(corrections)),
  };
  await landImport(warehouse, { record, summary: report });
  return report;
}

const CREATE_WANTED =
  "CREATE TABLE {wanted:Identifier} (person UInt64, rank UInt8, mark String) ENGINE = Memory";
const CREATE = [
  "CREATE TABLE {people:Identifier} (person UInt64, mark String) ENGINE = Memory",
  "CREATE TABLE {marks:Identifier} (alias UInt64, mark String, since DateTime64(3, 'UTC')) ENGINE = Memory",
] as const;

function insertWanted(key: GroupKey): string {
  const { certain } = GROUPS.find((group) => group.key === key)!;
  const confirmed = `SELECT person FROM (${peopleNamed("confirm")})`;
  const found =
    certain === undefined ? confirmed : `SELECT person FROM (${certain}) UNION ALL ${confirmed}`;
  return `INSERT INTO {wanted:Identifier} SELECT DISTINCT person, {rank:UInt8}, {mark:String}
    FROM (${found}) WHERE person GLOBAL NOT IN (${peopleNamed("release")})`;
}

const INSERT_RELEASED = `INSERT INTO {wanted:Identifier}
  SELECT DISTINCT person, {rank:UInt8}, 'released' FROM (${peopleNamed("release")})`;

const INSERT_PEOPLE = `INSERT INTO {people:Identifier}
  SELECT person, argMin(mark, rank) FROM {wanted:Identifier} GROUP BY person`;

/** Persons are aliases too: the mark is put on that one. Without other facts there is nobody yet. */
const INSERT_MARKS = `INSERT INTO {marks:Identifier}
  SELECT person, mark, since FROM {people:Identifier} AS p GLOBAL INNER JOIN (
    SELECT person, min(greatest(ts, known_at)) AS since FROM (${visibleFacts(
      "ts, known_at",
      `source != 'hygiene' AND (alias GLOBAL IN (SELECT person FROM {people:Identifier})
        OR alias GLOBAL IN (SELECT alias FROM identity
          WHERE person GLOBAL IN (SELECT person FROM {people:Identifier})))`,
    )}) GROUP BY person) AS f USING (person)`;

/** Marks that count now, whenever they were made. */
const PRESENT = `SELECT alias, fact_id, version, known_at, ifNull(props.hygiene.:String, '') AS mark FROM facts
  WHERE kind = 'identified' AND source = 'hygiene' AND (fact_id, version) GLOBAL NOT IN
    (SELECT fact_id, version FROM superseded)`;

const SUPERSEDE = `INSERT INTO {superseded:Identifier}
  SELECT alias, fact_id, version, known_at, {import_id:UInt32} FROM (${PRESENT})
  WHERE (alias, mark, known_at) GLOBAL NOT IN (SELECT alias, mark, since FROM {marks:Identifier})`;

const FACT_ID = "halfMD5(concat('hygiene\\0', toString(alias)))";

const INSERT_FACTS = `INSERT INTO {facts:Identifier}
    (alias, ts, known_at, fact_id, version, import_id, kind, source, placed, kept, props)
  SELECT m.alias, m.since, m.since, m.id, v.latest + 1, {import_id:UInt32}, 'identified', 'hygiene', 1, 1,
    toJSONString(map('hygiene', m.mark))
  FROM (SELECT alias, mark, since, ${FACT_ID} AS id FROM {marks:Identifier}
    WHERE (alias, mark, since) GLOBAL NOT IN (SELECT alias, mark, known_at FROM (${PRESENT}))) AS m
  GLOBAL LEFT JOIN (SELECT fact_id AS id, max(version) AS latest FROM facts
    WHERE kind = 'identified' AND source = 'hygiene' GROUP BY fact_id) AS v USING (id)`;

const COUNTS = `SELECT
    (SELECT toUInt32(count()) FROM {facts:Identifier}) AS marked,
    (SELECT toUInt32(count()) FROM {superseded:Identifier}
      WHERE alias NOT IN (SELECT alias FROM {facts:Identifier})) AS unmarked`;
