/**
 * Where the warehouse is in the intake log, and whether the two still belong together: a copy of
 * either may have been restored that is older than the other.
 *
 *   log        trimmed ....T [entries] ....D drawn
 *   warehouse  landed ..............P
 *
 *   T > P          the log has removed what this warehouse never had: it is gone
 *   D < P          an older log: it would give out sequences again, and what has them never land
 *   mark differs   that has happened: its entry P is another one than the warehouse has landed
 *   other log      the warehouse has followed another one: its ledger was lost, or is not this one
 *
 * None of it is gone on with as if nothing were. Who goes on knowingly (`continueLog`) gives the log
 * a new name, under which it is read on from the last entry that both have; a log that the warehouse
 * has nothing of is read from its beginning.
 */
import { randomUUID } from "node:crypto";
import { AppError } from "../../base/index.js";
import type { Ledger, Warehouse } from "../../store/index.js";
import { type ImportRecord, INTAKE_LOG, landRows, nextImportId } from "../landing/landing.js";
import { type IntakeLog, openIntakeLog } from "./log.js";

/** The last entry of a log that the warehouse has landed. */
export interface LogPlace {
  /** 0: none. */
  readonly sequence: number;
  /** `markOf` that entry; "": it is not known. */
  readonly mark: string;
  /** Where the warehouse has nothing of this log and has followed another: how far. */
  readonly other?: { readonly sequence: number; readonly landedAt: number };
}

interface Misfit {
  readonly code: "ledger.other" | "ledger.trimmed";
  readonly message: string;
  readonly remedy: string;
  /** What `continueLog` is to be told: the highest entry that is missing or was given out already. */
  readonly upTo: number;
}

export async function placeIn(warehouse: Warehouse, { id }: IntakeLog): Promise<LogPlace> {
  const [last] = await placesIn(warehouse, id, { before: Number.MAX_SAFE_INTEGER, limit: 1 });
  if (last !== undefined) return last;
  const other = await otherLog(warehouse, id);
  return { sequence: 0, mark: "", ...(other && { other }) };
}

/** The last import of another log, where there is none of this one, not even of a part of its entries. */
async function otherLog(warehouse: Warehouse, id: string): Promise<LogPlace["other"]> {
  const { rows } = await warehouse.query<{ sequence: number; landedAt: number }>(
    `SELECT toFloat64(sequence) AS sequence, toFloat64(toUnixTimestamp64Milli(at)) AS landedAt
     FROM imports WHERE state = 'landed' AND log != '' AND imports.sequence > 0
       AND {id:String} NOT IN (SELECT log FROM imports WHERE state = 'landed')
     ORDER BY import_id DESC LIMIT 1`,
    { id },
  );
  return rows[0];
}

export interface Waits {
  readonly messages: number;
  /** The warehouse has landed of this log before. */
  readonly followed: boolean;
}

/** What the log has and the warehouse does not, while no server lands it. */
export async function countWaiting(warehouse: Warehouse, ledger: Ledger): Promise<Waits> {
  const { sequence } = await placeIn(warehouse, openIntakeLog(ledger));
  const { n } = await ledger.db
    .selectFrom("intake_log")
    .select(({ fn }) => fn.countAll<number>().as("n"))
    .where("sequence", ">", sequence)
    .executeTakeFirstOrThrow();
  return { messages: Number(n), followed: sequence > 0 };
}

/** To be asked before each reading: a database may be put back while it is in use. */
export async function requireFit(log: IntakeLog, place: LogPlace): Promise<void> {
  const misfit = await misfitOf(log, place);
  if (misfit === undefined) return;
  const { code, message, remedy, upTo } = misfit;
  throw new AppError(code, message, {
    hint: `${remedy} To go on without: tessera serve --continue-after ${upTo}`,
  });
}

