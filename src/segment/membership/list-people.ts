/**
 * Who they are: the people for whom a condition holds, with their identifiers and columns of one's
 * choice. Range by range they are put into a table of the engine's, from which they are counted,
 * sorted, and written to a file by the engine itself, so that memory does not grow with them.
 */

import type { Parameters, Warehouse, WrittenFile } from "../../store/index.js";
import type { Library, ValueType } from "../plan/index.js";
import { compileMembers } from "../sql/index.js";
import { type AsOf, evaluationAt, statisticsAsOf } from "./as-of.js";
import { ADDRESSES, IDENTIFIER_COLUMNS, IDENTIFIERS } from "./identifiers.js";
import type { EvaluationTime } from "./inputs.js";
import { knownAt, refreshAt } from "./known.js";
import { parseOrThrow, planOrThrow } from "./library.js";
import { columnName, type PeopleColumn, withColumns } from "./people-columns.js";
import { ALL, peopleRanges } from "./ranges.js";
import { evaluating, type Session } from "./run.js";

export interface PeopleQuery {
  readonly expression: string;
  readonly columns: readonly PeopleColumn[];
  /** People who are equal in it are in the order of their identifiers; missing values come last. */
  readonly sort?: { readonly column: PeopleColumn; readonly ascending: boolean };
  /** At most so many; undefined = all. */
  readonly limit?: number | undefined;
}

/** Identifiers, then the columns asked for; null = missing, moments as ISO texts. */
export type PersonRow = Readonly<Record<string, string | number | boolean | null>>;

export interface PeopleList {
  /** All for whom the condition holds, whatever the limit. */
  readonly total: number;
  /** Names and types, identifiers first. */
  readonly columns: readonly { readonly name: string; readonly type: ValueType }[];
  rows(most: number): Promise<readonly PersonRow[]>;
  /** In CSV, a text that a spreadsheet would take for a formula gets a `'` before it. */
  write(file: WrittenFile): Promise<void>;
}

/**
 * The list exists while `work` runs. Durations are milliseconds. Throws DiagnosticsError for a
 * faulty condition.
 */
export async function listPeople<T>(
  warehouse: Warehouse,
  library: Library,
  query: PeopleQuery,
  asOf: AsOf,
  work: (list: PeopleList) => Promise<T>,
): Promise<T> {
  const at = evaluationAt(library, asOf);
  const sortedBy = query.sort?.column;
  const hidden = sortedBy && !query.columns.some(({ name }) => name === sortedBy.name);
  const columns = hidden ? [...query.columns, sortedBy] : query.columns;
  return evaluating(warehouse, async (session) => {
    const { people, types } = await evaluate(warehouse, session, { library, query, columns }, at);
    const parameters: Parameters = { known: at.now, ...headings(query) };
    const count = "SELECT count() AS n FROM {people:Identifier}";
    const { rows } = await session.ask<{ n: string }>(count, { people });
    const choose = (limit: number | undefined) =>
      session.table(`ENGINE = MergeTree ORDER BY rank AS ${ranked({ ...query, limit }, columns)}`, {
        ...parameters,
        people,
      });
    return work({
      total: Number(rows[0]?.n ?? 0),
      columns: [
        ...IDENTIFIER_COLUMNS.map((name) => ({ name, type: "text" as const })),
        ...query.columns.map(({ name }, i) => ({ name, type: types[i] ?? "text" })),
      ],
      async rows(most) {
        const chosen = await choose(Math.min(most, query.limit ?? most));
        const bound = { ...parameters, people: chosen };
        return (await session.ask<PersonRow>(shownPeople(query, types, "json"), bound)).rows;
      },
      async write(file) {
        const csv = file.format === "CSVWithNames";
        const bound = { ...parameters, ...(csv ? headings(query, harmless) : {}) };
        const people = await choose(query.limit);
        const text = shownPeople(query, types, csv ? "csv" : "typed");
        await session.writeFile(file, text, { ...bound, people });
      },
    });
  });
}

interface Asked {
  readonly library: Library;
  readonly query: PeopleQuery;
  readonly columns: readonly PeopleColumn[];
}

/**
 * Puts the people into a table (person, column 0, column 1, ...), whose name it gives back. As far
 * as a refresh of this instant has found the answers, they are read from its profiles.
 */
