/** `tessera import FILE...`: a store's own files into facts. */

import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Command, Option } from "commander";
import { AppError } from "../../base/index.js";
import type { ImportOptions, LeftAlone } from "../../collect/index.js";
import type { StoreSettings, UnavailableSegment } from "../../segment/index.js";
import { type Answer, answering } from "../answer.js";
import { errors } from "../caller.js";
import { dryRunText, importJson, importText, proposalJson } from "../import-answer.js";
import { type ProgressView, progressView } from "../import-progress.js";
import { storeCommand } from "../store-command.js";
import { type Store, type StoreOptions, withNewStore, withWarehouse } from "../store-folder.js";

interface ImportCommandOptions extends StoreOptions {
  readonly map?: string;
  readonly preset?: string;
  readonly encoding?: string;
  readonly dryRun?: boolean;
  readonly propose?: boolean;
}

export function importCommand(program: Command): void {
  storeCommand(program, "import")
    .summary("take in a store's own files")
    .description(
      "Takes in CSV, NDJSON, JSON and Parquet files, plain or packed with gzip or zstd. " +
        "A file of a known kind is recognised by its header.",
    )
    .argument("<files...>", "files, folders and patterns such as 'exports/*.csv.gz'")
    .addOption(
      new Option("--map <file>", "a YAML file that says what the columns mean").conflicts("preset"),
    )
    .addOption(new Option("--preset <name>", "a mapping that ships with Tessera, as online-retail"))
    .option("--encoding <name>", "of texts that are not UTF-8, as windows-1254")
    .option("--dry-run", "show what would come in, and change nothing")
    .addOption(
      new Option(
        "--propose",
        "write a first mapping of one file, from what is in it, to the standard output",
      ).conflicts(["map", "preset", "dryRun"]),
    )
    .action((given: readonly string[], options: ImportCommandOptions, command: Command) =>
      options.propose ? proposing(given, options, command) : importing(given, options, command),
    );
}

type Given = [files: readonly string[], options: ImportCommandOptions, command: Command];

const importing = answering<"import", Given>("import", importGiven);
const proposing = answering<"import --propose", Given>("import --propose", proposeGiven);

async function importGiven(
  given: readonly string[],
  options: ImportCommandOptions,
): Promise<Answer<"import">> {
  // Everything that can be wrong with the request is found before a store is made for it.
  const { expandPaths, importFiles, markPeople, readCorrections, reconcile } = await import(
    "../../collect/index.js"
  );
  const { dryRun = false, encoding } = options;
  if (encoding !== undefined) requireEncoding(encoding);
  const mapping = await mappingOf(options);
  const found = await expandPaths(given);
  const files = found.map(({ path }) => path);
  const optional = new Set(found.filter(({ named }) => !named).map(({ path }) => path));
  const leftAlone: LeftAlone[] = [];
  const onLeftAlone = (file: LeftAlone) => leftAlone.push(file);
  const corrections = readCorrections(options.data);
  return inStore(options, async ({ warehouse, folder, asOf, settings, money }) => {
    const request = {
      files,
      optional,
      onLeftAlone,
      ...mapping,
      ...money,
      encoding,
      dryRun,
      corrections,
    };
    const summaries = await withProgress(files, options, (onProgress) =>
      importFiles(warehouse, { ...request, dataDir: folder, now: asOf, onProgress }),
    );
    if (dryRun)
      return {
        json: importJson(summaries, { dryRun, leftAlone }),
        text: dryRunText(summaries, leftAlone),
      };
    const marks = await markPeople(warehouse, { corrections, now: asOf });
    const unavailable = await unavailableIn(warehouse, { asOf, settings });
    const card = await reconcile(warehouse);
    const newestAt = await newestFact(warehouse, asOf);
    const after = { folder, asOf, leftAlone, marks, unavailable, card, newestAt };
    return {
      json: importJson(summaries, { dryRun, leftAlone, unavailable, card }),
      text: importText(summaries, after),
    };
  });
}

