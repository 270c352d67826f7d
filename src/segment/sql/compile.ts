/**
 * Plan -> statements. One query, in stages where it is large, evaluates everything for everyone,
 * for a range of people, or for a few; there is no other evaluator.
 */

import type { Plan, Truth } from "../plan/index.js";
import type { Level } from "../plan/types.js";
import { heldSql, type Known, recordPlaces, WORD_BITS } from "./known.js";
import { constant, list, type Sql, sql } from "./layers.js";
import type { ParameterBag } from "./parameters.js";
import { byPattern, FILTERS, type People } from "./people.js";
import { MOST_CALLS_PER_STAGE, Stages, type Statement } from "./stages.js";
import { StatementCompiler } from "./statement-compiler.js";
import { AT_NOW, valueSql } from "./values.js";
import { type Filter, PRESENCE } from "./visible-facts.js";

export interface CompiledPlan {
  /**
   * SELECT person, signed, next_fact, known_last, families, attributes ... In stages as far as the
   * engine is sooner done with them; `mostCalls` = Infinity gives one statement.
   */
  readonly statement: (people: People, mostCalls?: number) => Statement;
  readonly parameters: ReturnType<() => ParameterBag["values"]>;
  /** Keys whose scan reaches back over all of history, which costs. */
  readonly unbounded: readonly Level[];
  /** Whether any fact is read, and not only what a refresh has found. */
  readonly readsFacts: boolean;
}

export interface CompiledMembers extends CompiledPlan {
  /**
   * The same over patterns of bits instead of people, `profile_people` each, with no more of what
   * profiles hold than `IN_PATTERNS`; undefined where that does not do, because facts, arguments of
   * families, or the person's own id are read.
   */
  readonly patterns?: () => Statement;
}

/** `conditions`: further truths, whose signed dues become the column `conditions`. */
export function compilePlan(plan: Plan, conditions: readonly Truth[] = []): CompiledPlan {
  const compiler = new StatementCompiler(plan);
  const waits = plan.segments.map((s) => compiler.nextFact(s.truth));
  const families = plan.families.map((f, i) => sql`${compiler.family(f.name)} AS family_${i}`);
  const attributes = attributeColumns(compiler, plan);
  const signed = signedDues(
    compiler,
    plan.segments.map((s) => s.truth),
  );
  return finished(compiler, [
    plan.segments.length === 0
      ? sql`${signed} AS signed`
      : sql`arrayMap((s, f) -> if(s > 0, least(s, f), greatest(s, -f)), ${signed}, [${list(waits)}]) AS signed`,
    sql`${signedDues(compiler, conditions)} AS conditions`,
    ...PRESENCE.map((name) => sql`${name}`),
    ...families,
    ...attributes,
  ]);
}

const FOUND = [
  "profile_net_12m",
  "profile_orders_12m",
  "profile_orders",
  "profile_last_order",
  "profile_people",
] as const;
const IN_PATTERNS = ["profile_net_12m", "profile_orders_12m", "profile_people"] as const;

export interface Members {
  /** What a refresh has found; without it everything is evaluated. */
  readonly known?: Known;
  /** Families of the plan whose people (with any argument) are asked for. */
  readonly families: readonly string[];
  /** Families whose arguments are asked for: `arguments_0`, ... */
  readonly argumentsOf?: readonly string[];
}

/**
 * Who is a member of the plan's segments, then of the families, as bits of `word_0`, `word_1`, ...,
 * and the plan's attributes: no dues. With `known`, what profiles hold of people besides (`FOUND`).
 */
export function compileMembers(
  plan: Plan,
  { known: found, families, argumentsOf = [] }: Members,
): CompiledMembers {
  const recorded = found && recordPlaces(found);
  const known = recorded?.known;
  const compiler = new StatementCompiler(plan, known);
  const { person } = compiler;
  const members = [
    ...plan.segments.map((s) => sql`(${person.truth(s.truth)} > 0)`),
    ...plan.families
      .filter((f) => families.includes(f.name))
      .map((f) => {
        const held = known?.family(f);
        if (held !== undefined) return { text: heldSql(held), layer: 1 };
        return person.column(sql`toUInt8(arrayExists(m -> m.2 > 0, ${compiler.family(f.name)}))`);
      }),
  ];
  const asked = [
    ...wordsOf(members).map((word, i) => sql`${word} AS word_${i}`),
    sql`present`,
    ...attributeColumns(compiler, plan),
    ...argumentsOf.map((family, i) => sql`${compiler.argumentsOf(family)} AS arguments_${i}`),
  ];
  const withFound = (names: readonly string[]) => [...asked, ...names.map((name) => sql`${name}`)];
  const compiled = finished(compiler, known === undefined ? asked : withFound(FOUND));
  // A bucket is of the person itself, which a pattern does not have.
  const single = /\bperson\b/.test(`${person.own.layers.texts} ${list(asked).text}`);
  const { readsFacts } = compiled;
  if (recorded === undefined || readsFacts || compiler.readsArguments || single) return compiled;
  const patterns = () => textOf(compiler, withFound(IN_PATTERNS), byPattern(recorded.masks()));
  return { ...compiled, patterns };
}

/** Conditions as bits: the n-th is bit n % 64 of word n / 64. */
function wordsOf(conditions: readonly Sql[]): Sql[] {
  const words = Math.max(1, Math.ceil(conditions.length / WORD_BITS));
  return Array.from({ length: words }, (_, w) => {
    const bits = conditions
      .slice(w * WORD_BITS, (w + 1) * WORD_BITS)
      .map((c, bit) => sql`bitShiftLeft(toUInt64(${c}), ${bit})`);
    return bits.length === 0 ? constant("toUInt64(0)") : list(bits, " + ");
  });
}

function attributeColumns({ person }: StatementCompiler, plan: Plan): Sql[] {
  return plan.attributes.map((a, i) => {
    const value =
      a.value.kind === "truth"
        ? sql`(${person.truth(a.value.truth)} > 0)`
        : valueSql(a.value, person, AT_NOW);
    return sql`${value} AS attribute_${i}`;
  });
}

function signedDues({ person }: StatementCompiler, truths: readonly Truth[]): Sql {
  if (truths.length === 0) return constant("[toInt64(0)]");
  return sql`[${list(truths.map((t) => person.column(sql`toInt64(${person.truth(t)})`)))}]`;
}

function finished(compiler: StatementCompiler, outputs: readonly Sql[]): CompiledPlan {
  return {
    statement: (people, mostCalls) => textOf(compiler, outputs, FILTERS[people], mostCalls),
    parameters: compiler.bag.values,
    unbounded: compiler.unbounded,
    readsFacts: compiler.readsFacts,
  };
}

function textOf(
  compiler: StatementCompiler,
  outputs: readonly Sql[],
  filter: Filter,
  mostCalls = MOST_CALLS_PER_STAGE,
): Statement {
  const { text } = list(outputs);
  const stages = new Stages(mostCalls);
  const rows = stages.from(compiler.text(filter, text, stages));
  return { stages: stages.list, text: `SELECT person, ${text}\nFROM ${rows}` };
}
