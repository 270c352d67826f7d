/**
 * Rows of a file to judge its columns by: staged as an import would stage them, so that a proposal
 * sees the values that an import will. The first rows and blocks of later ones are kept, because
 * the rows of one order stand together and a file's habits change along the way.
 */

import { join } from "node:path";
import type { Warehouse } from "../../store/index.js";
import { refused, type SourceFile } from "../files/source-file.js";
import { stagingTable } from "../landing/landing.js";
import { plain, titleHint } from "../mapping/columns.js";
import type { CommonMapping } from "../mapping/mapping-schema.js";
import { openRejectLog } from "../rejects/rejects.js";
import { headerOf } from "../staging/header.js";
import { stageRows } from "../staging/stage-rows.js";
import type { ReadProgress } from "../staging/staging.js";

const FIRST_ROWS = 10_000;
const LATER_ROWS = 5_000;
const BLOCK_ROWS = 200;
/** Longer values say no more of what a column is. */
const KEPT_BYTES = 256;

/** In place of an import's id, which begin with 1. */
export const PROPOSAL_ID = 0;

export interface Sample {
  /** Table (line UInt64, cells Array(String)), in the file's order. */
  readonly table: string;
  /** By position in `cells`. */
  readonly columns: readonly string[];
  /** Names that several columns have: none of these is among `columns`. */
  readonly repeated: readonly string[];
  /** Positions of columns that are numbers in the file, with a decimal point. */
  readonly numeric: ReadonlySet<number>;
  readonly rows: number;
  /** Rows of the file. */
  readonly read: number;
}

export interface SampleOptions {
  /** A folder for intermediate files, which the caller removes. */
  readonly dataDir: string;
  readonly onProgress?: ((progress: ReadProgress) => void) | undefined;
}

/** Refuses (AppError) what cannot be read, and a file without a usable row. */
export async function takeSample(
  warehouse: Warehouse,
  file: SourceFile,
  { dataDir, onProgress }: SampleOptions,
): Promise<Sample> {
  const scratch = join(dataDir, "propose");
  const header = await headerOf(warehouse, file, { rules: {}, scratch });
  const { columns, repeated } = usableNames(header.present);
  const unread = header.present.find((name) => name.includes("\ufffd"));
  if (unread !== undefined) {
    const hint = "Say its encoding, for example with --encoding windows-1252.";
    throw refused(file.path, `the column name "${unread}" is not UTF-8`, hint);
  }
  const names = columns.map((_, i) => `c${i}`);
  const mapping = stagingMapping(columns);
  const rejects = openRejectLog(dataDir, PROPOSAL_ID, file.path);
  try {
    const nested = new Set(names);
    const raw = stagingTable(PROPOSAL_ID, "raw");
    const given = { warehouse, mapping, table: raw, scratch, rejects, nested, onProgress };
    const staged = await stageRows(file, given);
    if (staged.read === rejects.count) {
      const [first] = rejects.first;
      const why = first ? `line ${first.line}: ${first.reason}` : "it has no rows";
      throw refused(file.path, why, titleHint(header.present).trim());
    }
    const table = stagingTable(PROPOSAL_ID, "sample");
    const cells = names.map(
      (name) => `toValidUTF8(left(${staged.texts.get(name)}, ${KEPT_BYTES}))`,
    );
    const every = Math.ceil(Math.max(1, staged.read - FIRST_ROWS) / LATER_ROWS);
    await warehouse.command(
      `CREATE TABLE {sample:Identifier} ENGINE = MergeTree ORDER BY line AS
       SELECT line, cells
       FROM (SELECT ${staged.line} AS line, [${cells.join(", ")}] AS cells FROM {raw:Identifier})
       WHERE line <= ${FIRST_ROWS} OR intHash64(intDiv(line, ${BLOCK_ROWS})) % ${every} = 0`,
      { ...staged.parameters, raw, sample: table },
      { settings: { max_threads: 1 } },
    );
    const { rows } = await warehouse.query<{ n: number }>(
      "SELECT toUInt32(count()) AS n FROM {table:Identifier}",
      { table },
    );
    const numeric = new Set(names.flatMap((name, i) => (staged.numeric.has(name) ? [i] : [])));
    return { table, columns, repeated, numeric, rows: rows[0]!.n, read: staged.read };
  } finally {
    rejects.discard();
  }
}

/** A column without a name, or with one that occurs twice, cannot be named in a mapping. */
function usableNames(present: readonly string[]): Pick<Sample, "columns" | "repeated"> {
  const named = present.filter((name) => plain(name) !== "");
  const times = (name: string) => named.filter((other) => plain(other) === plain(name)).length;
  const columns = named.filter((name) => times(name) === 1);
  return { columns, repeated: [...new Set(named.filter((name) => !columns.includes(name)))] };
}

/** Takes every column as text. */
function stagingMapping(columns: readonly string[]): CommonMapping {
  return {
    record: "",
    source: "",
    columns: Object.fromEntries(columns.map((name, i) => [`c${i}`, name])),
    constants: {},
    csv: {},
    time: { zone: "UTC", formats: ["iso"] },
    numbers: { decimal: "." },
  };
}
