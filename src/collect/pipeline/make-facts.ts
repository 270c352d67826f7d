/**
 * Typed rows -> finished rows in staging tables: what is the same for all kinds of records. The
 * tables are made, the kind fills them, and identifiers become aliases.
 */

import { AppError } from "../../base/index.js";
import type { Warehouse } from "../../store/index.js";
import { enrichStaged } from "../catalogue/enrich.js";
import { leaveOutSuppressed } from "../erasure/suppression.js";
import { linkIdentities } from "../identity/index.js";
import { createStaging, type LandingTable, stagingTable } from "../landing/landing.js";
import type { VatSettings } from "../money/vat.js";
import { kindOf } from "../records/index.js";
import type { Counts, Making } from "../records/record-kind.js";
import type { Mapping } from "./read-mapping.js";

export interface MakingOptions {
  readonly mapping: Mapping;
  readonly importId: number;
  /** The table of typed rows. */
  readonly typed: string;
  readonly now: number;
  readonly path: string;
  /** The store's currency as its settings say. */
  readonly currency: string | undefined;
  /** Path of the store's table of rates. */
  readonly rates: string | undefined;
  /** As its settings say. */
  readonly vat: VatSettings | undefined;
}

export interface MadeFacts extends Counts {
  /** Staging tables by the table that they will join. */
  readonly tables: Readonly<Record<LandingTable, string>>;
  readonly making: Making;
}

/** Refuses (AppError) the file when two identifiers have one alias. */
export async function makeFacts(warehouse: Warehouse, options: MakingOptions): Promise<MadeFacts> {
  const { mapping, importId } = options;
  const table = (purpose: string) => stagingTable(importId, purpose);
  const identifiers = table("identifiers");
  const tables = await createStaging(warehouse, importId);
  await warehouse.command(
    `CREATE TABLE {identifiers:Identifier}
     (alias UInt64, id_kind LowCardinality(String), id_value String) ENGINE = Memory`,
    { identifiers },
  );
  const making = { ...options, tables, identifiers, table };
  const counts = await kindOf(mapping).make(warehouse, making);
  const leftOut = await leaveOutSuppressed(warehouse, making);
  await enrichStaged(warehouse, making);
  const parameters = { ...tables, identifiers, import_id: importId };
  await refuseCollisions(warehouse, parameters);
  await warehouse.command(INSERT_ALIASES, parameters);
  await warehouse.command(
    "INSERT INTO {seen:Identifier} SELECT fact_id, import_id FROM {facts:Identifier} WHERE version = 1",
    parameters,
  );
  await linkIdentities(warehouse, tables, importId);
  const notes =
    leftOut === 0
      ? counts.notes
      : [...counts.notes, `${leftOut} facts of erased people were left out.`];
  return { ...counts, notes, tables, making };
}

const INSERT_ALIASES = `INSERT INTO {aliases:Identifier}
  SELECT DISTINCT alias, id_kind, id_value, {import_id:UInt32} FROM {identifiers:Identifier}
  WHERE alias != 0 AND alias NOT IN (
    SELECT alias FROM aliases WHERE alias IN (SELECT alias FROM {identifiers:Identifier}))`;

/** Two identifiers with one alias, within the file or between it and the store. */
const COLLISIONS = `
  SELECT toString(alias) AS alias, arraySort(groupUniqArray((id_kind, id_value))) AS identifiers
  FROM (
    SELECT alias, toString(id_kind) AS id_kind, id_value FROM {identifiers:Identifier}
    WHERE alias != 0
    UNION ALL
    SELECT alias, toString(id_kind), id_value FROM aliases
    WHERE alias IN (SELECT alias FROM {identifiers:Identifier} WHERE alias != 0))
  GROUP BY alias HAVING length(identifiers) > 1 LIMIT 10`;

async function refuseCollisions(
  warehouse: Warehouse,
  parameters: Readonly<Record<string, string | number>>,
): Promise<void> {
  const { rows } = await warehouse.query<{ alias: string; identifiers: unknown }>(
    COLLISIONS,
    parameters,
    { lane: "write" },
  );
  if (rows.length === 0) return;
  throw new AppError(
    "input.invalid",
    `Two identifiers have the same hash (${rows[0]!.alias}), so two people would become one.`,
    {
      hint: "Nothing was imported. Please report it: one of the identifiers needs another spelling.",
      cause: JSON.stringify(rows),
    },
  );
}
