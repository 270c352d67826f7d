/**
 * Plan -> statements. One statement evaluates everything for everyone, for a range of people, or
 * for a few; there is no other evaluator. Statistics have statements of their own.
 */

import { assert } from "../../base/index.js";
import {
  outerTruth,
  type Plan,
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
import { type Filter, GroupCompiler } from "./group-compiler.js";
import { constant, list, type Sql, sql } from "./layers.js";
import { NOW, ParameterBag, PREVIOUS } from "./parameters.js";
import { FALSE, TRUE } from "./signed-due.js";
import { turningInstants } from "./turning.js";
import { AT_NOW, valueSql, variable } from "./values.js";

/** Which people a statement is for. */
export type People = "all" | "some" | "range";

export interface CompiledPlan {
  /** SELECT person, signed, next_fact, known_last, families, attributes ... */
  readonly text: (people: People) => string;
  readonly parameters: ReturnType<() => ParameterBag["values"]>;
  /** Keys whose scan reaches back over all of history, which costs. */
  readonly unbounded: readonly Level[];
}

const FILTERS: Readonly<Record<People, Filter>> = {
  all: { facts: "", people: "" },
  some: {
    facts: " AND alias IN {aliases:Array(UInt64)}",
    people: " AND person IN {people:Array(UInt64)}",
  },
  range: {
    facts:
      " AND (alias BETWEEN {from:UInt64} AND {to:UInt64} OR alias GLOBAL IN (SELECT alias FROM identity WHERE person BETWEEN {from:UInt64} AND {to:UInt64}))",
    people: " AND person BETWEEN {from:UInt64} AND {to:UInt64}",
  },
};

class StatementCompiler {
  readonly bag = new ParameterBag();
  readonly person: GroupCompiler;
  readonly #keys = new Map<Level, GroupCompiler>();
  readonly #outputs = new Map<Level, string[]>();
  readonly #quantifiers = new Map<string, Sql>();
  readonly #families = new Map<string, Sql>();

  constructor(private readonly plan: Plan) {
    const bounds = collectBounds(plan);
    this.person = new GroupCompiler("person", "u", this.bag, bounds, (t) => this.#outer(t));
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
      this.person.join((filter) => {
        const outputs = this.#outputs.get(level) ?? [];
        const select = ["person", ...outputs].join(", ");
        const columns = outputs.map((_, i) => `${level}_q${i}`);
        return {
          text: `SELECT ${select}\nFROM (\n${made.text(filter, `key ${select}`)}\n)\nGROUP BY person`,
          columns,
        };
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
      const members = this.family(truth.family);
      const m = variable("m");
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

  /** Array(Tuple(argument, signed due)) of a person's arguments. */
  family(name: string): Sql {
    const known = this.#families.get(name);
    if (known !== undefined) return known;
    const family = this.plan.families.find((f) => f.name === name);
    assert(family !== undefined, `the plan has the family ${name}`);
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
    const condition =
      kinds === "any" ? "" : ` AND kind IN (${kinds.map((k) => `'${k}'`).join(", ")})`;
    const waiting = this.person.own.row(`t > ${NOW}${condition}`);
    return this.person.column(
      sql`if(${this.person.own.aggregate(`minIf(t, ${waiting})`)} > 0, ${this.person.own.aggregate(`minIf(t, ${waiting})`)}, ${TRUE})`,
    );
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

export function compilePlan(plan: Plan): CompiledPlan {
  const compiler = new StatementCompiler(plan);
  const { person } = compiler;
  const signed = plan.segments.map((s) => person.column(sql`toInt64(${person.truth(s.truth)})`));
  const waits = plan.segments.map((s) => compiler.nextFact(s.truth));
  const families = plan.families.map((f, i) => sql`${compiler.family(f.name)} AS family_${i}`);
  const attributes = plan.attributes.map((a, i) => {
    const value =
      a.value.kind === "truth"
        ? sql`(${person.truth(a.value.truth)} > 0)`
        : valueSql(a.value, person, AT_NOW);
    return sql`${value} AS attribute_${i}`;
  });
  const next = person.own.aggregate(`minIf(t, t > ${NOW})`);
  const known = person.own.aggregate(`max(${person.own.row("toUnixTimestamp64Milli(known_at)")})`);
  const late = person.own.aggregate(
    `countIf(${person.own.row(`toUnixTimestamp64Milli(known_at) > ${PREVIOUS} AND t <= ${PREVIOUS}`)})`,
  );
  const present = person.own.aggregate(`countIf(t <= ${NOW})`);
  const outputs = [
    signed.length === 0
      ? constant("[toInt64(0)] AS signed")
      : sql`arrayMap((s, f) -> if(s > 0, least(s, f), greatest(s, -f)), [${list(signed)}], [${list(waits)}]) AS signed`,
    sql`toUInt8(${present} > 0) AS present`,
    sql`${next} AS next_fact`,
    sql`${known} AS known_last`,
    sql`${late} AS late_facts`,
    ...families,
    ...attributes,
  ];
  return {
    text: (people) => {
      const rows = person.text(FILTERS[people], list(outputs).text);
      return `SELECT person, ${list(outputs).text}\nFROM (\n${rows}\n)`;
    },
    parameters: compiler.bag.values,
    unbounded: compiler.unbounded,
  };
}

/** One row per statistic of a depth: key, its value over the population, how many, and over all buyers. */
export function compileStatistics(
  statistics: readonly Statistic[],
  plan: Plan,
): { readonly text: string; readonly parameters: ParameterBag["values"] }[] {
  return statistics.map((statistic) => {
    const truths: Truth[] = [];
    const { of } = statistic;
    const placeholder: Plan = {
      segments: [],
      families: plan.families,
      attributes:
        of.kind === "people"
          ? [
              { name: "value", type: "number", value: of.value, text: "" },
              ...amongAttribute(of.among),
            ]
          : [],
      statistics: [],
    };
    const compiler = new StatementCompiler(placeholder);
    const { person } = compiler;
    const present = person.own.aggregate(`countIf(t <= ${NOW})`);
    if (of.kind === "facts") {
      const facts = person.own.facts(of.stream, of.value);
      const text = `SELECT quantileExactInclusiveOrNull(${statistic.percent / 100})(assumeNotNull(v)) AS value, count() AS n, toFloat64(0) AS wide_value, toUInt64(0) AS wide_n
FROM (SELECT arrayJoin(arrayMap(x -> toFloat64(x.3), ${facts.text})) AS v FROM (\n${person.text(FILTERS.all, facts.text)}\n)) WHERE v IS NOT NULL`;
      return { text, parameters: compiler.bag.values };
    }
    const value = person.column(sql`toFloat64(${valueSql(of.value, person, AT_NOW)})`);
    const everBuyer: Truth = buyers(undefined);
    const population = person.column(person.truth(of.among ?? buyers(of.window)));
    const wide = person.column(person.truth(everBuyer));
    truths.push(everBuyer);
    const quantile = (among: Sql) =>
      `quantileExactInclusiveOrNullIf(${statistic.percent / 100})(assumeNotNull(v), ${among.text} > 0 AND v IS NOT NULL)`;
    const text = `SELECT ${quantile(population)} AS value, countIf(${population.text} > 0) AS n, ${quantile(wide)} AS wide_value, countIf(${wide.text} > 0) AS wide_n
FROM (SELECT *, toNullable(${value.text}) AS v FROM (\n${person.text(FILTERS.all, [value, population, wide, present].map((c) => c.text).join(" "))}\n)) WHERE ${present.text} > 0`;
    return { text, parameters: compiler.bag.values };
  });
}

function amongAttribute(among: Truth | undefined): Plan["attributes"] {
  return among === undefined
    ? []
    : [{ name: "among", type: "boolean", value: { kind: "truth", truth: among }, text: "" }];
}

function buyers(window: Extract<Statistic["of"], { kind: "people" }>["window"]): Truth {
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
