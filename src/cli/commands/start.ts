/** `tessera start`, the main job of `npm start`: a demo store, what it shows, and what to try. */

import { join, relative } from "node:path";
import type { Command } from "commander";
import { type Answer, answering } from "../answer.js";
import { caller, errors } from "../caller.js";
import { DEMO_FOLDER, DEMO_PEOPLE, DEMO_SEED, ensureDemo } from "../demo-folder.js";
import type { Answers } from "../schemas.js";
import { startText } from "../start-text.js";
import { shellWord, storeCommand } from "../store-command.js";
import { readTexts, type StoreOptions, withWarehouse } from "../store-folder.js";
import { segmentsJson } from "./segments.js";

const ACTIONS = 3;

export function startCommand(program: Command): void {
  storeCommand(program, "start")
    .summary("make a demo store, show its segments and what to do now")
    .description(
      "Makes a demo store (once), evaluates it, and shows its segments by purpose, segments crossed,\n" +
        "and the most valuable things to do now.",
    )
    .addHelpText(
      "after",
      `
Examples:
  tessera start
  tessera start --as-of 2026-10-01
  tessera start --json | jq '.actions'`,
    )
    .action(answering("start", start));
}

async function start(options: StoreOptions): Promise<Answer<"start">> {
  const { lastRefresh, refresh, reportActions, reportExamples, reportSegments } = await import(
    "../../segment/index.js"
  );
  const { DEMO_END } = await import("../../collect/index.js");
  const { limitsInForce } = await import("../../understand/index.js");
  const folder = join(options.data, DEMO_FOLDER);
  const wanted = { people: DEMO_PEOPLE, seed: DEMO_SEED, until: Date.parse(DEMO_END) };
  const { made } = await ensureDemo(folder, wanted, {
    onMaking: () => errors().write(`Making a demo store in ${folder} (once; a few seconds) ...\n`),
  });
  const { library, asOf } = await readTexts({ ...options, data: folder });
  return withWarehouse(
    folder,
    async (warehouse) => {
      // A report is right without a refresh at its instant; with one it is only faster.
      const last = await lastRefresh(warehouse);
      if (last?.asOf !== asOf) await refresh(warehouse, library, { asOf });
      const report = await reportSegments(warehouse, library, { asOf });
      const segments = { ...report, limits: limitsInForce(library) };
      const examples = await reportExamples(warehouse, library, { asOf });
      const found = await reportActions(warehouse, library, { asOf, limit: ACTIONS });
      const shown = relative(caller()?.folder ?? process.cwd(), folder) || folder;
      const run = commandsIn(shown, options.asOf);
      const json: Answers["start"] = {
        folder: shown,
        made,
        segments: segmentsJson(segments),
        examples: examples.map(({ needs, steps, ...example }) => ({
          ...example,
          needs: [...needs],
          steps: [...steps],
        })),
        phases: [...found.phases],
        actions: found.actions.map((action) => ({
          ...action,
          command: run(`people "${action.expr}"`),
        })),
        next: STEPS.map(({ what, command }) => ({ what, command: run(command) })),
      };
      return { json, text: startText(json) };
    },
    { embedded: true },
  );
}

/** A command line that works as it stands, from the folder in which `start` was called. */
function commandsIn(folder: string, asOf: string | undefined): (command: string) => string {
  // The demo store is in the folder, also where the store itself is on a server.
  const tessera = process.env.CLICKHOUSE_URL === undefined ? "" : "CLICKHOUSE_URL= ";
  const instant = asOf === undefined ? "" : ` --as-of ${asOf}`;
  return (command) => `${tessera}npx tessera ${command} --data ${shellWord(folder)}${instant}`;
}

const STEPS: readonly { readonly what: string; readonly command: string }[] = [
  { what: "Every segment with its money", command: "segments" },
  {
    what: "Ask anything",
    command: 'cross vip "sum(order.net in last 90 days) > 300" "count(viewed in last 7 days) >= 3"',
  },
  { what: "A person, and why", command: "explain C0017" },
  { what: "The words to write your own segments with", command: "attributes" },
];
