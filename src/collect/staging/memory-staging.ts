/**
 * For a small import: its staging tables lie in memory. On disk each takes some 15 ms to make, fill
 * and drop (folders, syncs), which of fifty rows is most of the time; in memory 2 ms.
 *
 * What is left is planning. Of `CREATE TABLE ... AS SELECT` the engine plans the query twice, once for
 * the columns; these are the same each time, so they are remembered, and the table is made from them
 * and filled by INSERT.
 */

import type { QueryOptions, Warehouse } from "../../store/index.js";
import { LOW_MEMORY } from "./staging.js";

const inMemory = new WeakSet<Warehouse>();

export const isStagedInMemory = (warehouse: Warehouse): boolean => inMemory.has(warehouse);

export function stagedInMemory(warehouse: Warehouse): Warehouse {
  if (isStagedInMemory(warehouse)) return warehouse;
  const command: Warehouse["command"] = async (sql, parameters = {}, given) => {
    const options = withoutBulk(given);
    const made = CREATE.exec(sql);
    if (made === null) return warehouse.command(sql, parameters, options);
    const [, create = "", name = "", definition = "", empty, select] = made;
    const asMemory = `${create} ${definition} ENGINE = Memory`;
    if (select === undefined) return warehouse.command(asMemory, parameters, options);
    const columns = columnsOf.get(sql);
    if (columns !== undefined) {
      await warehouse.command(`${create} (${columns}) ENGINE = Memory`, parameters);
      if (empty !== undefined) return;
      return warehouse.command(`INSERT INTO {${name}:Identifier} ${select}`, parameters, options);
    }
    await warehouse.command(`${asMemory} ${empty ?? ""}AS ${select}`, parameters, options);
    columnsOf.set(sql, await describe(warehouse, String(parameters[name])));
  };
  const staging: Warehouse = { ...warehouse, command };
  inMemory.add(staging);
  return staging;
}

/** CREATE TABLE {name:Identifier} [its columns, or AS another table] ENGINE = ... [[EMPTY] AS SELECT] */
const CREATE =
  /^\s*(CREATE TABLE \{(\w+):Identifier\})([\s\S]*?)ENGINE = (?:MergeTree ORDER BY (?:tuple\(\)|\([^()]*\)|\w+)|Memory)(?:\s+(EMPTY )?AS\s+([\s\S]*))?$/;

/** Settings for statements over whole files; each costs two statements more. */
const BULK: ReadonlySet<string> = new Set([...Object.keys(LOW_MEMORY), "max_insert_threads"]);

function withoutBulk({ settings = {}, ...options }: QueryOptions = {}): QueryOptions {
  const own = Object.entries(settings).filter(([name]) => !BULK.has(name));
  return { ...options, settings: Object.fromEntries(own) };
}

/** By the statement that makes them. */
const columnsOf = new Map<string, string>();

async function describe(warehouse: Warehouse, table: string): Promise<string> {
  const { rows } = await warehouse.query<{ name: string; type: string }>(
    `SELECT name, type FROM system.columns
     WHERE database = currentDatabase() AND table = {table:String} ORDER BY position`,
    { table },
  );
  return rows.map(({ name, type }) => `\`${name}\` ${type}`).join(", ");
}
