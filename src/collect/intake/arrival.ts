/**
 * What a message tells once it has arrived: the columns that an archive of such calls has and the
 * message itself does not, or says by the clock of its client.
 *
 *   timestamp   = received - (sent - said), so that a clock that is wrong does no harm
 *   receivedAt  = when the server had read it
 *   messageId   = the client's; without one what the message says, so that a repeat has the same
 */

import { sha256 } from "../../base/index.js";
import type { LoggedEntry } from "./log.js";

/** Columns that are read of every message, whatever a mapping asks for. */
export const ARRIVAL_COLUMNS = [
  ...["messageId", "timestamp", "originalTimestamp", "sentAt"],
  ...["context.ip", "context.userAgent"],
] as const;

/** The texts of a message by column. */
export type Said = ReadonlyMap<string, string>;

/** How a column of the message reads after its arrival. `content`: all else that it says. */
export function arrived(
  column: string,
  said: Said,
  { entry, content }: { readonly entry: LoggedEntry; readonly content: () => string },
): string | undefined {
  switch (column) {
    case "receivedAt":
      return instantOf(entry.receivedAt);
    case "timestamp":
      return happenedAt(said, entry);
    case "messageId":
      return said.get("messageId") || ownId(said, entry, content());
    case "context.ip":
      return said.get("context.ip") || entry.ip;
    case "context.userAgent":
      return said.get("context.userAgent") || entry.userAgent;
    default:
      return said.get(column);
  }
}

/**
 * As Segment does it. A message that says no time happened when it was received. One whose time is
 * none stays as it is, for the mapping to refuse; without a time of sending its clock is believed.
 */
function happenedAt(said: Said, { receivedAt, sentAt }: LoggedEntry): string {
  const text = said.get("originalTimestamp") || said.get("timestamp");
  if (text === undefined || text === "") return instantOf(receivedAt);
  const at = millisecondsOf(text);
  const sent = sentAt ?? millisecondsOf(said.get("sentAt") ?? "");
  if (at === undefined || sent === undefined) return text;
  return instantOf(at + receivedAt - sent) || text;
}

/**
 * A message without an id has that of its content, the client's own time included; a repeat says the
 * same though it was sent at another time. One that names no time either cannot be told from another
 * of the same content, and is known by its place in the log.
 */
function ownId(said: Said, { keyId, sequence }: LoggedEntry, content: string): string {
  const time = said.get("originalTimestamp") || said.get("timestamp") || `at ${sequence}`;
  return `content-${sha256(JSON.stringify([keyId, time, content])).slice(0, 40)}`;
}

const ISO = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:[.]\d{1,9})?)?) ?(Z|[-+]\d\d:?\d\d)?)?$/;

/** Of an ISO 8601 text, which is UTC where it names no offset. */
function millisecondsOf(text: string): number | undefined {
  const [, day, time = "00:00", zone = "Z"] = ISO.exec(text.trim()) ?? [];
  const at = Date.parse(`${day}T${time}${zone}`);
  return Number.isNaN(at) ? undefined : at;
}

/** ISO 8601; '' beyond the years that it can say. */
function instantOf(ms: number): string {
  return Math.abs(ms) < 253_402_300_800_000 && ms >= 0 ? new Date(ms).toISOString() : "";
}
