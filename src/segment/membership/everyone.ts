/**
 * Everyone, a row each: which of the asked conditions hold (as bits), the asked values, and the
 * revenue and orders of the last 365 days. All reports about many people are one query or two over
 * these rows, so conditions are evaluated once, all together.
 *
 *   all conditions known at a refresh of this instant   bits of `profiles` as they are, people
 *                                                       with the same bits put together
 *   built of such ones (`vip or loyal`)                 worked out from these patterns
 *   anything else                                       one pass over the facts, in ranges of
 *                                                       people, into a temporary table
 */

import { assert } from "../../base/index.js";
import type { Parameters, Warehouse } from "../../store/index.js";
import type { Library, Plan, PlannedAttribute } from "../plan/index.js";
import {
  type CompiledMembers,
  compileMembers,
  type Known,
  type Place,
  placeOf,
  type Stage,
} from "../sql/index.js";
import type { Expression } from "../syntax/index.js";
import { type AsOf, evaluationAt, statisticsAsOf } from "./as-of.js";
import type { EvaluationTime } from "./inputs.js";
import { knownAt, refreshAt } from "./known.js";
import { planOrThrow } from "./library.js";
import { exactAmountSql } from "./patterns.js";
import { withProfile } from "./profile.js";
import { peopleRanges } from "./ranges.js";
import type { LastRefresh } from "./refresh.js";
import { evaluating, type Session } from "./run.js";
import type { Statistics } from "./statistics.js";
import { acceptedStatistics } from "./stored-statistics.js";

export interface Question {
  /** Segments and families; of a family, whether a person has any argument. */
  readonly segments?: readonly string[];
  /** Conditions asked ad hoc, by a name that no segment has. */
  readonly conditions?: readonly { readonly name: string; readonly expression: Expression }[];
  /** Names of attributes, whose values are wanted. */
  readonly attributes?: readonly string[];
  /** Families whose arguments are wanted, person by person. */
  readonly argumentsOf?: readonly string[];
  /** Only people for whom one of these holds; else all. */
  readonly among?: readonly string[];
  /** A row for each person, with the column `person`, also where patterns would do. */
  readonly singly?: boolean;
}

export interface Everyone {
  /** Of the segments, families and conditions: their bit among `word_0`, `word_1`, ... */
  readonly places: ReadonlyMap<string, Place>;
  readonly words: number;
  /** SQL over the rows: 1 where the person is in the segment or family, or the condition holds. */
  held(name: string): string;
  /** All that was planned for the question. */
  readonly plan: Plan;
  /** The refresh at this instant, if there was one. */
  readonly refreshed: LastRefresh | undefined;
  /** In the order asked for; the i-th is the column `value_i`, NULL = missing. */
  readonly attributes: readonly PlannedAttribute[];
  /** Whether facts were read, or only what a refresh has found. */
  readonly readsFacts: boolean;
  /** What the conditions were evaluated with, by key. */
  statistics(): Promise<Statistics>;
  /**
   * Runs a query over the rows: word_0, ..., value_0, ..., arguments_0 (texts), ..., n (how many
   * people it stands for), net (exact decimal) and orders of these.
   */
  ask<Row>(query: (rows: string) => string, parameters?: Parameters): Promise<readonly Row[]>;
}

const NET = "profile_net_12m";
const ORDERS = "profile_orders_12m";

