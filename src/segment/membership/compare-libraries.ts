/**
 * What changes if definitions change: who would enter and who would leave each segment, and each
 * value of each classification. Both libraries are evaluated over the same facts as of the same
 * instant, one pass each, with the percentiles that follow from each.
 */

import type { Warehouse } from "../../store/index.js";
import type { Library, Plan, Wanted } from "../plan/index.js";
import { type CompiledPlan, compilePlan } from "../sql/index.js";
import type { EvaluationTime } from "./inputs.js";
import { planOrThrow } from "./library.js";
import { type PeopleRange, peopleRanges } from "./ranges.js";
import { definitionHashes } from "./refresh.js";
import { evaluating, type Session } from "./run.js";
import { computeStatistics, type Statistics } from "./statistics.js";

export interface SizeChange {
  /** Key of a segment or family, or `stage is churned`. */
  readonly name: string;
  /** People; of a family, people with at least one argument. */
  readonly before: number;
  readonly after: number;
  readonly entered: number;
  readonly left: number;
}

/** One side of the comparison, of what it has in common with the other. */
interface Side {
  readonly plan: Plan;
  readonly compiled: CompiledPlan;
  readonly at: EvaluationTime;
  readonly statistics: Statistics;
}

/** Of what both libraries have and what means something else in the second; the rest stays as it is. */
export async function compareLibraries(
  warehouse: Warehouse,
  libraries: { readonly before: Library; readonly after: Library },
  { asOf }: { readonly asOf: number },
): Promise<readonly SizeChange[]> {
  const meant = meaningsOf(libraries.before);
  const other = [...meaningsOf(libraries.after)].filter(
    ([name, meaning]) => meant.has(name) && meant.get(name) !== meaning,
  );
  const names = new Set(other.map(([name]) => name));
  if (names.size === 0) return [];
  const before = await prepared(warehouse, libraries.before, names, asOf);
  const after = await prepared(warehouse, libraries.after, names, asOf);
  const columns = ({ plan }: Side) => [...names].map((name) => namesOf(plan).indexOf(name) + 1);
  const positions = { before_at: columns(before), after_at: columns(after) };
  const totals = [...names].map((name) => ({ name, before: 0, after: 0, entered: 0, left: 0 }));
  await evaluating(warehouse, async (session) => {
    const tables = { before: await session.table(MEMBERS), after: await session.table(MEMBERS) };
    for (const range of await peopleRanges(warehouse)) {
      await writeMembers(session, before, range, tables.before);
      await writeMembers(session, after, range, tables.after);
      const statement = { stages: [], text: COMPARE };
      const extra = { ...tables, ...positions };
      const job = { statement, at: after.at, statistics: new Map(), parameters: {}, extra };
      const { rows } = await session.query<Record<keyof Changes, readonly string[]>>(job);
      totals.forEach((total, i) => {
        for (const column of CHANGES) total[column] += Number(rows[0]?.[column][i] ?? 0);
      });
      await session.empty(tables.before);
      await session.empty(tables.after);
    }
  });
  return totals;
}

/** A temporary table: of each person the array of memberships. */
const MEMBERS = "(person UInt64, members Array(UInt8)) ENGINE = Memory";

type Changes = Omit<SizeChange, "name">;
const CHANGES = ["before", "after", "entered", "left"] as const satisfies (keyof Changes)[];

const COMPARE = `SELECT sumForEach(b) AS before, sumForEach(a) AS after,
  sumForEach(arrayMap((x, y) -> toUInt8(x < y), b, a)) AS entered,
  sumForEach(arrayMap((x, y) -> toUInt8(x > y), b, a)) AS left
FROM (
  SELECT arrayMap(i -> old.members[i], {before_at:Array(UInt32)}) AS b,
    arrayMap(i -> new.members[i], {after_at:Array(UInt32)}) AS a
  FROM {before:Identifier} AS old INNER JOIN {after:Identifier} AS new USING (person)
)`;

/** By name, what each segment, family and value of a classification means. */
function meaningsOf(library: Library): ReadonlyMap<string, string> {
  const plan = planOrThrow(library, { expressions: casesOf(library) });
  const hashes = definitionHashes(plan, library.settings.timeZone);
  return new Map(namesOf(plan).map((name, i) => [name, hashes[i] ?? ""]));
}

const namesOf = ({ segments, families }: Plan): readonly string[] =>
  [...segments, ...families].map(({ name }) => name);

async function prepared(
  warehouse: Warehouse,
  library: Library,
  names: ReadonlySet<string>,
  asOf: number,
): Promise<Side> {
  const at = { now: asOf, timeZone: library.settings.timeZone };
  const plan = planOrThrow(library, {
    segments: [...names].filter((name) => library.definitions.has(name)),
    expressions: casesOf(library).filter(({ name }) => names.has(name)),
  });
  const statistics = await computeStatistics(warehouse, plan, at);
  return { plan, compiled: compilePlan(plan), at, statistics };
}

/** `stage is new`, `stage is active`, ...: each value of each classification of the person. */
function casesOf({ definitions }: Library): NonNullable<Wanted["expressions"]> {
  return [...definitions].flatMap(([name, { declaration: d }]) => {
    if (d.kind !== "attribute" || d.body.kind !== "classification") return [];
    if (d.parameters.length > 0 || d.per !== undefined) return [];
    const values = [...d.body.cases.map(({ value }) => value), d.body.otherwise];
    return values.map((value) => ({
      name: `${name} is ${value}`,
      expression: {
        kind: "is" as const,
        operand: { kind: "name" as const, name },
        values: [{ kind: "name" as const, name: value }],
      },
    }));
  });
}

async function writeMembers(
  session: Session,
  { compiled, plan, at, statistics }: Side,
  { people, bounds }: PeopleRange,
  table: string,
): Promise<void> {
  const families = plan.families.map((_, i) => `toUInt8(arrayExists(f -> f.2 > 0, family_${i}))`);
  const members = `arrayConcat(arrayMap(s -> toUInt8(s > 0), signed), CAST([${families.join(", ")}], 'Array(UInt8)'))`;
  const { stages, text } = compiled.statement(people);
  const statement = {
    stages,
    text: `INSERT INTO {members:Identifier} SELECT person, ${members} FROM (\n${text}\n) WHERE present = 1`,
  };
  const extra = { ...bounds, members: table };
  await session.command({ statement, at, statistics, parameters: compiled.parameters, extra });
}
