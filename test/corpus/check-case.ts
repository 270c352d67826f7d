/**
 * A case asked of the product by its production path, and of the oracle: what differs from the
 * expected answer, as lines; none if all is well.
 */

import {
  type Evaluator,
  evaluatePeople,
  makeEvaluator,
  type PersonResult,
} from "../../src/segment/membership/evaluate.js";
import { evaluating, type Session } from "../../src/segment/membership/run.js";
import {
  computeStatistics,
  MINIMUM_POPULATION,
  type Statistics,
} from "../../src/segment/membership/statistics.js";
import { makeLibrary, makePlan, type Plan } from "../../src/segment/plan/index.js";
import { DEFAULT_SETTINGS, type StoreSettings } from "../../src/segment/settings.js";
import { FOREVER } from "../../src/segment/sql/index.js";
import { type Document, parseDocument } from "../../src/segment/syntax/index.js";
import { factRow, identityRow, supersededRow, type Warehouse } from "../../src/store/index.js";
import { evaluate } from "../oracle/index.js";
import { type Asked, type CorpusCase, type Due, SEASONS } from "./read-corpus.js";

/** Empties the tables and puts the history of a case in. */
export async function load(warehouse: Warehouse, { history }: CorpusCase): Promise<void> {
  const links = history.identity ?? [];
  const superseded = history.superseded ?? [];
  const { rows } = await warehouse.query<{ table: string }>(
    ["facts", "superseded", "identity"]
      .map((table) => `SELECT '${table}' AS table FROM ${table} GROUP BY table`)
      .join(" UNION ALL "),
  );
  for (const { table } of rows) await warehouse.command(`TRUNCATE TABLE ${table}`);
  await warehouse.insert(
    "facts",
    history.facts.map((fact) => factRow(fact)),
  );
  if (superseded.length > 0) {
    await warehouse.insert(
      "superseded",
      superseded.map((row) => supersededRow(row)),
    );
  }
  if (links.length > 0)
    await warehouse.insert(
      "identity",
      links.map((row) => identityRow(row)),
    );
  await warehouse.reloadIdentity();
}

const settingsOf = ({ timeZone, activity, home }: CorpusCase): StoreSettings => ({
  ...DEFAULT_SETTINGS,
  timeZone,
  seasons: SEASONS,
  activity,
  gifts: { ...DEFAULT_SETTINGS.gifts, country: home },
});

export function documentOf(corpusCase: CorpusCase): Document {
  return parseDocument(corpusCase.text).document;
}

/** The codes of all diagnostics of the text, in the order of the product. */
export function diagnosticsOf(corpusCase: CorpusCase): string[] {
  const { document, diagnostics } = parseDocument(corpusCase.text);
  const found = diagnostics.length > 0 ? diagnostics : planOf(corpusCase, document).diagnostics;
  return found.map((d) => d.code);
}

function planOf(corpusCase: CorpusCase, document: Document) {
  const library = makeLibrary([{ document }], settingsOf(corpusCase));
  return makePlan(library, { attributes: "all" });
}

/** The statement that the product runs, for a failing test to print. */
export function statementOf(corpusCase: CorpusCase): string {
  const { plan } = planOf(corpusCase, documentOf(corpusCase));
  return plan === undefined
    ? "(no plan)"
    : makeEvaluator(plan).compiled.statement("all", Number.POSITIVE_INFINITY).text;
}

/** What the product answers differently from what is expected; an error too. It is loaded. */
export async function checkProduct(
  warehouse: Warehouse,
  corpusCase: CorpusCase,
): Promise<string[]> {
  try {
    return await askProduct(warehouse, corpusCase);
  } catch (error) {
    return [error instanceof Error ? (error.stack ?? error.message) : String(error)];
  }
}

async function askProduct(warehouse: Warehouse, corpusCase: CorpusCase): Promise<string[]> {
  const parsed = parseDocument(corpusCase.text);
  if (parsed.diagnostics.length > 0)
    return parsed.diagnostics.map((d) => `${d.code}: ${d.message}`);
  const { plan, diagnostics } = planOf(corpusCase, parsed.document);
  if (plan === undefined) return diagnostics.map((d) => `${d.code}: ${d.message}`);
  return evaluating(warehouse, async (session) => {
    const product = new Product(warehouse, corpusCase, plan, session);
    const faults: string[] = [];
    for (const asked of corpusCase.asked) {
      const found = await product.check(asked);
      faults.push(...found.map((fault) => `at ${new Date(asked.now).toISOString()}: ${fault}`));
    }
    return faults;
  });
}

class Product {
  readonly #evaluator: Evaluator;

  constructor(
    private readonly warehouse: Warehouse,
    private readonly corpusCase: CorpusCase,
    private readonly plan: Plan,
    private readonly session: Session,
  ) {
    this.#evaluator = makeEvaluator(plan);
  }

