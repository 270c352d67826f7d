/**
 * Plan -> statements. One statement evaluates everything for everyone, for a range of people, or
 * for a few; there is no other evaluator. Statistics have statements of their own.
 */

import { assert } from "../../base/index.js";
import {
  outerTruth,
  type Plan,
  type PlannedAttribute,
  type PlannedFamily,
  replaceOuter,
  type Statistic,
  simplify,
  type Truth,
  type Value,
  visitTruth,
} from "../plan/index.js";
import type { Level } from "../plan/types.js";
import { SITE_KINDS, SOURCES } from "../vocabulary.js";
import { collectBounds } from "./bounds.js";
import { emptyTruth } from "./empty.js";
import { GroupCompiler } from "./group-compiler.js";
import type { Known } from "./known.js";
import { constant, list, type Sql, sql } from "./layers.js";
import { NOW, ParameterBag } from "./parameters.js";
import { type Filter, PRESENCE } from "./scan.js";
import { FALSE, TRUE } from "./signed-due.js";
import { MOST_CALLS_PER_STAGE, Stages, type Statement } from "./stages.js";
import { turningInstants } from "./turning.js";
import { AT_NOW, valueSql, variable } from "./values.js";

/**
 * Which people a statement is for. A range of the key space is asked in two parts, because the
 * facts lie in order of alias: `range` = people of one alias, whose facts lie together; `linked` =
 * people that identity links to several aliases, whose facts lie anywhere.
 */
export type People = "all" | "some" | "range" | "linked";

export interface CompiledPlan {
  /**
   * SELECT person, signed, next_fact, known_last, families, attributes ... In stages as far as the
   * engine plans them sooner than one statement; `mostCalls` = Infinity gives one statement.
   */
  readonly statement: (people: People, mostCalls?: number) => Statement;
  readonly parameters: ReturnType<() => ParameterBag["values"]>;
  /** Keys whose scan reaches back over all of history, which costs. */
  readonly unbounded: readonly Level[];
  /** Whether any fact is read, and not only what a refresh has found. */
  readonly readsFacts: boolean;
}

const FROM_TO = "{from:UInt64} AND {to:UInt64}";
/** Persons, and their aliases, of links that touch the range. */
const LINKED = `SELECT arrayJoin([alias, person]) FROM identity WHERE alias BETWEEN ${FROM_TO} OR person BETWEEN ${FROM_TO}`;

const FILTERS: Readonly<Record<People, Filter>> = {
  all: { facts: "", people: "", profiles: "" },
  some: {
    facts: "alias IN {aliases:Array(UInt64)}",
    people: "person IN {people:Array(UInt64)}",
    profiles: "person IN {people:Array(UInt64)}",
  },
  range: {
    facts: `alias BETWEEN ${FROM_TO} AND alias GLOBAL NOT IN (${LINKED})`,
    people: "",
    profiles: `person BETWEEN ${FROM_TO} AND person GLOBAL NOT IN (${LINKED})`,
  },
  linked: {
    facts: `alias GLOBAL IN (${LINKED})`,
    people: `person BETWEEN ${FROM_TO}`,
    profiles: `person BETWEEN ${FROM_TO} AND person GLOBAL IN (${LINKED})`,
  },
};

class StatementCompiler {
  readonly bag = new ParameterBag();
  readonly person: GroupCompiler;
  readonly #keys = new Map<Level, GroupCompiler>();
  readonly #outputs = new Map<Level, string[]>();
  readonly #quantifiers = new Map<string, Sql>();
  readonly #families = new Map<string, Sql>();

  constructor(
    private readonly plan: Plan,
    readonly known?: Known,
  ) {
    const bounds = collectBounds(plan);
    this.person = new GroupCompiler("person", "u", this.bag, bounds, (t) => this.#outer(t), known);
    this.makeKey = (key) => new GroupCompiler(key, key, this.bag, bounds, nested);
  }

  private readonly makeKey: (key: Level) => GroupCompiler;

  key(level: Level): GroupCompiler {
    let group = this.#keys.get(level);
    if (group === undefined) {
      group = this.makeKey(level);
      this.#keys.set(level, group);
      this.#outputs.set(level, []);
      const made = group;
      this.person.join((filter, stages) => {
        const outputs = this.#outputs.get(level) ?? [];
        const select = ["person", ...outputs].join(", ");
        const columns = outputs.map((_, i) => `${level}_q${i}`);
        const rows = stages.from(made.text(filter, `key ${select}`, stages));
        return { text: `SELECT ${select}\nFROM ${rows}\nGROUP BY person`, columns };
      });
    }
    return group;
  }

  #output(level: Level, text: string): Sql {
    const outputs = this.#outputs.get(level);
    assert(outputs !== undefined, "the key's group exists");
    const name = `${level}_q${outputs.length}`;
    outputs.push(`${text} AS ${name}`);
    return { text: name, layer: 1 };
  }

