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
 *
 * None of it is gone on with as if nothing were. Who goes on knowingly (`continueLog`) gives the log
 * a new name, under which it is read on from the last entry that both have.
 */
import { randomUUID } from "node:crypto";
import { AppError } from "../../base/index.js";
import type { Ledger, Warehouse } from "../../store/index.js";
import { INTAKE_LOG, landRows, nextImportId } from "../landing/landing.js";
import { type IntakeLog, openIntakeLog } from "./log.js";

/** The last entry of a log that the warehouse has landed. */
export interface LogPlace {
  /** 0: none. */
  readonly sequence: number;
  /** `markOf` that entry; "": it is not known. */
  readonly mark: string;
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
  return last ?? { sequence: 0, mark: "" };
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

async function misfitOf(log: IntakeLog, { sequence, mark }: LogPlace): Promise<Misfit | undefined> {
  const drawn = await log.lastDrawn();
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

/**
 * Where log and warehouse do not fit and `upTo` is what the error said: from now on the log has another
 * name, and the warehouse goes on after the last entry that both have. What it has of later ones
 * stays; what the log has comes in. Otherwise nothing is done. Returns the ledger as it then is.
 */
export async function continueLog(
  warehouse: Warehouse,
  ledger: Ledger,
  { upTo, now }: { readonly upTo: number; readonly now: number },
): Promise<Ledger> {
  const log = openIntakeLog(ledger);
  const misfit = await misfitOf(log, await placeIn(warehouse, log));
  if (misfit?.upTo !== upTo) return ledger;
  const place =
    misfit.code === "ledger.trimmed"
      ? { sequence: upTo, mark: "" }
      : await lastCommon(warehouse, log);
  const id = randomUUID();
  const intake = { log: id, ...place };
  const importId = await nextImportId(warehouse);
  const record = { importId, file: INTAKE_LOG, sha256: "", preset: "", at: now, intake };
  await landRows(warehouse, { record });
  await ledger.db.updateTable("ledger_identity").set({ id }).execute();
  return { ...ledger, id };
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