/** Rows exist for the length of `work`. Throws DiagnosticsError where the question has a fault. */
export async function withEveryone<T>(
  warehouse: Warehouse,
  library: Library,
  question: Question,
  asOf: AsOf,
  work: (everyone: Everyone) => Promise<T>,
): Promise<T> {
  const { segments = [], conditions = [], attributes = [], argumentsOf = [] } = question;
  const at = evaluationAt(library, asOf);
  const whole = planOrThrow(withProfile(library), {
    segments: [...segments, ...argumentsOf],
    expressions: conditions,
    attributes: [...attributes, NET, ORDERS],
  });
  const last = await refreshAt(warehouse, at);
  const known = last && knownAt(last, at.timeZone);
  const plan = known ? { ...whole, attributes: whole.attributes.slice(0, -2) } : whole;
  const bits = attributes.length + argumentsOf.length === 0;
  const plain = bits && !question.among && !question.singly;
  const places = known && plain ? directPlaces(plan, segments, known) : undefined;
  const common = {
    plan: whole,
    refreshed: last,
    attributes: plan.attributes.slice(0, attributes.length),
  };
  return evaluating(warehouse, async (session) => {
    if (last !== undefined && places !== undefined) {
      const rows = heldRows(session, at, { last, places });
      const statistics = () => acceptedStatistics(warehouse, last.statistics);
      return work({ ...common, ...inWords(places), ask: rows, readsFacts: false, statistics });
    }
    const compiled = compileMembers(plan, {
      ...(known ? { known } : {}),
      families: segments,
      argumentsOf,
    });
    const names = [...plan.segments.map((s) => s.name), ...familiesOf(plan, segments)];
    const own = inWords(new Map(names.map((name, i) => [name, placeOf(i)])));
    const extra: Parameters = last ? { profile_id: last.refreshId } : {};
    const wanted = (question.among ?? []).map(own.held).join(" OR ") || "1";
    const singly = question.singly === true;
    const lists = argumentsOf.length;
    const asked = { plan, words: own.words, lists, wanted, singly, compiled, at, extra };
    const { readsFacts } = compiled;
    const computed = readsFacts ? await statisticsAsOf(warehouse, plan, at) : undefined;
    const statistics = async () => computed ?? (await statisticsAsOf(warehouse, plan, at));
    const ask =
      computed === undefined
        ? knownRows(session, asked)
        : await evaluatedRows(warehouse, session, { ...asked, statistics: computed });
    return work({ ...common, ...own, ask, readsFacts, statistics });
  });
}

/** All people, where nothing was asked of `among`. */
export async function countEveryone({ refreshed, ask }: Everyone): Promise<number> {
  if (refreshed !== undefined) return refreshed.people;
  const [row] = await ask<{ n: string }>((rows) => `SELECT count() AS n FROM ${rows}`);
  return Number(row?.n ?? 0);
}

function inWords(places: ReadonlyMap<string, Place>): Pick<Everyone, "places" | "words" | "held"> {
  return {
    places,
    words: Math.max(0, ...[...places.values()].map(({ word }) => word)) + 1,
    held(name) {
      const place = places.get(name);
      assert(place !== undefined, `${name} was asked for`);
      return `bitTest(word_${place.word}, ${place.bit})`;
    },
  };
}

const familiesOf = ({ families }: Plan, asked: readonly string[]): string[] =>
  families.filter((f) => asked.includes(f.name)).map((f) => f.name);

/** Where profiles hold each condition, if each is one that the refresh knows as such. */
function directPlaces(
  plan: Plan,
  segments: readonly string[],
  known: Known,
): ReadonlyMap<string, Place> | undefined {
  const places = new Map<string, Place>();
  for (const { name, truth } of plan.segments) {
    const place = truth.kind === "named" ? known.condition(truth.name, truth.truth) : undefined;
    if (place === undefined) return undefined;
    places.set(name, place);
  }
  for (const family of plan.families.filter((f) => segments.includes(f.name))) {
    const place = known.family(family);
    if (place === undefined) return undefined;
    places.set(family.name, place);
  }
  return places;
}

/** Straight from the bits of the profiles; those that nobody asked for are masked out. */
function heldRows(
  session: Session,
  at: EvaluationTime,
  { last, places }: { readonly last: LastRefresh; readonly places: ReadonlyMap<string, Place> },
): Everyone["ask"] {
  const words = Math.max(0, ...[...places.values()].map(({ word }) => word)) + 1;
  const masks = Array.from({ length: words }, () => 0n);
  for (const { word, bit } of places.values())
    masks[word] = (masks[word] ?? 0n) | (1n << BigInt(bit));
  const columns = masks.map((_, i) => `bitAnd(held[${i + 1}], {mask_${i}:UInt64}) AS word_${i}`);
  const names = masks.map((_, i) => `word_${i}`).join(", ");
  const rows = `(SELECT ${columns.join(", ")}, count() AS n, sum(net_12m) AS net, sum(orders_12m) AS orders
FROM profiles WHERE refresh_id = {profile_id:UInt32} GROUP BY ${names})`;
  const parameters = {
    profile_id: last.refreshId,
    ...Object.fromEntries(masks.map((mask, i) => [`mask_${i}`, mask])),
  };
  return asking({ session, at, rows, stages: [], parameters });
}