async function evaluate(
  warehouse: Warehouse,
  session: Session,
  { library, query, columns }: Asked,
  at: EvaluationTime,
): Promise<{ readonly people: string; readonly types: readonly ValueType[] }> {
  const last = await refreshAt(warehouse, at);
  const values = columns.map((column, i) => ({
    ...column,
    attribute: columnName(i),
    found: last && column.found,
  }));
  const evaluated = values.filter(({ found }) => found === undefined);
  const asked = { name: "asked", expression: parseOrThrow(query.expression) };
  planOrThrow(library, { segments: [], expressions: [asked] }, query.expression);
  const plan = planOrThrow(withColumns(library, columns), {
    segments: [],
    expressions: [asked],
    attributes: evaluated.map(({ attribute }) => attribute),
  });
  const known = last && { known: knownAt(last, at.timeZone) };
  const compiled = compileMembers(plan, { ...known, families: [] });
  const typed = values.map((value) => {
    const i = evaluated.indexOf(value);
    return value.found ?? { type: plan.attributes[i]?.type ?? "text", column: `attribute_${i}` };
  });
  const structure = [
    "person UInt64",
    ...typed.map(({ type }, i) => `\`:${i}\` ${STORED[type].type}`),
  ];
  // On disk, because memory is bounded and people are not.
  const people = await session.table(
    `(${structure.join(", ")}) ENGINE = MergeTree ORDER BY person`,
  );
  const select = ["person", ...typed.map(({ type, column }) => STORED[type].from(column))].join(
    ", ",
  );
  const statistics = compiled.readsFacts ? await statisticsAsOf(warehouse, plan, at) : new Map();
  for (const range of compiled.readsFacts ? await peopleRanges(warehouse) : [ALL]) {
    const { stages, text } = compiled.statement(range.people);
    const rows = `SELECT ${select} FROM (\n${text}\n) WHERE present = 1 AND bitTest(word_0, 0)`;
    const statement = { stages, text: `INSERT INTO {people:Identifier} ${rows}` };
    const extra = { ...range.bounds, people, ...(last ? { profile_id: last.refreshId } : {}) };
    await session.command({ statement, at, statistics, parameters: compiled.parameters, extra });
  }
  return { people, types: typed.map(({ type }) => type) };
}

/** How values are kept in the table, and made of what the evaluator puts out. */
const STORED: Readonly<Record<ValueType, { type: string; from(value: string): string }>> = {
  number: { type: "Nullable(Float64)", from: (value) => `toFloat64(${value})` },
  duration: { type: "Nullable(Float64)", from: (value) => `toFloat64(${value})` },
  text: { type: "Nullable(String)", from: (value) => `CAST(${value}, 'Nullable(String)')` },
  boolean: { type: "Nullable(Bool)", from: (value) => `CAST(${value}, 'Nullable(Bool)')` },
  moment: {
    type: "Nullable(DateTime64(3, 'UTC'))",
    from: (value) =>
      `if(isNull(${value}), NULL, fromUnixTimestamp64Milli(assumeNotNull(toInt64(${value})), 'UTC'))`,
  },
};

/** The people with their identifiers, in order. */
function ranked({ sort, limit }: PeopleQuery, columns: readonly PeopleColumn[]): string {
  const by = columns.findIndex(({ name }) => name === sort?.column.name);
  const order = [
    ...(by < 0 ? [] : [`people.\`:${by}\` ${sort?.ascending ? "ASC" : "DESC"} NULLS LAST`]),
    ...["user_id", "email", "other_id"].map((name) => `nullIf(ids.${name}, '') ASC NULLS LAST`),
    "people.person",
  ].join(", ");
  return `SELECT people.*, ids.user_id AS user_id, ids.email AS email, ids.other_id AS other_id,
  row_number() OVER (ORDER BY ${order}) AS rank
FROM {people:Identifier} AS people LEFT JOIN (${IDENTIFIERS}) AS ids ON people.person = ids.id_of
ORDER BY rank${limit === undefined ? "" : `\nLIMIT ${limit}`}`;
}

/** `typed` = as the engine has them; `csv`, `json` = for texts. */
type Form = "typed" | "csv" | "json";

const FORMULA = "^[=+\\\\-@\\\\t\\\\r]";

/** What is shown of the people in such a table, with the addresses that they gave. */
function shownPeople(query: PeopleQuery, types: readonly ValueType[], form: Form): string {
  const shown = (sql: string, type: ValueType): string => {
    if (form === "csv" && type === "text")
      return `if(match(${sql}, '${FORMULA}'), concat(char(39), ${sql}), ${sql})`;
    if (form === "json" && type === "moment")
      return `concat(replaceOne(toString(${sql}), ' ', 'T'), 'Z')`;
    return sql;
  };
  const given = "nullIf(addresses.address, '')";
  const ids: Readonly<Record<(typeof IDENTIFIER_COLUMNS)[number], string>> = {
    person: "toString(people.person)",
    user_id: "nullIf(people.user_id, '')",
    email: `coalesce(nullIf(people.email, ''), ${given})`,
    other_id: "nullIf(people.other_id, '')",
  };
  const own = IDENTIFIER_COLUMNS.map(
    (name) => `${shown(ids[name], "text")} AS {id_${name}:Identifier}`,
  );
  const columns = query.columns.map(
    (_, i) => `${shown(`people.\`:${i}\``, types[i] ?? "text")} AS {name_${i}:Identifier}`,
  );
  return `SELECT ${[...own, ...columns].join(", ")}
FROM {people:Identifier} AS people LEFT JOIN (${ADDRESSES}) AS addresses ON people.person = addresses.address_of
ORDER BY people.rank`;
}

/** The names of the columns are values: whatever was written as an expression. */
function headings(query: PeopleQuery, write = (name: string) => name): Parameters {
  return {
    ...Object.fromEntries(IDENTIFIER_COLUMNS.map((name) => [`id_${name}`, name])),
    ...Object.fromEntries(query.columns.map(({ name }, i) => [`name_${i}`, write(name)])),
  };
}

/** A heading is a text like others. */
const harmless = (name: string): string => (/^[=+\-@\t\r]/.test(name) ? `'${name}` : name);
