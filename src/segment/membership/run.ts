/** Runs compiled statements: inputs bound, the identity that the instant asks for, one set of settings. */

import type { Parameters, QueryOptions, QueryResult, Warehouse } from "../../store/index.js";
import { PERSON_AT, PERSON_NOW } from "../sql/index.js";
import { boundParameters, type EvaluationTime } from "./inputs.js";
import type { Statistics } from "./statistics.js";

/** Lazy branches cost planning time and save nothing: nothing throws in a branch not taken. */
const EVALUATION: QueryOptions = {
  lane: "evaluate",
  settings: { short_circuit_function_evaluation: "disable" },
};

export interface Statement {
  readonly text: string;
  /** The values that the compiler bound. */
  readonly parameters: Parameters;
  /** Inputs of this run besides the time and the statistics. */
  readonly extra?: Parameters;
}

export async function runQuery<Row>(
  warehouse: Warehouse,
  statement: Statement,
  at: EvaluationTime,
  statistics: Statistics,
): Promise<QueryResult<Row>> {
  const { text, parameters } = await prepared(warehouse, statement, at, statistics);
  return warehouse.query<Row>(text, parameters, EVALUATION);
}

export async function runCommand(
  warehouse: Warehouse,
  statement: Statement,
  at: EvaluationTime,
  statistics: Statistics,
): Promise<void> {
  const { text, parameters } = await prepared(warehouse, statement, at, statistics);
  await warehouse.command(text, parameters, EVALUATION);
}

async function prepared(
  warehouse: Warehouse,
  statement: Statement,
  at: EvaluationTime,
  statistics: Statistics,
): Promise<Statement> {
  const latest = await latestLink(warehouse);
  const text =
    latest <= (at.knownAt ?? at.now)
      ? statement.text.replaceAll(PERSON_AT, PERSON_NOW)
      : statement.text;
  return {
    text,
    parameters: boundParameters(text, statement.parameters, at, statistics, statement.extra),
  };
}

/** When the last identity link became known: from then on the quick dictionary says the same. */
async function latestLink(warehouse: Warehouse): Promise<number> {
  const { rows } = await warehouse.query<{ ms: string }>(
    "SELECT max(toUnixTimestamp64Milli(known_at)) AS ms FROM identity",
    {},
    EVALUATION,
  );
  return Number(rows[0]?.ms ?? 0);
}
