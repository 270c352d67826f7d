/** The one way in which the oracle's own tests ask: a text, facts, an instant, who is a member. */

import { DEFAULT_SETTINGS, type StoreSettings } from "../../src/segment/settings.js";
import { parseDocument } from "../../src/segment/syntax/index.js";
import type { Fact, History } from "../../src/store/facts.js";
import { type Evaluation, evaluate, type Options } from "./index.js";

export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

/** UTC, written "2023-05-01" or "2023-05-01T10:00". */
export const utc = (text: string): number => Date.parse(text.length === 10 ? text : `${text}Z`);

let lastFactId = 0n;

/** A fact of person 1 unless told, known when it happens; ids ascend as facts are written. */
export function fact(kind: string, at: string | number, rest: Partial<Fact> = {}): Fact {
  lastFactId++;
  const ts = typeof at === "string" ? utc(at) : at;
  return { alias: 1n, ts, knownAt: ts, factId: lastFactId, kind, ...rest };
}

export const order = (at: string | number, rest: Partial<Fact> = {}): Fact =>
  fact("order", at, rest);

export const viewed = (at: string | number, rest: Partial<Fact> = {}): Fact =>
  fact("viewed", at, rest);

export interface Question extends Options {
  readonly now: string | number;
  readonly knownAt?: string;
  readonly zone?: string;
  readonly settings?: StoreSettings;
}

/** The answer to a text of declarations. */
export function ask(
  text: string,
  history: History | readonly Fact[],
  question: Question,
): Evaluation {
  const { document, diagnostics } = parseDocument(text);
  if (document === undefined || diagnostics.length > 0) {
    throw new Error(`${text}\n${diagnostics.map((d) => d.message).join("\n")}`);
  }
  const { now, knownAt, zone, settings = DEFAULT_SETTINGS, ...options } = question;
  const at = {
    now: typeof now === "string" ? utc(now) : now,
    ...(knownAt !== undefined && { knownAt: utc(knownAt) }),
  };
  const full = "facts" in history ? history : { facts: history };
  return evaluate(document, full, at, { ...settings, ...(zone && { timeZone: zone }) }, options);
}

/** The people for whom a condition holds, ascending. */
export function members(
  condition: string,
  history: History | readonly Fact[],
  question: Question,
): number[] {
  const { members } = ask(`segment s ${condition}`, history, question);
  return [...(members.get("s") ?? [])].map(Number).sort((a, b) => a - b);
}

/** Does a condition hold for person 1? */
export const holds = (
  condition: string,
  history: History | readonly Fact[],
  question: Question,
): boolean => members(condition, history, question).includes(1);

/** The value of an expression for person 1, undefined if missing. */
export const valueIn = (
  expression: string,
  history: History | readonly Fact[],
  question: Question,
) => ask(`attribute x = ${expression}`, history, question).values("x").get(1n);
