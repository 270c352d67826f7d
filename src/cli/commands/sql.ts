/** `tessera sql EXPR`: the statement behind a condition, for engineers and analysts. */

import type { Command } from "commander";
import { answering } from "../answer.js";
import { storeCommand } from "../store-command.js";
import { readTexts, type StoreOptions } from "../store-folder.js";

export function sqlCommand(program: Command): void {
  storeCommand(program, "sql")
    .summary("the ClickHouse statement behind a condition")
    .description("Prints the ClickHouse statement that evaluates a condition for everyone.")
    .argument("<expression>", "the condition, in quotes")
    .action(answering("sql", showSql));
}

/** Needs the store's definitions but not its facts. */
async function showSql(expression: string, options: StoreOptions) {
  const { sqlOf } = await import("../../segment/index.js");
  const { library } = await readTexts(options);
  const { sql, parameters, unbounded } = sqlOf(library, expression);
  const dear = unbounded.map(
    (key) => `-- reads all of history for every ${key}: give its aggregates a window`,
  );
  const bound = Object.entries(parameters).map(
    ([name, value]) => `-- ${name} = ${JSON.stringify(value, wide)}`,
  );
  return {
    json: { sql, parameters: JSON.parse(JSON.stringify(parameters, wide)) },
    text: [...dear, ...bound, sql].join("\n"),
  };
}

/** 64-bit integers as text, exact. */
function wide(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? String(value) : value;
}