async function misfitOf(
  log: IntakeLog,
  { sequence, mark, other }: LogPlace,
): Promise<Misfit | undefined> {
  const drawn = await log.lastDrawn();
  if (other !== undefined) return otherLedger(other, drawn);
  const there = (await log.marks([sequence])).get(sequence) ?? "";
  if (drawn < sequence || (mark !== "" && there !== "" && mark !== there)) {
    return {
      code: "ledger.other",
      message:
        `The warehouse has entry ${sequence} of the intake log, and this ledger is an older copy, ` +
        (drawn < sequence
          ? `which ends at entry ${drawn}.`
          : "which has given that number to another message since."),
      remedy:
        "Ledger and warehouse belong together: restore the ledger that was there before. Without it, " +
        "messages that were answered and not landed yet are lost, and keys revoked since are in force.",
      upTo: sequence,
    };
  }
  const trimmed = await log.lastTrimmed();
  if (trimmed === undefined || trimmed.sequence <= sequence) return undefined;
  const until = new Date(trimmed.receivedAt).toISOString();
  return {
    code: "ledger.trimmed",
    message:
      `The intake log no longer has the entries ${sequence + 1} to ${trimmed.sequence}, received until ` +
      `${until}, and this warehouse never had them: it is another one, or an older copy.`,
    remedy:
      "Nothing is landed; what comes in is kept. Restore a newer copy of the warehouse; what is " +
      "missing is nowhere else, unless the shop's exports have it.",
    upTo: trimmed.sequence,
  };
}

function otherLedger(
  { sequence, landedAt }: NonNullable<LogPlace["other"]>,
  drawn: number,
): Misfit {
  const there = drawn === 0 ? "new and empty" : `another one, which ends at entry ${drawn}`;
  return {
    code: "ledger.other",
    message:
      `The warehouse has followed another intake log, until its entry ${sequence}, which landed ` +
      `${new Date(landedAt).toISOString()}; this ledger is ${there}.`,
    remedy:
      "Ledger and warehouse belong together: put back the ledger that was there before (ledger.db in the " +
      "data folder, or the database of DATABASE_URL). Without it, messages that were answered and " +
      "not landed yet are lost, and so are the keys.",
    upTo: sequence,
  };
}

/**
 * Where log and warehouse do not fit and `upTo` is what the error said: from now on the log has another
 * name, and the warehouse goes on after the last entry that both have. What it has of later ones
 * stays; what the log has comes in. A log that the warehouse has nothing of keeps its name, and is read
 * from its beginning. Otherwise nothing is done. Returns the ledger as it then is.
 */
export async function continueLog(
  warehouse: Warehouse,
  ledger: Ledger,
  { upTo, now }: { readonly upTo: number; readonly now: number },
): Promise<Ledger> {
  const log = openIntakeLog(ledger);
  const found = await placeIn(warehouse, log);
  const misfit = await misfitOf(log, found);
  if (misfit?.upTo !== upTo) return ledger;
  if (found.other !== undefined) {
    await recordPlace(warehouse, { log: ledger.id, sequence: 0, mark: "" }, now);
    return ledger;
  }
  const place =
    misfit.code === "ledger.trimmed"
      ? { sequence: upTo, mark: "" }
      : await lastCommon(warehouse, log);
  const id = randomUUID();
  await recordPlace(warehouse, { log: id, ...place }, now);
  await ledger.db.updateTable("ledger_identity").set({ id }).execute();
  return { ...ledger, id };
}

/** From there the log is read on: an import without rows. */
async function recordPlace(
  warehouse: Warehouse,
  intake: NonNullable<ImportRecord["intake"]>,
  at: number,
): Promise<void> {
  const importId = await nextImportId(warehouse);
  const record = { importId, file: INTAKE_LOG, sha256: "", preset: "", at, intake };
  await landRows(warehouse, { record });
}

const PAGE = 1000;

/** What was trimmed had landed before; of what is left, the last that both know by the same mark. */
async function lastCommon(warehouse: Warehouse, log: IntakeLog): Promise<LogPlace> {
  const trimmed = (await log.lastTrimmed())?.sequence ?? 0;
  for (let before = Number.MAX_SAFE_INTEGER; ; ) {
    const places = await placesIn(warehouse, log.id, { before, limit: PAGE });
    const marks = await log.marks(places.map(({ sequence }) => sequence));
    const common = places.find(({ sequence, mark }) => marks.get(sequence) === mark);
    if (common !== undefined) return common;
    before = places.at(-1)?.sequence ?? 0;
    if (before <= trimmed) return { sequence: trimmed, mark: "" };
  }
}

/** The newest first. */
async function placesIn(
  warehouse: Warehouse,
  log: string,
  { before, limit }: { readonly before: number; readonly limit: number },
): Promise<readonly LogPlace[]> {
  const { rows } = await warehouse.query<LogPlace>(
    `SELECT toFloat64(sequence) AS sequence, sha256 AS mark FROM imports
     WHERE state = 'landed' AND log = {log:String} AND imports.sequence > 0
       AND imports.sequence < {before:UInt64} ORDER BY imports.sequence DESC LIMIT {limit:UInt32}`,
    { log, before, limit },
  );
  return rows;
}