/** Reads the file in a folder of its own: no store is made or opened for it. */
async function proposeGiven(
  given: readonly string[],
  options: ImportCommandOptions,
): Promise<Answer<"import --propose">> {
  const { expandPaths, proposeMapping } = await import("../../collect/index.js");
  const { encoding } = options;
  if (encoding !== undefined) requireEncoding(encoding);
  const [file = "", ...more] = (await expandPaths(given)).map(({ path }) => path);
  if (more.length > 0) {
    throw new AppError("input.invalid", "A mapping is proposed for one file at a time.", {
      hint: `For example: tessera import ${file} --propose`,
    });
  }
  return inTemporaryFolder(async (dataDir) => {
    const proposal = await withProgress([file], options, (onProgress) =>
      withWarehouse(
        dataDir,
        (warehouse) =>
          proposeMapping(warehouse, {
            file,
            encoding,
            dataDir,
            onProgress: (read) => onProgress?.({ file, step: "reading", ...read }),
          }),
        { embedded: true },
      ),
    );
    return { json: proposalJson(proposal), text: proposal.mapping };
  });
}

/** Segments of the playbook for which the store has no facts. */
async function unavailableIn(
  warehouse: Store["warehouse"],
  { asOf, settings }: { readonly asOf: number; readonly settings: StoreSettings },
): Promise<readonly UnavailableSegment[]> {
  const { loadLibrary, unavailableSegments } = await import("../../segment/index.js");
  return unavailableSegments(warehouse, loadLibrary([], settings).library, { asOf });
}

/** Instant of the last fact until then; undefined where there is none. */
async function newestFact(
  warehouse: Store["warehouse"],
  asOf: number,
): Promise<number | undefined> {
  const { rows } = await warehouse.query<{ newest: string | null }>(
    `SELECT toString(toUnixTimestamp64Milli(maxOrNull(ts))) AS newest FROM facts
     WHERE ts <= fromUnixTimestamp64Milli({asOf:Int64})`,
    { asOf },
  );
  const newest = rows[0]?.newest ?? undefined;
  return newest === undefined ? undefined : Number(newest);
}

/** Nothing is said where the files are to be recognised. */
async function mappingOf({
  map,
  preset,
}: ImportCommandOptions): Promise<Pick<ImportOptions, "mapping">> {
  const { readParts, readPreset } = await import("../../collect/index.js");
  if (map !== undefined) {
    if (!existsSync(map)) throw new AppError("input.missing", `There is no file ${map}.`);
    return { mapping: readParts(readFileSync(map, "utf8"), map).map((part) => part.mapping) };
  }
  if (preset === undefined) return {};
  readPreset(preset);
  return { mapping: { preset } };
}

function requireEncoding(name: string): void {
  try {
    new TextDecoder(name);
  } catch {
    throw new AppError("input.invalid", `There is no encoding "${name}".`, {
      hint: "For example: windows-1252 (Western), windows-1254 (Turkish), iso-8859-2, utf-16le.",
    });
  }
}

/** A dry run does not even make the store: where there is none it works in a folder for a while. */
async function inStore<T>(
  options: ImportCommandOptions,
  work: Parameters<typeof withNewStore<T>>[1],
): Promise<T> {
  const exists = process.env.CLICKHOUSE_URL || existsSync(join(options.data, "warehouse"));
  const { dryRun = false } = options;
  if (!dryRun || exists) return withNewStore(options, work, { dryRun });
  return inTemporaryFolder((data) => withNewStore({ ...options, data }, work));
}

async function inTemporaryFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "tessera-import-"));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const TICK_MS = 1000;

async function withProgress<T>(
  files: readonly string[],
  { json }: ImportCommandOptions,
  work: (onProgress?: ProgressView["show"]) => Promise<T>,
): Promise<T> {
  if (json) return work();
  const sizes = new Map(
    files.map((file) => [file, statSync(file, { throwIfNoEntry: false })?.size ?? 0]),
  );
  const clock = () => performance.now();
  const view = progressView({ output: errors(), sizes, clock });
  const timer = setInterval(view.tick, TICK_MS);
  try {
    return await work(view.show);
  } finally {
    clearInterval(timer);
    view.end();
  }
}
