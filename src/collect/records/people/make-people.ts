/** Runs the statements of `person-facts.ts`: typed rows -> finished rows in staging tables. */

import { availableParallelism } from "node:os";
import type { Parameters, Warehouse } from "../../../store/index.js";
import { leaveOutKnown } from "../../landing/known-facts.js";
import { sameCurrency } from "../../money/currency.js";
import type { Counts, Making } from "../record-kind.js";
import {
  COUNT_LESSER,
  COUNT_PEOPLE,
  CREATE_LESSER,
  CREATE_PEOPLE,
  DELETE_LESSER,
  INSERT_BALANCES,
  INSERT_CONSENTS,
  INSERT_RECORDS,
  insertIdentifiers,
  insertLinks,
  PERIOD,
  SUPERSEDE_LESSER,
} from "./person-facts.js";
import type { PeopleMapping } from "./schema.js";

/** Writing the traits of many people takes longer than finding them. */
const WIDE = { settings: { max_insert_threads: Math.min(4, availableParallelism()) } } as const;

export async function makePeople(
  warehouse: Warehouse,
  making: Making<PeopleMapping>,
): Promise<Counts> {
  const { mapping, importId, typed, tables, identifiers, table, path } = making;
  const asked = { path, said: mapping.currency, setting: making.currency };
  const currency = await sameCurrency(warehouse, asked);
  const parameters: Parameters = {
    ...tables,
    identifiers,
    typed,
    people: table("people"),
    lesser: table("lesser"),
    import_id: importId,
    source: mapping.source,
    balance_kind: mapping.balance.kind,
    currency,
  };
  const run = (sql: string) => warehouse.command(sql, parameters);
  const one = async <Row>(sql: string) =>
    (await warehouse.query<Row>(sql, parameters, { lane: "write" })).rows[0]!;
  await run(CREATE_PEOPLE);
  const found = await one<Pick<Counts, "duplicates" | "people">>(COUNT_PEOPLE);
  await run(insertIdentifiers(mapping));
  await run(INSERT_CONSENTS);
  await run(CREATE_LESSER);
  const lesser = await one<{ left_out: number; replaced: number }>(COUNT_LESSER);
  if (lesser.left_out > 0) await run(DELETE_LESSER);
  if (lesser.replaced > 0) await run(SUPERSEDE_LESSER);
  await warehouse.command(INSERT_RECORDS, parameters, WIDE);
  for (const sql of INSERT_BALANCES) await run(sql);
  const period = await one<Pick<Counts, "from" | "to">>(PERIOD);
  const known = await leaveOutKnown(warehouse, { facts: tables.facts, known: table("known") });
  await run(insertLinks(mapping));
  const notes =
    lesser.replaced > 0
      ? [
          `${lesser.replaced} people are described anew; what was said of them without a date gives way.`,
        ]
      : [];
  return {
    ...found,
    ...period,
    currency,
    notes,
    newOrders: 0,
    changedOrders: 0,
    alreadyPresent: known + lesser.left_out,
  };
}