  #outer(truth: Extract<Truth, { kind: "quantifier" | "member" }>): Sql {
    if (truth.kind === "member") {
      const m = variable("m");
      if (this.known?.family(this.#family(truth.family))) {
        const [family, argument] = [truth.family, truth.argument].map((x) => this.bag.bind(x));
        return this.person.column(
          sql`if(arrayExists(${m} -> ${m}.1 = ${family!} AND ${m}.2 = ${argument!}, ${{ text: "profile_arguments", layer: 1 }}), ${TRUE}, ${FALSE})`,
        );
      }
      const members = this.family(truth.family);
      const found = this.person.column(
        sql`arrayFirst(${m} -> ${m}.1 = ${this.bag.bind(truth.argument)}, ${members}).2`,
      );
      return sql`if(${found} = 0, ${FALSE}, ${found})`;
    }
    const id = JSON.stringify([truth.key, truth.quantity, truth.body]);
    const known = this.#quantifiers.get(id);
    if (known !== undefined) return known;
    const group = this.key(truth.key);
    const every = truth.quantity === "every";
    if (emptyTruth(truth.body, truth.key) !== every) group.own.everyKind = true;
    const s = group.column(group.truth(truth.body));
    const { quantity } = truth;
    const name =
      typeof quantity === "object"
        ? this.#output(
            truth.key,
            `arrayReverseSort(groupArray(toInt64(${s.text})))[${quantity.atLeast}]`,
          )
        : this.#output(truth.key, `${every ? "min" : "max"}(toInt64(${s.text}))`);
    const result = sql`if(${name} = 0, ${every ? TRUE : FALSE}, ${name})`;
    this.#quantifiers.set(id, result);
    return result;
  }

  #family(name: string): PlannedFamily {
    const family = this.plan.families.find((f) => f.name === name);
    assert(family !== undefined, `the plan has the family ${name}`);
    return family;
  }

  /** Array(Tuple(argument, signed due)) of a person's arguments. */
  family(name: string): Sql {
    const known = this.#families.get(name);
    if (known !== undefined) return known;
    const family = this.#family(name);
    const group = this.key(family.key);
    const { outer, variants } = withoutOuter(family.truth);
    if (variants.some((v) => emptyTruth(v, family.key) !== false)) group.own.everyKind = true;
    const columns = variants.map((v) => sql`toInt64(${group.column(group.truth(v))})`);
    const result =
      family.top === undefined
        ? this.#arguments(family, outer, columns, [])
        : this.#top(family, outer, columns);
    this.#families.set(name, result);
    return result;
  }

  /** Array(Tuple(argument, signed due, ...more) of the person, the person's own conditions put back. */
  #arguments(
    family: PlannedFamily,
    outer: readonly Truth[],
    variants: readonly Sql[],
    more: readonly Sql[],
  ): Sql {
    const columns = list([constant("toString(key)"), ...variants, ...more]);
    const all = this.#output(family.key, `groupArray((${columns.text}))`);
    if (outer.length === 0) return all;
    const m = variable("m");
    const person = outer.map((t) => this.person.column(this.person.truth(t)));
    const put = (depth: number, index: number): Sql => {
      const p = person[depth];
      if (p === undefined) return sql`${m}.${index + 2}`;
      return sql`greatest(least(${p}, ${put(depth + 1, index * 2 + 1)}), least(negate(${p}), ${put(depth + 1, index * 2)}))`;
    };
    const rest = more.map((_, i) => `, ${m.text}.${variants.length + i + 2}`).join("");
    return this.person.column(sql`arrayMap(${m} -> (${m}.1, ${put(0, 0)}${rest}), ${all})`);
  }

  /** The best N members; whoever might overtake whom changes the ranking, so all share one due. */
  #top(family: PlannedFamily, outer: readonly Truth[], variants: readonly Sql[]): Sql {
    const group = this.key(family.key);
    assert(family.top !== undefined, "a ranked family");
    const by = group.column(sql`toNullable(${valueSql(family.top.by, group, AT_NOW)})`);
    const instants = turningInstants(family.top.by, group);
    const c = variable("c");
    const next =
      instants.length === 0
        ? TRUE
        : group.column(
            sql`arrayMin(arrayConcat([${TRUE}], arrayFilter(${c} -> ${c} > ${NOW}, arrayConcat(${list(instants)}))))`,
          );
    const all = this.#arguments(family, outer, variants, [by, sql`toInt64(${next})`]);
    const m = variable("m");
    const best = this.person.column(
      sql`arraySlice(arrayMap(${m} -> ${m}.1, arraySort(${m} -> (isNull(${m}.3), -ifNull(${m}.3, 0), ${m}.1), arrayFilter(${m} -> ${m}.2 > 0, ${all}))), 1, ${family.top.count})`,
    );
    // As long as there are no more members than places, nobody overtakes anybody.
    const contested = this.person.column(
      sql`arrayCount(${m} -> ${m}.2 > 0, ${all}) > ${family.top.count}`,
    );
    const until = this.person.column(
      sql`arrayMin(arrayConcat([${TRUE}], arrayMap(${m} -> if(${contested}, least(toInt64(abs(${m}.2)), ${m}.4), toInt64(abs(${m}.2))), ${all})))`,
    );
    return this.person.column(
      sql`arrayMap(${m} -> (${m}.1, if(has(${best}, ${m}.1), ${until}, negate(${until}))), ${all})`,
    );
  }

  /** When the next fact that a truth may read takes place, of those dated in the future. */
  nextFact(truth: Truth): Sql {
    const kinds = kindsRead(truth);
    const next = this.person.own.nextFact(kinds);
    return this.person.column(sql`if(${next} > 0, ${next}, ${TRUE})`);
  }

  get readsFacts(): boolean {
    return this.known === undefined || this.#keys.size > 0 || this.person.readsFacts;
  }

  get unbounded(): Level[] {
    return [...this.#keys].filter(([, g]) => !g.own.bounded).map(([level]) => level);
  }
}

