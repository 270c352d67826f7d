/** `tessera start`, the main job of `npm start`: a demo store, its segments, and what to try. */

import { join, relative } from "node:path";
import type { Command } from "commander";
import { type Answer, answering } from "../answer.js";
import { DEMO_FOLDER, DEMO_PEOPLE, DEMO_SEED, ensureDemo } from "../demo-folder.js";
import { storeCommand } from "../store-command.js";
import { readTexts, type StoreOptions, withWarehouse } from "../store-folder.js";
import { coloursOf } from "../terminal.js";
import { crossJson, crossTable } from "./cross.js";
import { segmentsJson, segmentsText } from "./segments.js";

/** Bought in the last week, prefers the women's department, is in the top tier. */
const OPENING_EXAMPLE = [
  "last(order) in last 7 days",
  "dept_share('women') >= 0.5",
  "value_tier is top",
] as const;

export function startCommand(program: Command): void {
  storeCommand(program, "start")
    .summary("make a demo store and show its segments")
    .description("Makes a demo store (once), evaluates it and shows its segments and a crossing.")
    .action(answering("start", start));
}

async function start(options: StoreOptions): Promise<Answer<"start">> {
  const { crossPeople, lastRefresh, refresh, reportSegments } = await import(
    "../../segment/index.js"
  );
  const { DEMO_END } = await import("../../collect/index.js");
  const folder = join(options.data, DEMO_FOLDER);
  const wanted = { people: DEMO_PEOPLE, seed: DEMO_SEED, until: Date.parse(DEMO_END) };
  const { made } = await ensureDemo(folder, wanted, {
    onMaking: () =>
      process.stderr.write(`Making a demo store in ${folder} (once; a few seconds) ...\n`),
  });
  const { library, asOf } = await readTexts({ ...options, data: folder });
  return withWarehouse(
    folder,
    async (warehouse) => {
      // A report is right without a refresh at its instant; with one it is only faster.
      const last = await lastRefresh(warehouse);
      if (last?.asOf !== asOf) await refresh(warehouse, library, { asOf });
      const segments = await reportSegments(warehouse, library, { asOf });
      const cross = crossJson(await crossPeople(warehouse, library, OPENING_EXAMPLE, { asOf }));
      return {
        json: { folder, made, segments: segmentsJson(segments), cross },
        text: [
          `A demo store: two years of orders, two months of visits. It lies in ${folder}.`,
          "",
          segmentsText(segments),
          ...crossText(cross),
          ...nextText(folder, process.env.CLICKHOUSE_URL !== undefined),
        ].join("\n"),
      };
    },
    { embedded: true },
  );
}

function crossText(cross: Answer<"start">["json"]["cross"]): string[] {
  const { bold } = coloursOf(process.stdout);
  return [
    bold("A crossing: bought in the last week, prefers women's, in the top tier"),
    "",
    crossTable(cross),
    "",
  ];
}

/** Commands that work as they stand, from the folder in which `start` was called. */
function nextText(folder: string, onServer: boolean): string[] {
  const { bold, dim } = coloursOf(process.stdout);
  const data = `--data ${relative(process.cwd(), folder) || folder}`;
  // The demo store is in the folder, also where the store itself is on a server.
  const tessera = onServer ? "CLICKHOUSE_URL= npx tessera" : "npx tessera";
  const steps: readonly (readonly [string, string])[] = [
    ["Ask anything", `count "sum(order.net in last 90 days) > 300 and not vip" ${data}`],
    [
      "Cross with what they looked at",
      `cross "vip" "some category: count(distinct viewed.product in last 7 days) >= 3" ${data}`,
    ],
    ["Ask why", `explain C0017 vip ${data}`],
    ["See the words to write with", `attributes ${data}`],
    ["Look back", `segments --as-of 2025-11-15 ${data}`],
  ];
  return [
    bold("Try next"),
    ...steps.flatMap(([what, command]) => [dim(`  # ${what}`), `  ${tessera} ${command}`]),
    dim("  # Your own file of order lines (docs/getting-started.md)"),
    "  npx tessera import ORDERS.csv --map MAPPING.yaml --data my-store",
  ];
}
