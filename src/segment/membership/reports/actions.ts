/**
 * The most valuable things to do now. A candidate is a segment with a place of its own in the order
 * of messages, or in that of caps if the season's phase is one of its own. It counts the people who
 * can be spoken to: the guards leave one of its channels open. What it is worth is an order of each
 * of them at the size that their orders had in the last 365 days. The best is taken, its people are
 * left out of all others, and so on: nobody counts twice. That is what there is to win, not a
 * forecast of how many will order. Families are no candidates, since each argument is another message.
 */

import { Temporal } from "temporal-polyfill";
import type { Warehouse } from "../../../store/index.js";
import { periodsBetween } from "../../calendar/index.js";
import { channelsIn, noteOf, placeIn } from "../../notes.js";
import { openChannels } from "../../order-of-rules.js";
import type { Library, PlannedSegment } from "../../plan/index.js";
import type { StoreSettings } from "../../settings.js";
import { WORD_BITS } from "../../sql/index.js";
import type { AsOf } from "../as-of.js";
import { type Everyone, withEveryone } from "../everyone.js";
import { planOrThrow } from "../library.js";
import { patternsSql } from "../patterns.js";
import { lacksOf } from "./lacks.js";
import { exactSql, type Sums, type SumsRow, sumsOf } from "./sums.js";

export interface Action {
  readonly key: string;
  readonly name: string;
  readonly intent: string;
  /** How to speak, without the ways that are open to nobody here. */
  readonly channel: string;
  readonly timing: string;
  readonly cap: string;
  /** Of the segment. */
  readonly size: number;
  /** Those who can be spoken to, and whom no action before has. */
  readonly people: number;
  /** Of these people; the store's where they have no orders. */
  readonly averageOrder: number;
  /** people x averageOrder */
  readonly worth: number;
  /** The condition that holds for just these people. */
  readonly expr: string;
}

export interface ActionsReport {
  readonly asOf: string;
  /** The season's phases at that time: `november.tease`. */
  readonly phases: readonly string[];
  readonly actions: readonly Action[];
}

export interface ActionsOptions extends AsOf {
  /** At most so many. */
  readonly limit: number;
}

export async function reportActions(
  warehouse: Warehouse,
  library: Library,
  { asOf, limit }: ActionsOptions,
): Promise<ActionsReport> {
  const { segments } = planOrThrow(library, {});
  const names = segments.map(({ name }) => name);
  const phases = phasesAt(library.settings, asOf);
  return withEveryone(warehouse, library, { segments: names }, { asOf }, async (everyone) => {
    const patterns = await patternsOf(everyone);
    const lacks = await lacksOf(warehouse, library, everyone, { asOf });
    const lacking = new Set(lacks.map(({ segment }) => segment));
    const guards = guardsOf(segments).filter(({ name }) => patterns.some((p) => p.has(name)));
    const candidates = segments.filter((s) => !lacking.has(s.name) && isInTurn(s, phases));
    const store = sumsOf(patterns.map(({ sums }) => sums)).averageOrder ?? 0;
    const given = { guards, patterns, store };
    const actions: Action[] = [];
    while (actions.length < limit) {
      const [best] = candidates
        .filter(({ name }) => !actions.some(({ key }) => key === name))
        .map((segment) => actionOf(segment, given, actions))
        .filter(({ people }) => people > 0)
        .sort((a, b) => b.worth - a.worth);
      if (best === undefined) break;
      actions.push(best);
    }
    return { asOf: new Date(asOf).toISOString(), phases, actions };
  });
}

/** People who are in exactly the same segments. */
interface Pattern {
  has(segment: string): boolean;
  readonly sums: SumsRow;
}

async function patternsOf(everyone: Everyone): Promise<readonly Pattern[]> {
  const rows = await everyone.ask<SumsRow & { readonly places: readonly string[] }>(
    (
      people,
    ) => `SELECT places, toString(pattern.people) AS people, ${exactSql("net_sum")} AS revenue,
  toString(orders_sum) AS order_count FROM (${patternsSql(people, everyone.words)}) AS pattern`,
  );
  const names = new Map(
    [...everyone.places].map(([name, { word, bit }]) => [word * WORD_BITS + bit, name]),
  );
  return rows.map(({ places, ...sums }) => {
    const held = new Set(places.map((place) => names.get(Number(place))));
    return { sums, has: (segment) => held.has(segment) };
  });
}