/**
 * A family's condition with the person's own conditions taken out: one variant for each assignment
 * of them, variant i having the n-th condition true where bit n (from the left) of i is set.
 */
function withoutOuter(truth: Truth): {
  readonly outer: readonly Truth[];
  readonly variants: readonly Truth[];
} {
  const outer: Truth[] = [];
  let variants = [truth];
  for (;;) {
    const next = variants.map(outerTruth).find((t) => t !== undefined);
    if (next === undefined) return { outer, variants: variants.map(simplify) };
    outer.push(next);
    const name = JSON.stringify(next);
    variants = variants.flatMap((v) => [replaceOuter(v, name, false), replaceOuter(v, name, true)]);
  }
}

/** Kinds of facts that can change a truth. Keys may come into being by any fact. */
function kindsRead(truth: Truth): readonly string[] | "any" {
  const kinds = new Set<string>();
  let any = false;
  const see = (value: Value) => {
    if (value.kind !== "aggregate") return;
    if (value.stream.level !== "person") any ||= value.stream.level !== "session";
    for (const step of value.stream.steps) {
      for (const name of [step.source, step.without?.source]) {
        const read = name === undefined ? undefined : SOURCES.get(name)?.kinds;
        if (read?.length === 0) any = true;
        for (const kind of read ?? []) kinds.add(kind);
      }
    }
  };
  visitTruth(truth, see, (t) => {
    if (t.kind === "member") any = true;
    if (t.kind === "quantifier" && t.key === "session") for (const k of SITE_KINDS) kinds.add(k);
    else if (t.kind === "quantifier") any = true;
  });
  return any ? "any" : kinds.size === 0 ? ["order"] : [...kinds].sort();
}

function nested(): never {
  throw new Error("keys cannot be nested: the planner takes a person's conditions out of a key's");
}

