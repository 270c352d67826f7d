/**
 * Removes people from everything that the store keeps, so that nothing of them can be read back.
 *
 *   erasing (whose) -> suppressed -> messages, rejects, imports -> facts and the rest -> old parts -> done
 *
 * The table `erasing` is made by one rename and dropped at the end: while it stands, the erasure has
 * begun and is not done, and `finishErasure` does it again from its beginning, which changes nothing
 * where a step was done already.
 */

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { AppError } from "../../base/index.js";
import { instantText, type Ledger, type Parameters, type Warehouse } from "../../store/index.js";
import { HYGIENE_FILE } from "../hygiene/index.js";
import { afterOthers } from "../landing/import-queue.js";
import { eraseTables, recordErasure, THEIRS } from "./erase-tables.js";
import { eraseMessages, eraseRejects, eraseSummaries } from "./erase-texts.js";
import { type NamedIdentifier, namesAnyOf } from "./names.js";
import { suppress, theirOrders } from "./suppression.js";

export interface ErasureOptions {
  /** Rejects, and what an import left on its way, lie there. */
  readonly dataDir: string;
  /** Without one the store has no intake log. */
  readonly ledger: Ledger | undefined;
}

export interface Erased {
  readonly identifiers: readonly NamedIdentifier[];
  readonly facts: number;
  /** Messages of the intake log, and rejected rows. */
  readonly messages: number;
  readonly rejects: number;
  /** Where the person may still be read: what is not the store's own to change. */
  readonly elsewhere: readonly string[];
}

/** Of one person with all identifiers: `person` as `tessera person` gives it. */
export async function erasePerson(
  warehouse: Warehouse,
  person: bigint,
  { now, reason, ...options }: ErasureOptions & { readonly now: number; readonly reason: string },
): Promise<Erased> {
  return afterOthers(warehouse, async () => {
    const aliases = `SELECT {person:UInt64} AS alias UNION DISTINCT
      SELECT alias FROM aliases WHERE dictGetOrDefault('identity_now', 'person', alias, alias) = {person:UInt64}
      UNION DISTINCT
      SELECT alias FROM identity WHERE dictGetOrDefault('identity_now', 'person', alias, alias) = {person:UInt64}`;
    await finishErasure(warehouse, options);
    const begun = { now, reason, suppressing: true };
    await begin(warehouse, { aliases, parameters: { person }, ...begun });
    return finish(warehouse, options);
  });
}

interface Beginning {
  /** SELECT alias of those to be erased. */
  readonly aliases: string;
  readonly parameters: Parameters;
  readonly now: number;
  readonly reason: string;
  readonly suppressing: boolean;
}

/** From here on the erasure will be done, whatever happens. */
export async function begin(warehouse: Warehouse, given: Beginning): Promise<void> {
  const { aliases, now, reason, suppressing } = given;
  const parameters = { ...given.parameters, at: instantText(now), reason, suppressing };
  await warehouse.command("DROP TABLE IF EXISTS erasing_next SYNC");
  await warehouse.command(
    `CREATE TABLE erasing_next (alias UInt64, id_kind String, id_value String,
       at DateTime64(3, 'UTC'), reason String, suppressing Bool, people UInt32, facts UInt64,
       files Array(String))
     ENGINE = MergeTree ORDER BY alias`,
  );
  await warehouse.command(
    `INSERT INTO erasing_next SELECT DISTINCT w.alias, toString(a.id_kind), a.id_value,
       toDateTime64({at:String}, 3, 'UTC'), {reason:String}, {suppressing:Bool},
       (SELECT uniqExact(dictGetOrDefault('identity_now', 'person', alias, alias)) FROM (${aliases})),
       (SELECT count() FROM facts WHERE alias GLOBAL IN (${aliases})), (${suppressing ? filesOf(aliases) : "[]"})
     FROM (${aliases}) AS w LEFT JOIN aliases AS a ON a.alias = w.alias`,
    parameters,
  );
  await warehouse.command("RENAME TABLE erasing_next TO erasing");
}

/** The files that brought something of them. */
const filesOf = (aliases: string): string => `
  SELECT arraySort(groupUniqArray(file)) FROM imports
  WHERE state = 'landed' AND file LIKE '%.%' AND import_id GLOBAL IN (
    SELECT import_id FROM facts WHERE alias GLOBAL IN (${aliases}))`;

