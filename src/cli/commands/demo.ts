/** `tessera demo`: a made-up store of any size, the same for the same seed. */

import { join } from "node:path";
import type { Command } from "commander";
import { AppError } from "../../base/index.js";
import { type Answer, answering, type CommonOptions } from "../answer.js";
import { instantOf } from "../as-of.js";
import { errors } from "../caller.js";
import { DEMO_FOLDER, DEMO_PEOPLE, DEMO_SEED, ensureDemo } from "../demo-folder.js";
import type { Answers } from "../schemas.js";
import { DEFAULT_DATA, shellWord } from "../store-command.js";
import { plural, whole } from "../terminal.js";

interface DemoCommandOptions extends CommonOptions {
  readonly data: string;
  readonly people: string;
  readonly seed: string;
  readonly until?: string;
  readonly processes?: string;
}

/** The ids of facts hold a person's number and the count of their facts in 53 bits. */
const MOST_PEOPLE = 2 ** 32;

export function demoCommand(program: Command): void {
  program
    .command("demo")
    .summary("make a demo store of any size")
    .description("Makes a believable shop of made-up people; docs/demo.md says what is in it.")
    .option("--data <folder>", "the demo store's own folder", `${DEFAULT_DATA}/${DEMO_FOLDER}`)
    .option("--people <count>", "how many", String(DEMO_PEOPLE))
    .option("--seed <number>", "another seed makes other people", String(DEMO_SEED))
    .option("--until <instant>", "a date or an instant: the end of the history")
    .option("--processes <count>", "how many make people at the same time (default: one a core)")
    .option("--json", "print JSON, as docs/cli.md describes it")
    .action(answering("demo", demo));
}

async function demo(options: DemoCommandOptions): Promise<Answer<"demo">> {
  const { DEMO_END, TRUTH_FILE } = await import("../../collect/index.js");
  const { data: folder } = options;
  const wanted = {
    people: numberOf("--people", options.people, { least: 1, most: MOST_PEOPLE }),
    seed: numberOf("--seed", options.seed, { least: 0, most: Number.MAX_SAFE_INTEGER }),
    until: await endOf(options.until ?? DEMO_END),
  };
  const processes =
    options.processes === undefined
      ? undefined
      : numberOf("--processes", options.processes, { least: 0, most: 64 });
  const begun = performance.now();
  const { made, summary } = await ensureDemo(folder, wanted, {
    processes,
    onMaking: () => errors().write(`Making a demo store in ${folder} ...\n`),
    onProgress: ({ people, facts }) => showProgress({ people, facts, of: wanted.people, begun }),
  });
  const seconds = made ? (performance.now() - begun) / 1000 : null;
  const json = {
    folder,
    made,
    ...wanted,
    until: new Date(wanted.until).toISOString(),
    ...summary,
    truth: join(folder, TRUTH_FILE),
    seconds,
  };
  return { json, text: demoText(json) };
}

function numberOf(
  option: string,
  text: string,
  { least, most }: { readonly least: number; readonly most: number },
): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value <= most) return value;
  throw new AppError("input.invalid", `${option} ${text}: not a whole number.`, {
    hint: `Give one from ${whole(least)} to ${whole(most)}.`,
  });
}

/** The years for which the engine has instants, with the history before them. */
async function endOf(text: string): Promise<number> {
  const at = await instantOf(text, "UTC");
  const year = new Date(at).getUTCFullYear();
  if (year >= 1950 && year < 2250) return at;
  throw new AppError("input.invalid", `--until ${text}: no year for a shop.`, {
    hint: "Give an instant from 1950 to 2249.",
  });
}

/** One line on a terminal, which the next one overwrites. */
function showProgress(done: {
  readonly people: number;
  readonly facts: number;
  readonly of: number;
  readonly begun: number;
}): void {
  if (!errors().isTTY) return;
  const rate = done.facts / ((performance.now() - done.begun) / 1000);
  const line = `${whole(done.people)} of ${plural(done.of, "person", "people")}, ${whole(rate)} facts/s`;
  errors().write(`\r\u001b[K${line}${done.people < done.of ? "" : "\n"}`);
}

function demoText(json: Answers["demo"]): string {
  const { made, folder, people, facts, orders, lines, events, products, seconds } = json;
  const rate =
    seconds === null ? "" : ` in ${seconds.toFixed(1)} s (${whole(facts / seconds)} facts/s)`;
  return [
    `${made ? "Made" : "There already is"} a demo store in ${folder}${rate}:`,
    `  ${plural(people, "person", "people")}, ${whole(orders)} orders of ${whole(lines)} lines, ` +
      `${whole(events)} events, ${whole(products)} products; ${whole(facts)} facts in all.`,
    `What is true of each person by construction: ${json.truth}`,
    "",
    `  npx tessera segments --data ${shellWord(folder)}`,
  ].join("\n");
}