interface Asked {
  readonly plan: Plan;
  readonly words: number;
  /** How many families' arguments are wanted. */
  readonly lists: number;
  /** SQL over the rows: who is wanted. */
  readonly wanted: string;
  readonly singly: boolean;
  readonly compiled: CompiledMembers;
  readonly at: EvaluationTime;
  readonly extra: Parameters;
}

/** Read anew by every query: nothing but profiles is looked at. */
function knownRows(session: Session, asked: Asked): Everyone["ask"] {
  const { wanted, singly, compiled, at, extra } = asked;
  const patterns = singly ? undefined : compiled.patterns?.();
  const { stages, text } = patterns ?? compiled.statement("all");
  const rows = `(${selectRows(columnsOf(asked), wanted, text)})`;
  return asking({ session, at, rows, stages, parameters: { ...compiled.parameters, ...extra } });
}

/** Evaluated once into a temporary table. */
async function evaluatedRows(
  warehouse: Warehouse,
  session: Session,
  asked: Asked & { readonly statistics: Statistics },
): Promise<Everyone["ask"]> {
  const { wanted, compiled, at, extra, statistics } = asked;
  const columns = columnsOf(asked);
  const everyone = await session.table(
    `(${columns.map(({ name, type }) => `${name} ${type}`).join(", ")}) ENGINE = Memory`,
  );
  for (const { people, bounds } of await peopleRanges(warehouse)) {
    const { stages, text } = compiled.statement(people);
    const statement = {
      stages,
      text: `INSERT INTO {everyone:Identifier} ${selectRows(columns, wanted, text)}`,
    };
    const inputs = { at, statistics, parameters: compiled.parameters };
    await session.command({ statement, ...inputs, extra: { ...extra, ...bounds, everyone } });
  }
  const rows = "{everyone:Identifier}";
  return asking({ session, at, rows, stages: [], parameters: { everyone } });
}

function asking(of: {
  readonly session: Session;
  readonly at: EvaluationTime;
  readonly rows: string;
  readonly stages: readonly Stage[];
  readonly parameters: Parameters;
}): Everyone["ask"] {
  return async <Row>(query: (rows: string) => string, more: Parameters = {}) => {
    const { session, at, stages, parameters } = of;
    const statement = { stages, text: query(of.rows) };
    const inputs = { at, statistics: new Map(), parameters, extra: more };
    return (await session.query<Row>({ statement, ...inputs })).rows;
  };
}

function selectRows(columns: readonly Column[], wanted: string, members: string): string {
  const values = columns.map(({ name, type, value }) => `CAST(${value}, '${type}') AS ${name}`);
  return `SELECT ${values.join(", ")} FROM (\n${members}\n) WHERE present = 1 AND (${wanted})`;
}

interface Column {
  readonly name: string;
  readonly type: string;
  readonly value: string;
}

function columnsOf({ plan, words, lists }: Asked): Column[] {
  const placeIn = (name: string) => plan.attributes.findIndex((a) => a.name === name);
  const profile = (name: string, evaluated: (attribute: string) => string) =>
    placeIn(name) < 0 ? name : evaluated(`attribute_${placeIn(name)}`);
  const asked = plan.attributes.filter(({ name }) => name !== NET && name !== ORDERS);
  return [
    { name: "person", type: "UInt64", value: "person" },
    ...Array.from({ length: words }, (_, i) => ({
      name: `word_${i}`,
      type: "UInt64",
      value: `word_${i}`,
    })),
    ...asked.map(({ type }, i) => ({
      name: `value_${i}`,
      type: `Nullable(${COLUMN_TYPES[type]})`,
      value: `attribute_${i}`,
    })),
    ...Array.from({ length: lists }, (_, i) => ({
      name: `arguments_${i}`,
      type: "Array(String)",
      value: `arguments_${i}`,
    })),
    { name: "net", type: "Decimal(38, 4)", value: profile(NET, exactAmountSql) },
    { name: "n", type: "UInt64", value: placeIn(NET) < 0 ? "profile_people" : "1" },
    { name: "orders", type: "UInt64", value: profile(ORDERS, (orders) => `ifNull(${orders}, 0)`) },
  ];
}

/** Moments in milliseconds since the epoch, durations in milliseconds. */
const COLUMN_TYPES = {
  number: "Float64",
  duration: "Float64",
  moment: "Int64",
  boolean: "UInt8",
  text: "String",
} as const;
