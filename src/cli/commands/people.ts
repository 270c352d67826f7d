/** `tessera people EXPR`: who they are, as a table, or a file for another program. */

import { createReadStream, existsSync, mkdtempSync, renameSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { type Command, InvalidArgumentError, Option } from "commander";
import { AppError } from "../../base/index.js";
import type { Library, PeopleList, PeopleQuery, PersonRow } from "../../segment/index.js";
import { type Answer, answering } from "../answer.js";
import { output } from "../caller.js";
import { storeCommand } from "../store-command.js";
import { type StoreOptions, withStore } from "../store-folder.js";
import { average, plural, readableInstant, shown, table, whole } from "../terminal.js";

type Format = "table" | "csv" | "ndjson" | "parquet";

interface PeopleOptions extends StoreOptions {
  readonly format?: Format;
  readonly out?: string;
  readonly columns?: string;
  readonly sort?: string;
  readonly limit?: number;
}

/** A table, and one JSON document, are for reading. */
const SHOWN = 20;
const SHOWN_JSON = 1000;

const WRITTEN = { csv: "CSVWithNames", ndjson: "JSONEachRow", parquet: "Parquet" } as const;

const EXAMPLES = `
Examples:
  tessera people "vip and days since last(order) > 60"
  tessera people lapsed --sort revenue_12m --limit 100 --format csv --out lapsed.csv
  tessera people vip --columns "stage,aov,dept_share('women')"
  tessera people "count(order) >= 1" --format parquet --out buyers.parquet`;

export function peopleCommand(program: Command): void {
  storeCommand(program, "people")
    .summary("who they are: the people that a condition holds for")
    .description("Lists the people for whom a condition holds, with what is known of them.")
    .argument("<expression>", "a segment, or any other condition, in quotes")
    .addOption(
      new Option("--format <format>", "table (default), csv, ndjson or parquet").choices([
        "table",
        ...Object.keys(WRITTEN),
      ]),
    )
    .option("--out <file>", "write to this file; it appears when it is whole")
    .option("--columns <list>", "attributes, segments or other expressions, parted by commas")
    .option("--sort <column>", "greatest first; COLUMN:asc for the smallest first")
    .option("--limit <n>", "at most so many people", positive)
    .addHelpText("after", EXAMPLES)
    .action(answering("people", people));
}

async function people(expression: string, options: PeopleOptions): Promise<Answer<"people">> {
  const { listPeople } = await import("../../segment/index.js");
  const format = formatOf(options);
  const out = targetOf(options, format);
  return withStore(options, async ({ warehouse, library, asOf }) => {
    const query = await queryOf(expression, options, library);
    return listPeople(warehouse, library, query, { asOf }, async (list) => {
      const instant = new Date(asOf).toISOString();
      const most = format === "table" ? (options.json ? SHOWN_JSON : SHOWN) : 0;
      const limit = query.limit ?? (format === "table" ? most : list.total);
      const given = Math.min(list.total, limit);
      const json = {
        asOf: instant,
        total: list.total,
        given,
        columns: [...list.columns],
        people: most === 0 ? [] : [...(await list.rows(limit))],
        file: out ?? null,
      };
      if (format === "table") return { json, text: tableText(list, json.people, instant) };
      if (out === undefined) {
        await toStandardOutput(list, format);
        return { json, text: "" };
      }
      await toFile(list, format, out);
      const text = `${plural(given, "person", "people")} as of ${readableInstant(instant)} in ${out}`;
      return { json, text };
    });
  });
}

/** By `--format`, else by how the file is named. */
function formatOf({ format, out, json }: PeopleOptions): Format {
  const ending = /\.(csv|ndjson|parquet)$/.exec(out ?? "")?.[1] as Format | undefined;
  const found = format ?? ending ?? (out === undefined ? "table" : undefined);
  if (found === undefined || (found === "table" && out !== undefined)) {
    throw new AppError("input.invalid", `In which format is ${out} to be written?`, {
      hint: "Add --format csv, ndjson or parquet, or end the name with one of these.",
    });
  }
  if (json && found !== "table" && out === undefined) {
    throw new AppError("input.invalid", `--json and --format ${found} both want the output.`, {
      hint: "Write the people to a file with --out, or leave --json out.",
    });
  }
  return found;
}

function targetOf({ out }: PeopleOptions, format: Format): string | undefined {
  if (format === "parquet" && out === undefined) {
    throw new AppError("input.invalid", "A Parquet file cannot be shown.", {
      hint: "Give its name: --out people.parquet.",
    });
  }
  if (out === undefined) return undefined;
  if (!existsSync(dirname(out))) {
    throw new AppError("input.missing", `There is no folder ${dirname(out)} to write to.`, {
      hint: "Make it first, or give another name with --out.",
    });
  }
  if (existsSync(out) && statSync(out).isDirectory()) {
    throw new AppError("input.invalid", `${out} is a folder.`, { hint: "Give a file's name." });
  }
  return out;
}

async function queryOf(
  expression: string,
  { columns, sort, limit }: PeopleOptions,
  library: Library,
): Promise<PeopleQuery> {
  const { readColumns, splitColumns, usualColumns } = await import("../../segment/index.js");
  const chosen =
    columns === undefined ? usualColumns(library) : readColumns(splitColumns(columns), library);
  const base = { expression, columns: chosen, ...(limit === undefined ? {} : { limit }) };
  if (sort === undefined) return base;
  const [, name = sort, direction] = /^(.*?)(?::(asc|desc))?$/s.exec(sort) ?? [];
  const shown = chosen.find((column) => column.name === name);
  const [column] = shown === undefined ? readColumns([name], library) : [shown];
  return column === undefined
    ? base
    : { ...base, sort: { column, ascending: direction === "asc" } };
}

function positive(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError("Write a number, 1 or more.");
  return Number(text);
}

/** Identifiers that nobody here has are left out. */
function tableText(list: PeopleList, rows: readonly PersonRow[], asOf: string): string {
  const [, ...columns] = list.columns.filter(
    ({ name }, i) => i === 0 || i > 3 || rows.some((row) => row[name] !== null),
  );
  const head = `${plural(list.total, "person", "people")} as of ${readableInstant(asOf)}`;
  if (rows.length === 0) return head;
  const more = list.total - rows.length;
  // Decimals stand below each other: all of a column have two, or none has any.
  const fractional = new Set(
    columns
      .filter(({ type }) => type === "number")
      .map(({ name }) => name)
      .filter((name) => rows.some((row) => !Number.isInteger(row[name] ?? 0))),
  );
  return [
    head,
    "",
    table(
      columns.map(({ name, type }) => ({
        title: name,
        align: type === "number" || type === "duration" ? "right" : "left",
      })),
      rows.map((row) =>
        columns.map(({ name, type }) => {
          const value = row[name] ?? null;
          return fractional.has(name) ? average(value as number | null) : shown(value, type);
        }),
      ),
    ),
    ...(more > 0 ? [`and ${whole(more)} more: --limit, or --format csv --out FILE`] : []),
  ].join("\n");
}

/** Beside its place first, so that nobody ever reads half of it. */
async function toFile(list: PeopleList, format: Exclude<Format, "table">, out: string) {
  const unfinished = `${out}.${process.pid}.partial`;
  try {
    await list.write({ path: unfinished, format: WRITTEN[format] });
    renameSync(unfinished, out);
  } finally {
    rmSync(unfinished, { force: true });
  }
}

async function toStandardOutput(list: PeopleList, format: Exclude<Format, "table">) {
  const folder = mkdtempSync(join(tmpdir(), "tessera-people-"));
  try {
    const path = join(folder, "people");
    await list.write({ path, format: WRITTEN[format] });
    await pipeline(createReadStream(path), output(), { end: false });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
