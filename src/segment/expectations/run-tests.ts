/**
 * Runs expectations. A history is put into an empty warehouse, alone; a test without one is asked of
 * the store. Either way the members come from the statement by which the product evaluates, and what
 * differs is said in words.
 */

import { AppError } from "../../base/index.js";
import { instantText, type Warehouse } from "../../store/index.js";
import { statisticsAsOf } from "../membership/as-of.js";
import { evaluatePeople, makeEvaluator, type PersonResult } from "../membership/evaluate.js";
import { explainPerson, readable } from "../membership/explain.js";
import { isTitle } from "../membership/explained-conditions.js";
import { findPerson } from "../membership/find-person.js";
import { parseOrThrow, planOrThrow } from "../membership/library.js";
import { columnName, withColumns } from "../membership/people-columns.js";
import { countPeople } from "../membership/reports.js";
import { computeStatistics } from "../membership/statistics.js";
import type { Library, Plan, ValueType } from "../plan/index.js";
import { type Row, readInstant, type TestHistory } from "./history.js";
import type { ExpectedValue, HistoryTest, SegmentTest, SizeRange } from "./suite.js";

export interface TestResult {
  readonly test: SegmentTest;
  /** What differs, a sentence each; none = as expected. */
  readonly failures: readonly string[];
}

/** `scratch` is empty, or holds what another test has left in it. */
export async function runHistoryTest(
  scratch: Warehouse,
  library: Library,
  test: HistoryTest,
): Promise<TestResult> {
  await fill(scratch, test.history);
  const asked = questionsOf(test, library);
  const at = { now: test.asOf, timeZone: library.settings.timeZone };
  const statistics = await computeStatistics(scratch, asked.plan, at);
  const results = await evaluatePeople(scratch, makeEvaluator(asked.plan), at, statistics);
  const persons = new Map(
    [...test.history.names].map(([alias, name]) => [name, ownerOf(alias, test)]),
  );
  const strangers = namesIn(test).filter((name) => !persons.has(name));
  const answers: Answers = { asked, results, persons };
  const failures = [
    ...strangers.map((name) => `the history does not mention ${name}`),
    ...wrongMembers(test, answers),
    ...wrongValues(test, answers, library),
    ...[...test.members].flatMap(([text, wanted]) => differences(text, wanted, answers, test)),
    ...[...test.sizes].flatMap(([text, range]) =>
      wrongSize(text, range, members(text, answers).length),
    ),
  ];
  return { test, failures: [...failures, ...(await reasons(scratch, library, test, answers))] };
}

/** Of the store as it was known at the instant. */
export async function runStoreTest(
  warehouse: Warehouse,
  library: Library,
  test: SegmentTest,
): Promise<TestResult> {
  const { asOf } = test;
  const unknown: string[] = [];
  const persons = new Map<string, bigint>();
  for (const name of namesIn(test)) {
    try {
      persons.set(name, await findPerson(warehouse, name, asOf));
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      unknown.push([error.message, ...(error.hint ? [error.hint] : [])].join(": "));
    }
  }
  if (unknown.length > 0) return { test, failures: unknown };
  const asked = questionsOf(test, library);
  const at = { now: asOf, timeZone: library.settings.timeZone };
  const people = [...new Set(persons.values())];
  const evaluated = people.length > 0;
  const statistics = evaluated ? await statisticsAsOf(warehouse, asked.plan, at) : new Map();
  const results = evaluated
    ? await evaluatePeople(warehouse, makeEvaluator(asked.plan), at, statistics, people)
    : [];
  const answers: Answers = { asked, results, persons };
  const failures = [...wrongMembers(test, answers), ...wrongValues(test, answers, library)];
  for (const [text, range] of test.sizes) {
    const { count } = await countPeople(warehouse, library, text, { asOf });
    failures.push(...wrongSize(text, range, count));
  }
  return { test, failures: [...failures, ...(await reasons(warehouse, library, test, answers))] };
}

/** Everything that a test asks of people, as one plan. */
interface Questions {
  readonly plan: Plan;
  readonly conditions: readonly string[];
  readonly values: readonly string[];
}

function questionsOf(test: SegmentTest, library: Library): Questions {
  const parts = [test.in, test.notIn, test.members, ...(test.history ? [test.sizes] : [])];
  const conditions = [...new Set(parts.flatMap((part) => [...part.keys()]))];
  const values = [...test.values.keys()];
  const columns = values.map((text) => ({ name: text, expression: parseOrThrow(text) }));
  const plan = planOrThrow(withColumns(library, columns), {
    segments: [],
    expressions: conditions.map((text) => ({ name: text, expression: parseOrThrow(text) })),
    attributes: values.map((_, i) => columnName(i)),
  });
  return { plan, conditions, values };
}

interface Answers {
  readonly asked: Questions;
  readonly results: readonly PersonResult[];
  /** By the names that the test calls them. */
  readonly persons: ReadonlyMap<string, bigint>;
}

const resultOf = (name: string, { results, persons }: Answers): PersonResult | undefined =>
  results.find(({ person }) => person === persons.get(name));

const isIn = (name: string, text: string, answers: Answers): boolean =>
  resultOf(name, answers)?.member[answers.asked.conditions.indexOf(text)] === true;

function members(text: string, { asked, results }: Answers): readonly bigint[] {
  const index = asked.conditions.indexOf(text);
  return results.filter(({ member }) => member[index]).map(({ person }) => person);
}