/** Finishes an erasure that a crash or a fault cut short; undefined where there is none. */
export async function finishErasure(
  warehouse: Warehouse,
  options: ErasureOptions,
): Promise<Erased | undefined> {
  await warehouse.command("DROP TABLE IF EXISTS erasing_next SYNC");
  if (!(await isErasing(warehouse))) return undefined;
  if (await namesSomebody(warehouse)) return finish(warehouse, options);
  // Its rows did not reach the disk when the machine stopped: nothing has been done yet.
  await warehouse.command("DROP TABLE erasing SYNC");
  return undefined;
}

async function namesSomebody(warehouse: Warehouse): Promise<boolean> {
  const { rows } = await warehouse.query<{ n: string }>("SELECT count() AS n FROM erasing");
  return rows[0]!.n !== "0";
}

/** Whether an erasure has begun and is not done. */
export async function isErasing(warehouse: Warehouse): Promise<boolean> {
  const { rows } = await warehouse.query<{ n: number }>(
    "SELECT toUInt32(count()) AS n FROM system.tables WHERE database = currentDatabase() AND name = 'erasing'",
  );
  return rows[0]!.n > 0;
}

export async function finish(
  warehouse: Warehouse,
  { dataDir, ledger }: ErasureOptions,
): Promise<Erased> {
  const begun = await readErasing(warehouse);
  const { identifiers, at, reason, suppressing, people, facts } = begun;
  const named = [...identifiers, ...(await ordersOf(warehouse))];
  const files = suppressing ? elsewhere(begun.files, dataDir, named) : [];
  if (suppressing) await suppress(warehouse, THEIRS);
  const messages = suppressing && ledger !== undefined ? await eraseMessages(ledger, named) : 0;
  const rejects = suppressing ? await eraseRejects(dataDir, named) : 0;
  if (suppressing) await eraseSummaries(warehouse, named);
  // Nobody waits for a visitor's rows to leave the disk.
  await eraseTables(warehouse, { hiding: !suppressing });
  const done = { at, reason, people, identifiers: identifiers.length, facts };
  await recordErasure(warehouse, done);
  await warehouse.command("DROP TABLE IF EXISTS erasing SYNC");
  return {
    identifiers: suppressing ? identifiers : [],
    facts,
    messages,
    rejects,
    elsewhere: files,
  };
}

async function readErasing(warehouse: Warehouse) {
  const { rows } = await warehouse.query<{
    kind: string;
    value: string;
    at: string;
    reason: string;
    suppressing: boolean;
    people: number;
    facts: string;
    files: readonly string[];
  }>(
    `SELECT id_kind AS kind, id_value AS value, toString(toUnixTimestamp64Milli(at)) AS at, reason,
       suppressing, people, facts, files
     FROM erasing ORDER BY kind, value LIMIT ${MOST_NAMED}`,
  );
  const [first] = rows;
  if (first === undefined) throw new AppError("input.missing", "There is nobody to erase.");
  const { reason, suppressing, people, files } = first;
  const facts = Number(first.facts);
  const identifiers = rows
    .filter(({ kind }) => kind !== "")
    .map(({ kind, value }) => ({ kind, value }));
  return { identifiers, at: Number(first.at), reason, suppressing, people, facts, files };
}

/** Of one person; of many visitors nothing is looked for by name. */
const MOST_NAMED = 100_000;

async function ordersOf(warehouse: Warehouse): Promise<readonly NamedIdentifier[]> {
  const { rows } = await warehouse.query<{ value: string }>(
    `SELECT DISTINCT order_id AS value FROM (${theirOrders(THEIRS)})`,
  );
  return rows.map(({ value }) => ({ kind: "order", value }));
}

/** Files that the store reads and does not write, copies, and what the systems below keep. */
function elsewhere(
  imported: readonly string[],
  dataDir: string,
  named: readonly NamedIdentifier[],
): readonly string[] {
  const names = namesAnyOf(named);
  const settings = [HYGIENE_FILE, "hygiene.proposed.yaml"]
    .map((name) => join(dataDir, name))
    .filter((path) => existsSync(path) && names(readFileSync(path, "utf8"), { whole: false }));
  return [...imported, ...settings, `every copy of ${dataDir} that was made before`];
}
