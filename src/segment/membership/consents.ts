/**
 * What a person allowed, by channel and purpose: every statement ever made with what proves it, and
 * what holds by the last of them. A statement is a fact (a trait `accepts_CHANNEL`, or
 * `accepts_CHANNEL_PURPOSE`, with its proof beside it, or `Unsubscribed`), so nothing is ever replaced.
 */

import type { Parameters, Warehouse } from "../../store/index.js";
import { OWN_FACTS } from "./timeline.js";

/** `pending`: asked for, and not confirmed yet. */
export type ConsentStatus = "granted" | "denied" | "pending";

export interface ConsentStatement {
  /** When it was said, and when the store knew. */
  readonly at: string;
  readonly knownAt: string;
  readonly channel: string;
  readonly purpose: string;
  readonly status: ConsentStatus;
  /** The trait that says so, or `unsubscribed`. */
  readonly by: string;
  /** The system that said so, and of the proof what is known; null = not said. */
  readonly source: string;
  readonly basis: string | null;
  readonly wording: string | null;
  readonly ip: string | null;
  readonly country: string | null;
  /** When a second message was answered (double opt-in), as its source wrote it. */
  readonly confirmedAt: string | null;
}

export interface Consent {
  readonly channel: string;
  readonly purpose: string;
  readonly given: boolean;
  readonly status: ConsentStatus;
  readonly since: string;
  readonly by: string;
}

/** Without a purpose of its own a consent is one to newsletters and campaigns. */
const USUAL_PURPOSE = "bulk";
/** Who unsubscribes still gets what a contract needs. */
const UNSUBSCRIBED_FROM = ["bulk", "chain"];

/** `own` binds {aliases}, {people} and {known}. In order of time. */
export async function consentHistory(
  warehouse: Warehouse,
  own: Parameters,
): Promise<readonly ConsentStatement[]> {
  const { rows } = await warehouse.query<Row>(
    `SELECT toString(t) AS happened, toString(toUnixTimestamp64Milli(known_at)) AS known,
       toString(kind) AS kind, toString(channel) AS channel, toString(source) AS source,
       toJSONString(props) AS traits
     FROM (${OWN_FACTS}) WHERE t <= {known:Int64} AND (kind = 'unsubscribed' OR kind = 'identified'
       AND arrayExists(p -> startsWith(p, 'accepts_') OR startsWith(p, 'consent.'), JSONAllPaths(props)))
     ORDER BY t, fact_id`,
    own,
  );
  return rows.flatMap(statementsOf);
}

interface Row {
  readonly happened: string;
  readonly known: string;
  readonly kind: string;
  readonly channel: string;
  readonly source: string;
  readonly traits: string;
}

function statementsOf(row: Row): readonly ConsentStatement[] {
  const at = new Date(Number(row.happened)).toISOString();
  const common = { at, knownAt: new Date(Number(row.known)).toISOString() };
  if (row.kind === "unsubscribed") {
    const channel = row.channel || "email";
    const said = { ...common, channel, status: "denied" as const, by: "unsubscribed" };
    return UNSUBSCRIBED_FROM.map((purpose) => ({ ...said, purpose, ...proofOf({}, row.source) }));
  }
  const traits = JSON.parse(row.traits) as Readonly<Record<string, unknown>>;
  const proof = isObject(traits.consent) ? traits.consent : {};
  const rest = { ...common, ...proofOf(proof, row.source) };
  const said = Object.entries(traits).flatMap(([name, value]) => {
    const [, channel = "", purpose = USUAL_PURPOSE] =
      /^accepts_([^_]+)(?:_(.+))?$/.exec(name) ?? [];
    if (channel === "" || typeof value !== "boolean") return [];
    const status: ConsentStatus = value ? "granted" : "denied";
    return [{ ...rest, channel, purpose, status, by: name }];
  });
  if (said.length > 0 || proof.status !== "pending") return said;
  const { channel, purpose } = proof;
  return [
    { ...rest, channel: `${channel}`, purpose: `${purpose}`, status: "pending", by: "consent" },
  ];
}

function proofOf(proof: Readonly<Record<string, unknown>>, source: string) {
  const text = (value: unknown): string | null => (typeof value === "string" ? value : null);
  return {
    source: text(proof.source) ?? source,
    basis: text(proof.basis),
    wording: text(proof.wording),
    ip: text(proof.ip),
    country: text(proof.country),
    confirmedAt: text(proof.confirmed_at),
  };
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * The last word on each channel and purpose, in their order. A yes that waits for its confirmation
 * takes back no earlier one; unsubscribing says nothing where nothing was said.
 */
export function consentsOf(history: readonly ConsentStatement[]): readonly Consent[] {
  const last = new Map<string, ConsentStatement>();
  for (const said of history) {
    const key = `${said.channel} ${said.purpose}`;
    const before = last.get(key);
    if (said.status === "pending" && before?.status === "granted") continue;
    if (said.by === "unsubscribed" && before === undefined) continue;
    last.set(key, said);
  }
  return [...last.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { channel, purpose, status, at, by }]) => ({
      ...{ channel, purpose, given: status === "granted", status, since: at, by },
    }));
}