function wrongMembers(test: SegmentTest, answers: Answers): readonly string[] {
  const outside = [...test.in].flatMap(([text, names]) => {
    const wrong = names.filter((name) => !isIn(name, text, answers));
    return wrong.length === 0 ? [] : [`${text}: ${wrong.join(", ")} should be in it`];
  });
  const inside = [...test.notIn].flatMap(([text, names]) => {
    const wrong = names.filter((name) => isIn(name, text, answers));
    return wrong.length === 0 ? [] : [`${text}: ${wrong.join(", ")} should not be in it`];
  });
  return [...outside, ...inside];
}

/** Against exactly these people. */
function differences(
  text: string,
  wanted: readonly string[],
  answers: Answers,
  test: HistoryTest,
): readonly string[] {
  const missing = wanted.filter((name) => !isIn(name, text, answers));
  const expected = new Set(wanted.map((name) => answers.persons.get(name)));
  const more = members(text, answers)
    .filter((person) => !expected.has(person))
    .map((person) => test.history.names.get(person) ?? String(person))
    .sort();
  return [
    ...(missing.length > 0 ? [`${text}: ${missing.join(", ")} missing`] : []),
    ...(more.length > 0 ? [`${text}: ${more.join(", ")} too many`] : []),
  ];
}

function wrongSize(text: string, range: SizeRange, size: number): readonly string[] {
  if (size >= range.least && size <= range.most) return [];
  return [`${text}: ${size === 1 ? "1 person" : `${size} people`}, not ${range.text}`];
}

function wrongValues(test: SegmentTest, answers: Answers, library: Library): readonly string[] {
  return [...test.values].flatMap(([text, expected]) => {
    const i = answers.asked.values.indexOf(text);
    const type = answers.asked.plan.attributes[i]?.type ?? "text";
    return [...expected].flatMap(([name, wanted]) => {
      const found = readable(type, resultOf(name, answers)?.attributes[i]);
      if (equal(found, wanted, type, library.settings.timeZone)) return [];
      return [`${text} of ${name} is ${shown(found)}, not ${shown(wanted)}`];
    });
  });
}

const shown = (value: ExpectedValue): string => (value === null ? "missing" : String(value));

/** A number is right if it is so at the decimals that are written; a moment may be a local time. */
function equal(
  found: ExpectedValue,
  wanted: ExpectedValue,
  type: ValueType,
  zone: string,
): boolean {
  if (typeof found === "number" && typeof wanted === "number") {
    const decimals = /\.(\d+)$/.exec(String(wanted))?.[1]?.length ?? 0;
    const off = decimals === 0 ? 0 : 0.5 * 10 ** -decimals;
    return Math.abs(found - wanted) <= off + 1e-9 * Math.abs(wanted);
  }
  if (type === "moment" && found !== null && typeof wanted === "string")
    return Date.parse(String(found)) === readInstant(wanted, zone);
  return found === wanted;
}

const MOST_REASONS = 3;

/** Why somebody is not where they should be, as far as one segment by its name is asked about. */
async function reasons(
  warehouse: Warehouse,
  library: Library,
  test: SegmentTest,
  answers: Answers,
): Promise<readonly string[]> {
  for (const [text, names] of [...test.in, ...test.members]) {
    const declaration = library.definitions.get(text)?.declaration;
    const name = names.find((n) => !isIn(n, text, answers) && resultOf(n, answers)?.present);
    if (name === undefined || declaration?.kind !== "segment") continue;
    const person = String(answers.persons.get(name));
    const { conditions } = await explainPerson(warehouse, library, person, text, {
      asOf: test.asOf,
    });
    return conditions
      .filter(({ holds, text }) => !holds && !isTitle(text))
      .slice(0, MOST_REASONS)
      .map(({ text: condition, value, threshold }) => {
        const sides = threshold === null ? "" : ` (${shown(value)} against ${shown(threshold)})`;
        return `  ${name}: not ${condition}${sides}`;
      });
  }
  return [];
}

const namesIn = (test: SegmentTest): readonly string[] => [
  ...new Set([
    ...[test.in, test.notIn, test.members].flatMap((part) => [...part.values()].flat()),
    ...[...test.values.values()].flatMap((values) => [...values.keys()]),
  ]),
];

/** Whose an alias of a history is at the instant of the test: the last merge says it. */
function ownerOf(alias: bigint, { history, asOf }: HistoryTest): bigint {
  const merges = history.identity.filter((row) => row.alias === alias && knownBy(row, asOf));
  const last = merges.sort((a, b) => Number(a.sequence) - Number(b.sequence));
  const latest = last.reduce<Row | undefined>(
    (best, row) =>
      best === undefined || String(row.known_at) >= String(best.known_at) ? row : best,
    undefined,
  );
  return latest === undefined ? alias : BigInt(String(latest.person));
}

const knownBy = (row: Row, asOf: number): boolean => String(row.known_at) <= instantText(asOf);

const TABLES = ["facts", "aliases", "identity"] as const;

async function fill(scratch: Warehouse, history: TestHistory): Promise<void> {
  for (const table of TABLES) {
    await scratch.command(`TRUNCATE TABLE ${table}`);
    await scratch.insert(table, history[table]);
  }
  await scratch.reloadIdentity();
}
