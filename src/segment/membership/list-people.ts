/**
 * Who they are: the people for whom a condition holds, with their identifiers and columns of one's
 * choice. Range by range they are put into a table of the engine's, from which they are counted,
 * sorted, and written to a file by the engine itself, so that memory does not grow with them.
 */

import type { Parameters, Warehouse, WrittenFile } from "../../store/index.js";
import type { Library, ValueType } from "../plan/index.js";
import { compilePlan } from "../sql/index.js";
import { IDENTIFIER_COLUMNS, IDENTIFIERS } from "./identifiers.js";
import type { EvaluationTime } from "./inputs.js";
import { parseOrThrow, planOrThrow } from "./library.js";
import { columnName, type PeopleColumn, withColumns } from "./people-columns.js";
import { peopleRanges } from "./ranges.js";
import { type AsOf, statisticsAsOf } from "./reports.js";
import { evaluating, type Session } from "./run.js";

export interface PeopleQuery {
  readonly expression: string;
  readonly columns: readonly PeopleColumn[];
  /** People who are equal in it are in the order of their identifiers; missing values come last. */
  readonly sort?: { readonly column: PeopleColumn; readonly ascending: boolean };
  /** At most so many; undefined = all. */
  readonly limit?: number;
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
  { asOf }: AsOf,
  work: (list: PeopleList) => Promise<T>,
): Promise<T> {
  const at: EvaluationTime = { now: asOf, timeZone: library.settings.timeZone };
  const sortedBy = query.sort?.column;
  const sorting = sortedBy && !query.columns.some(({ name }) => name === sortedBy.name);
  const evaluated = [...query.columns, ...(sorting ? [sortedBy] : []), ADDRESS];
  const filler = planned(library, query.expression, evaluated);
  return evaluating(warehouse, async (session) => {
    const people = await fill(warehouse, session, filler, at);
    const listing: Listing = { query, evaluated, types: filler.types };
    const parameters: Parameters = { people, known: asOf, ...headings(query) };
    const { rows } = await session.ask<{ n: string }>(
      "SELECT count() AS n FROM {people:Identifier}",
      {
        people,
      },
    );
    return work({
      total: Number(rows[0]?.n ?? 0),
      columns: [
        ...IDENTIFIER_COLUMNS.map((name) => ({ name, type: "text" as const })),
        ...query.columns.map(({ name }, i) => ({ name, type: filler.types[i] ?? "text" })),
      ],
      async rows(most) {
        const limit = Math.min(most, query.limit ?? most);
        const text = selectPeople({ ...listing, query: { ...query, limit } }, "json");
        return (await session.ask<PersonRow>(text, parameters)).rows;
      },
      async write(file) {
        const csv = file.format === "CSVWithNames";
        const bound = csv ? { ...parameters, ...headings(query, harmless) } : parameters;
        await session.writeFile(file, selectPeople(listing, csv ? "csv" : "typed"), bound);
      },
    });
  });
}

/** The address that a person gave, where the store does not know people by it. */
const ADDRESS: PeopleColumn = {
  name: "person.email",
  expression: { kind: "trait", path: ["email"] },
};

function planned(library: Library, expression: string, columns: readonly PeopleColumn[]) {
  const asked = { name: "asked", expression: parseOrThrow(expression) };
  planOrThrow(library, { segments: [], expressions: [asked] }, expression);
  const plan = planOrThrow(withColumns(library, columns), {
    segments: [],
    expressions: [asked],
    attributes: columns.map((_, i) => columnName(i)),
  });
  return { plan, compiled: compilePlan(plan), types: plan.attributes.map(({ type }) => type) };
}

/** Puts the people into a table (person, column 0, column 1, ...), and gives back its name. */
async function fill(
  warehouse: Warehouse,
  session: Session,
  { plan, compiled, types }: ReturnType<typeof planned>,
  at: EvaluationTime,
): Promise<string> {
  const statistics = await statisticsAsOf(warehouse, plan, at);
  const columns = types.map((type, i) => `\`:${i}\` ${STORED[type].type}`);
  const structure = ["person UInt64", ...columns].join(", ");
  // On disk, because memory is bounded and people are not.
  const people = await session.table(`(${structure}) ENGINE = MergeTree ORDER BY person`);
  const values = types.map((type, i) => STORED[type].from(`attribute_${i}`));
  for (const range of await peopleRanges(warehouse)) {
    const { stages, text } = compiled.statement(range.people);
    const rows = `SELECT ${["person", ...values].join(", ")} FROM (\n${text}\n) WHERE present = 1 AND signed[1] > 0`;
    const statement = { stages, text: `INSERT INTO {people:Identifier} ${rows}` };
    const extra = { ...range.bounds, people };
    await session.command({ statement, at, statistics, parameters: compiled.parameters, extra });
  }
  return people;
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

interface Listing {
  readonly query: PeopleQuery;
  /** The columns of the query, then perhaps the one it is sorted by, and the address at last. */
  readonly evaluated: readonly PeopleColumn[];
  readonly types: readonly ValueType[];
}

/** `typed` = as the engine has them; `csv`, `json` = for texts. */
type Form = "typed" | "csv" | "json";

const FORMULA = "^[=+\\\\-@\\\\t\\\\r]";

function selectPeople({ query, evaluated, types }: Listing, form: Form): string {
  const shown = (sql: string, type: ValueType): string => {
    if (form === "csv" && type === "text")
      return `if(match(${sql}, '${FORMULA}'), concat('''', ${sql}), ${sql})`;
    if (form === "json" && type === "moment")
      return `concat(replaceOne(toString(${sql}), ' ', 'T'), 'Z')`;
    return sql;
  };
  const id = (name: (typeof IDENTIFIER_COLUMNS)[number]): string => {
    if (name === "person") return "toString(people.person)";
    const own = `nullIf(ids.${name}, '')`;
    return name === "email" ? `coalesce(${own}, \`:${types.length - 1}\`)` : own;
  };
  const own = IDENTIFIER_COLUMNS.map(
    (name) => `${shown(id(name), "text")} AS {id_${name}:Identifier}`,
  );
  const columns = query.columns.map(
    (_, i) => `${shown(`\`:${i}\``, types[i] ?? "text")} AS {name_${i}:Identifier}`,
  );
  const by = evaluated.slice(0, -1).findIndex(({ name }) => name === query.sort?.column.name);
  const direction = query.sort?.ascending ? "ASC" : "DESC";
  const order = [
    ...(by < 0 ? [] : [`\`:${by}\` ${direction} NULLS LAST`]),
    ...["user_id", "email", "other_id"].map((name) => `nullIf(ids.${name}, '') ASC NULLS LAST`),
    "people.person",
  ];
  return `SELECT ${[...own, ...columns].join(", ")}
FROM {people:Identifier} AS people LEFT JOIN (${IDENTIFIERS}) AS ids ON people.person = ids.id_of
ORDER BY ${order.join(", ")}${query.limit === undefined ? "" : `\nLIMIT ${query.limit}`}`;
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