/** `conditions`: further truths, whose signed dues become the column `conditions`. */
export function compilePlan(plan: Plan, conditions: readonly Truth[] = []): CompiledPlan {
  const compiler = new StatementCompiler(plan);
  const { person } = compiler;
  const waits = plan.segments.map((s) => compiler.nextFact(s.truth));
  const families = plan.families.map((f, i) => sql`${compiler.family(f.name)} AS family_${i}`);
  const attributes = plan.attributes.map((a, i) => {
    const value =
      a.value.kind === "truth"
        ? sql`(${person.truth(a.value.truth)} > 0)`
        : valueSql(a.value, person, AT_NOW);
    return sql`${value} AS attribute_${i}`;
  });
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

/** Who is a member of the plan's segments, with what a refresh has found: no dues, no families. */
export function compileMembers(plan: Plan, known: Known): CompiledPlan {
  const compiler = new StatementCompiler(plan, known);
  const signed = signedDues(
    compiler,
    plan.segments.map((s) => s.truth),
  );
  return finished(compiler, [sql`${signed} AS signed`, sql`present`, sql`profile_net_12m`]);
}

function signedDues({ person }: StatementCompiler, truths: readonly Truth[]): Sql {
  if (truths.length === 0) return constant("[toInt64(0)]");
  return sql`[${list(truths.map((t) => person.column(sql`toInt64(${person.truth(t)})`)))}]`;
}

function finished(compiler: StatementCompiler, outputs: readonly Sql[]): CompiledPlan {
  const { person } = compiler;
  const { text } = list(outputs);
  return {
    statement: (people, mostCalls = MOST_CALLS_PER_STAGE) => {
      const stages = new Stages(mostCalls);
      const rows = stages.from(person.text(FILTERS[people], text, stages));
      return { stages: stages.list, text: `SELECT person, ${text}\nFROM ${rows}` };
    },
    parameters: compiler.bag.values,
    unbounded: compiler.unbounded,
    readsFacts: compiler.readsFacts,
  };
}

/** Percentiles of one depth: a row for each person, then one query for each percentile. */
export interface CompiledStatistics {
  /** Columns of the table {people}, for CREATE TABLE. */
  readonly structure: string;
  /** SELECT the columns, of a range of people. */
  readonly rows: (people: People) => Statement;
  /** By index: SELECT value, n, wide_value, wide_n FROM {people}. `wide` = over all buyers ever. */
  readonly percentiles: readonly string[];
  readonly parameters: ParameterBag["values"];
}

export function compileStatistics(
  statistics: readonly Statistic[],
  families: Plan["families"],
): CompiledStatistics {
  // Values and populations must be in the plan, which says how far back each stream is read.
  const attributes = statistics.flatMap(({ of }): PlannedAttribute[] => {
    if (of.kind === "facts") return [];
    const among: PlannedAttribute["value"] = { kind: "truth", truth: populationOf(of) };
    return [
      { name: "value", type: "number", value: of.value, text: "" },
      { name: "among", type: "boolean", value: among, text: "" },
    ];
  });
  const compiler = new StatementCompiler({ segments: [], families, attributes, statistics: [] });
  const { person } = compiler;
  const wide = person.column(person.truth(buyers(undefined)));
  const columns: { readonly name: string; readonly type: string; readonly value: Sql }[] = [
    { name: "wide", type: "UInt8", value: sql`(${wide} > 0)` },
  ];
  const percentiles = statistics.map(({ percent, of }, i) => {
    const name = `v${i}`;
    if (of.kind === "facts") {
      const facts = person.own.facts(of.stream, of.value);
      const value = sql`arrayMap(x -> toFloat64(assumeNotNull(x.3)), arrayFilter(x -> isNotNull(x.3), ${facts}))`;
      columns.push({ name, type: "Array(Float64)", value });
      return `SELECT quantileExactInclusiveOrNull(${percent / 100})(v) AS value, count() AS n, NULL AS wide_value, 0 AS wide_n
FROM (SELECT arrayJoin(${name}) AS v FROM {people:Identifier})`;
    }
    const value = sql`toNullable(toFloat64(${valueSql(of.value, person, AT_NOW)}))`;
    columns.push({ name, type: "Nullable(Float64)", value });
    const among = person.column(person.truth(populationOf(of)));
    columns.push({ name: `p${i}`, type: "UInt8", value: sql`(${among} > 0)` });
    const quantile = (population: string) =>
      `quantileExactInclusiveOrNullIf(${percent / 100})(assumeNotNull(${name}), ${population} = 1 AND ${name} IS NOT NULL)`;
    return `SELECT ${quantile(`p${i}`)} AS value, countIf(p${i} = 1) AS n, ${quantile("wide")} AS wide_value, countIf(wide = 1) AS wide_n
FROM {people:Identifier}`;
  });
  const values = list(columns.map((c) => c.value)).text;
  return {
    structure: columns.map((c) => `${c.name} ${c.type}`).join(", "),
    rows: (people) => {
      const stages = new Stages(MOST_CALLS_PER_STAGE);
      const rows = stages.from(person.text(FILTERS[people], `${values} present`, stages));
      return { stages: stages.list, text: `SELECT ${values} FROM ${rows} WHERE present = 1` };
    },
    percentiles,
    parameters: compiler.bag.values,
  };
}

type OfPeople = Extract<Statistic["of"], { kind: "people" }>;

const populationOf = ({ among, window }: OfPeople): Truth => among ?? buyers(window);

function buyers(window: OfPeople["window"]): Truth {
  return {
    kind: "compare",
    op: ">=",
    left: {
      kind: "aggregate",
      type: "number",
      fn: "count",
      stream: { level: "person", steps: [{ source: "order" }] },
      distinct: false,
      windows: window === undefined ? [] : [{ kind: "last", length: window }],
    },
    right: { kind: "literal", type: "number", value: 1 },
    text: "count(order) >= 1",
  };
}
