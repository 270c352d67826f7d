/**
 * The groups that a plan needs: the person, and every kind of key that a quantifier or a family
 * asks about, whose answers are joined to the person.
 */

import { assert } from "../../base/index.js";
import {
  outerTruth,
  type Plan,
  type PlannedFamily,
  replaceOuter,
  simplify,
  type Truth,
} from "../plan/index.js";
import type { Level } from "../plan/types.js";
import { collectBounds } from "./bounds.js";
import { emptyTruth } from "./empty.js";
import { GroupCompiler } from "./group-compiler.js";
import { kindsRead } from "./kinds-read.js";
import type { Known } from "./known.js";
import { constant, list, type Sql, sql } from "./layers.js";
import { NOW, ParameterBag } from "./parameters.js";
import { Reach } from "./reach.js";
import { FALSE, TRUE } from "./signed-due.js";
import type { Stages } from "./stages.js";
import { turningInstants } from "./turning.js";
import { AT_NOW, valueSql, variable } from "./values.js";
import { type Filter, INSTANT, visibleFacts } from "./visible-facts.js";

export class StatementCompiler {
  readonly bag = new ParameterBag();
  readonly person: GroupCompiler;
  readonly #keys = new Map<Level, GroupCompiler>();
  readonly #outputs = new Map<Level, string[]>();
  readonly #quantifiers = new Map<string, Sql>();
  readonly #families = new Map<string, Sql>();
  /** Whether members of families are looked up in profiles. */
  readsArguments = false;

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
      this.person.join((reading, stages) => {
        const outputs = this.#outputs.get(level) ?? [];
        const select = ["person", ...outputs].join(", ");
        const columns = outputs.map((_, i) => `${level}_q${i}`);
        const rows = stages.from(made.text(reading, `key ${select}`, stages));
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
        this.readsArguments = true;
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
    if (emptyTruth(truth.body, truth.key) !== every) group.own.readEveryKind();
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

  /** Array(String): the arguments of the family that a person is in. */
  argumentsOf(name: string): Sql {
    const m = variable("m");
    if (this.known?.family(this.#family(name)) === undefined)
      return this.person.column(
        sql`arrayMap(${m} -> ${m}.1, arrayFilter(${m} -> ${m}.2 > 0, ${this.family(name)}))`,
      );
    this.readsArguments = true;
    const found = { text: "profile_arguments", layer: 1 };
    return this.person.column(
      sql`arrayMap(${m} -> ${m}.2, arrayFilter(${m} -> ${m}.1 = ${this.bag.bind(name)}, ${found}))`,
    );
  }

  /** Array(Tuple(argument, signed due)) of a person's arguments. */
  family(name: string): Sql {
    const known = this.#families.get(name);
    if (known !== undefined) return known;
    const family = this.#family(name);
    const group = this.key(family.key);
    const { outer, variants } = withoutOuter(family.truth);
    if (variants.some((v) => emptyTruth(v, family.key) !== false)) group.own.readEveryKind();
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
    const next = this.person.own.nextFact(kindsRead(truth, this.plan.families));
    return this.person.column(sql`if(${next} > 0, ${next}, ${TRUE})`);
  }

  /**
   * The whole statement over all that was asked for, with the columns that `outputs` needs. The
   * facts that any scan asks for are read once, as the first stage; where they lie on several
   * shards each scan reads them by itself, and its shards send groups instead of facts.
   */
  text(filter: Filter, outputs: string, stages: Stages): string {
    const scans = [this.person, ...this.#keys.values()].flatMap((group) => group.scans);
    const readings = scans.map((scan) => scan.reading);
    const reach = readings.reduce((all, { reach }) => all.with(reach), new Reach());
    const facts = visibleFacts(filter, {
      columns: this.bag.columns.named(readings.map((r) => r.columns).join(" ")),
      where: reach.sql(INSTANT),
    });
    return this.person.text({ filter, facts: stages.facts(facts, scans.length) }, outputs, stages);
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

function nested(): never {
  throw new Error("keys cannot be nested: the planner takes a person's conditions out of a key's");
}