  async check(asked: Asked): Promise<string[]> {
    const statistics = await this.#statistics(asked);
    const results = await this.#ask(asked, asked.now, statistics);
    return [
      ...differentPeople(
        asked,
        results.map((r) => this.#name(r.person)),
      ),
      ...differentMembers(asked, this.#members(results)),
      ...differentValues(asked, this.#values(results)),
      ...this.#differentDues(asked, results),
      ...(await this.#beforeDue(asked, results, statistics)),
      ...(await this.#onePersonAlone(asked, results, statistics)),
    ];
  }

  #statistics(asked: Asked): Promise<Statistics> {
    const { timeZone, minimumPopulation, minimumCell } = this.corpusCase;
    const frozen = asked.statisticsAt;
    const at =
      frozen === undefined
        ? { now: asked.now, knownAt: asked.knownAt ?? asked.now, timeZone }
        : { now: frozen, timeZone };
    const least = minimumPopulation ?? MINIMUM_POPULATION;
    return computeStatistics(this.warehouse, this.plan, at, least, minimumCell);
  }

  #ask(
    asked: Asked,
    now: number,
    statistics: Statistics,
    people: readonly bigint[] | "all" = "all",
  ) {
    const at = { now, knownAt: asked.knownAt ?? asked.now, timeZone: this.corpusCase.timeZone };
    return evaluatePeople(this.warehouse, this.#evaluator, at, statistics, people, this.session);
  }

  #name(person: bigint): string {
    return this.corpusCase.names.get(person) ?? String(person);
  }

  #members(results: readonly PersonResult[]): Map<string, string[]> {
    const members = new Map<string, string[]>();
    for (const [i, { name }] of this.plan.segments.entries()) {
      members.set(
        name,
        results.filter((r) => r.member[i]).map((r) => this.#name(r.person)),
      );
    }
    for (const [i, { name }] of this.plan.families.entries()) {
      const keys = results.flatMap((r) =>
        (r.families[i] ?? [])
          .filter((f) => f.member)
          .map((f) => `${this.#name(r.person)}/${f.argument}`),
      );
      members.set(name, keys);
    }
    return members;
  }

  #values(results: readonly PersonResult[]): Map<string, Map<string, unknown>> {
    return new Map(
      this.plan.attributes.map(({ name }, i) => [
        name,
        new Map(results.map((r) => [this.#name(r.person), r.attributes[i] ?? undefined])),
      ]),
    );
  }

  /** The due instant of every segment's and family's answer, by name. */
  #dues(results: readonly PersonResult[], segment: string): Map<string, number> {
    const s = this.plan.segments.findIndex(({ name }) => name === segment);
    const f = this.plan.families.findIndex(({ name }) => name === segment);
    return new Map(
      results.flatMap((r): [string, number][] => {
        const name = this.#name(r.person);
        if (s >= 0) return [[name, r.due[s] as number]];
        return (r.families[f] ?? []).map(({ argument, due }) => [`${name}/${argument}`, due]);
      }),
    );
  }

  #differentDues(asked: Asked, results: readonly PersonResult[]): string[] {
    return [...asked.dues].flatMap(([segment, expected]) => {
      const found = this.#dues(results, segment);
      return expected.flatMap((due) => differentDue(segment, due, found.get(due.key), asked.now));
    });
  }

  /** One millisecond before an answer is due, it is the old one still; then it is the oracle's. */
  async #beforeDue(asked: Asked, results: readonly PersonResult[], statistics: Statistics) {
    const faults: string[] = [];
    const groups = new Map<number, string[]>();
    const names = [...this.plan.segments, ...this.plan.families].map(({ name }) => name);
    for (const segment of names) {
      for (const [key, due] of this.#dues(results, segment)) {
        if (due >= FOREVER) continue;
        groups.set(due, [...(groups.get(due) ?? []), `${segment}\0${key}`]);
      }
    }
    const old = this.#members(results);
    for (const [due, keys] of groups) {
      if (due <= asked.now) faults.push(`${keys} is due in the past, ${isoOf(due)}`);
      else {
        const before = this.#members(await this.#ask(asked, due - 1, statistics));
        for (const pair of keys) {
          const [segment = "", key = ""] = pair.split("\0");
          if (old.get(segment)?.includes(key) !== before.get(segment)?.includes(key)) {
            faults.push(`${segment}: ${key} changes before its due ${isoOf(due)}`);
          }
        }
        faults.push(...(await this.#atDue(asked, due, statistics)));
      }
    }
    return faults;
  }

  /** At the due instant the members are the oracle's, so a change is neither missed nor invented. */
  async #atDue(asked: Asked, due: number, statistics: Statistics): Promise<string[]> {
    if (this.corpusCase.fault !== undefined) return [];
    const then = this.#members(await this.#ask(asked, due, statistics));
    const expected = oracleAt(this.corpusCase, asked, due);
    return differentMembers({ members: expected.members }, then).map(
      (fault) => `when due, ${isoOf(due)}: ${fault} (by the oracle)`,
    );
  }

  /** Evaluated alone, a person has the same answers. */
  async #onePersonAlone(asked: Asked, results: readonly PersonResult[], statistics: Statistics) {
    const faults: string[] = [];
    const first = asked === this.corpusCase.asked[0];
    for (const result of results.slice(0, first ? 3 : 1)) {
      const alone = await this.#ask(asked, asked.now, statistics, [result.person]);
      if (shown(alone) !== shown([result])) {
        faults.push(`${this.#name(result.person)} alone: ${shown(alone)}, not ${shown([result])}`);
      }
    }
    return faults;
  }
}

/** What the oracle answers differently from what is expected. */
export function checkOracle(corpusCase: CorpusCase): string[] {
  return corpusCase.asked.flatMap((asked) => {
    const found = oracleAt(corpusCase, asked, asked.now);
    const faults = [
      ...differentPeople(asked, found.people),
      ...differentMembers(asked, found.members),
      ...differentValues(asked, found.values),
      ...oracleDues(corpusCase, asked, found.members),
    ];
    return faults.map((fault) => `oracle at ${isoOf(asked.now)}: ${fault}`);
  });
}

/** The oracle knows no due instants, but it must change its answer at an expected one, not before. */
function oracleDues(corpusCase: CorpusCase, asked: Asked, now: Map<string, string[]>): string[] {
  const faults: string[] = [];
  for (const [segment, dues] of asked.dues) {
    for (const { key, at, atMost } of dues) {
      const is = (members: Map<string, string[]>) => members.get(segment)?.includes(key) === true;
      if (at === Number.POSITIVE_INFINITY || atMost) continue;
      const before = oracleAt(corpusCase, asked, at - 1).members;
      const then = oracleAt(corpusCase, asked, at).members;
      if (is(before) !== is(now)) faults.push(`${segment}: ${key} changes before ${isoOf(at)}`);
      if (is(then) === is(now)) faults.push(`${segment}: ${key} does not change at ${isoOf(at)}`);
    }
  }
  return faults;
}

function oracleAt(corpusCase: CorpusCase, asked: Asked, now: number) {
  const knownAt = asked.knownAt ?? asked.now;
  const frozen = asked.statisticsAt;
  const document = documentOf(corpusCase);
  const evaluation = evaluate(
    document,
    corpusCase.history,
    {
      now,
      knownAt,
      statistics:
        frozen === undefined ? { now: asked.now, knownAt } : { now: frozen, knownAt: frozen },
    },
    settingsOf(corpusCase),
    {
      ...(corpusCase.minimumPopulation && { minimumPopulation: corpusCase.minimumPopulation }),
      ...(corpusCase.minimumCell && { minimumCell: corpusCase.minimumCell }),
    },
  );
  const nameOf = (person: string) => corpusCase.names.get(BigInt(person)) ?? person;
  const members = new Map(
    [...evaluation.members].map(([segment, keys]) => [
      segment,
      [...keys].map((key) => {
        const [person = "", argument] = key.split("\0");
        return argument === undefined ? nameOf(person) : `${nameOf(person)}/${argument}`;
      }),
    ]),
  );
  const values = new Map(
    [...asked.values.keys()].map((attribute) => [
      attribute,
      new Map([...evaluation.values(attribute)].map(([p, value]) => [nameOf(String(p)), value])),
    ]),
  );
  return { people: evaluation.people.map((p) => nameOf(String(p))), members, values };
}

function differentPeople({ people }: Asked, found: readonly string[]): string[] {
  const sorted = [...found].sort();
  if (people === undefined || people.join() === sorted.join()) return [];
  return [`people are ${sorted.join(", ")}, not ${people.join(", ")}`];
}

function differentMembers(
  { members }: Pick<Asked, "members">,
  found: ReadonlyMap<string, readonly string[]>,
): string[] {
  const names = [...new Set([...members.keys(), ...found.keys()])];
  return names.flatMap((segment) => {
    const expected = [...(members.get(segment) ?? ["(not expected)"])].sort().join(", ") || "-";
    const actual = [...(found.get(segment) ?? ["(unknown)"])].sort().join(", ") || "-";
    return expected === actual ? [] : [`${segment}: ${actual}, and should be ${expected}`];
  });
}

function differentValues(
  { values }: Asked,
  found: ReadonlyMap<string, ReadonlyMap<string, unknown>>,
): string[] {
  return [...values].flatMap(([attribute, people]) =>
    [...people].flatMap(([name, expected]) => {
      const actual = plain(found.get(attribute)?.get(name));
      return actual === expected ? [] : [`${attribute} of ${name}: ${actual}, not ${expected}`];
    }),
  );
}

/** A value as the corpus writes it: the oracle's moments and durations are objects. */
function plain(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  return typeof value === "object" && "ms" in value ? String(value.ms) : String(value);
}

function differentDue(
  segment: string,
  expected: Due,
  found: number | undefined,
  now: number,
): string[] {
  const actual = found === undefined ? Number.NaN : found >= FOREVER ? Infinity : found;
  const fine = expected.atMost ? actual > now && actual <= expected.at : actual === expected.at;
  if (fine) return [];
  return [`${segment} due of ${expected.key}: ${isoOf(actual)}, not ${isoOf(expected.at)}`];
}

const isoOf = (ms: number): string =>
  Number.isNaN(ms) ? "none" : Number.isFinite(ms) ? new Date(ms).toISOString() : "never";

const shown = (results: readonly PersonResult[]): string =>
  JSON.stringify(results, (_key, value) => (typeof value === "bigint" ? String(value) : value));