interface Guard {
  readonly name: string;
  readonly blocks: readonly string[];
}

/** Those that shut a channel. */
function guardsOf(segments: readonly PlannedSegment[]): readonly Guard[] {
  return segments
    .filter(({ notes }) => noteOf(notes, "guard") !== undefined)
    .map(({ name, notes }) => ({ name, blocks: channelsIn(noteOf(notes, "blocks")) }))
    .filter(({ blocks }) => blocks.length > 0);
}

/** What people do now is answered now; who they are, when its phase has come. */
function isInTurn({ notes }: PlannedSegment, phases: readonly string[]): boolean {
  if (noteOf(notes, "guard") !== undefined) return false;
  if (placeIn(notes, "moment") !== undefined) return true;
  if (placeIn(notes, "value") === undefined) return false;
  const own = (noteOf(notes, "phase") ?? "").split(",").map((phase) => phase.trim());
  const now = phases.map((phase) => phase.slice(phase.indexOf(".") + 1));
  return own[0] === "" || now.length === 0 || own.some((phase) => now.includes(phase));
}

interface Given {
  readonly guards: readonly Guard[];
  readonly patterns: readonly Pattern[];
  readonly store: number;
}

function actionOf(
  { name, title, notes }: PlannedSegment,
  { guards, patterns, store }: Given,
  before: readonly Action[],
): Action {
  const items = (noteOf(notes, "channel") ?? "").split(",").map((item) => item.trim());
  const channels = channelsIn(noteOf(notes, "channel"));
  const inIt = patterns.filter((pattern) => pattern.has(name));
  const reached = inIt
    .filter((pattern) => !before.some(({ key }) => pattern.has(key)))
    .map(({ has, sums }) => {
      const shut = guards.filter((guard) => has(guard.name));
      return { sums, open: openChannels(channels, shut) };
    })
    .filter(({ open }) => open.length > 0);
  const sums: Sums = sumsOf(reached.map((pattern) => pattern.sums));
  const averageOrder = sums.averageOrder ?? store;
  const open = new Set(reached.flatMap((pattern) => pattern.open));
  return {
    key: name,
    name: title ?? name,
    intent: noteOf(notes, "intent") ?? "",
    channel: items.filter((item) => channelsIn(item).some((c) => open.has(c))).join(", "),
    timing: noteOf(notes, "timing") ?? "",
    cap: noteOf(notes, "cap") ?? "",
    size: sumsOf(inIt.map((pattern) => pattern.sums)).people,
    people: sums.people,
    averageOrder,
    worth: sums.people * averageOrder,
    expr: [name, ...without(before.map(({ key }) => key)), ...reachable(channels, guards)].join(
      " and ",
    ),
  };
}

const anyOf = (names: readonly string[]): string =>
  names.length === 1 ? `${names[0]}` : `(${names.join(" or ")})`;

const without = (names: readonly string[]): string[] =>
  names.length === 0 ? [] : [`not ${anyOf(names)}`];

/** Conditions for one of these channels to be open. */
function reachable(channels: readonly string[], guards: readonly Guard[]): string[] {
  const shutting = (channel: string) =>
    guards.filter(({ blocks }) => blocks.includes(channel)).map(({ name }) => name);
  const each = channels.map(shutting);
  const closed = each.some((names) => names.length === 0)
    ? []
    : [`not (${each.map(anyOf).join(" and ")})`];
  return [...without(shutting("all")), ...closed];
}

function phasesAt({ seasons, gifts, timeZone }: StoreSettings, now: number): readonly string[] {
  const today = Temporal.Instant.fromEpochMilliseconds(now)
    .toZonedDateTimeISO(timeZone)
    .toPlainDate()
    .since("1970-01-01").days;
  return seasons.flatMap((season) =>
    season.phases
      .filter((phase) =>
        periodsBetween(phase, gifts).some(([from, to]) => from <= today && today < to),
      )
      .map((phase) => `${season.name}.${phase.name}`),
  );
}
