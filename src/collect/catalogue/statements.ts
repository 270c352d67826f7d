/**
 * What the catalogue says of a product at an instant. The table `products` is a set of statements,
 * each from an instant on and of some fields only: a catalogue names department and brand, a price
 * list the price, a later one another cost. Of each field the last statement on or before the
 * instant counts; before the first one, the first reaches backwards. Of statements of one instant
 * (catalogues without a date are all of 1970) the one that says more counts, then the greater hash,
 * so that the answer is a function of the set of statements, never of the order of files.
 *
 * A compare-at price is in force while it is above the price, from the statement with which that
 * began; unlike other fields it does not reach backwards, since nobody said what was asked before.
 */

/** Fields that facts take from the catalogue, by their bit in `facts.enriched`. */
export const ENRICHED_TEXTS = ["category", "department", "brand", "collection"] as const;
const ENRICHED_OPTIONAL = ["cost", "launched_at"] as const;
const PRICES = ["price", "compare_at_price"] as const;
export const COST_BIT = 4;
export const LAUNCHED_BIT = 5;

const TEXTS = ["name", ...ENRICHED_TEXTS];
const OPTIONAL = ["price", "compare_at_price", "cost", "stock", "launched_at"];

/** All that a statement says: columns of `products`, without the import. */
export const STATEMENT_COLUMNS = ["product", "ts", "known_at", ...TEXTS, ...OPTIONAL, "origin"];

/** Equal for equal statements. */
export const STATEMENT_HASH = `cityHash64(product, toUnixTimestamp64Milli(ts),
  toUnixTimestamp64Milli(known_at), toString(origin),
  ${TEXTS.map((name) => `toString(${name})`).join(", ")},
  ${OPTIONAL.map((name) => `ifNull(toString(${name}), '')`).join(", ")})`;

/** The table that a file's statements are put into before they are compared with the store's. */
export const CREATE_STATEMENTS =
  "CREATE TABLE {statements:Identifier} AS {products:Identifier} ENGINE = MergeTree ORDER BY tuple()";

/** What the store has already been told, word for word, is left out. */
export const INSERT_NEW_STATEMENTS = `INSERT INTO {products:Identifier}
  SELECT * FROM {statements:Identifier} WHERE ${STATEMENT_HASH} NOT IN (
    SELECT ${STATEMENT_HASH} FROM products
    WHERE product IN (SELECT product FROM {statements:Identifier}))`;

/** Whether a statement has a date; the others are of 1970. */
export const DATED = "toUnixTimestamp64Milli(ts) != 0";

const SAID = [
  ...TEXTS.map((name) => `(${name} != '')`),
  ...OPTIONAL.map((name) => `(${name} IS NOT NULL)`),
].join(" + ");

/** Of statements of one instant the one that says more counts, then the greater hash. */
export const STATEMENT_WEIGHT = `(${SAID}, ${STATEMENT_HASH})`;

const PAST = "(PARTITION BY product ORDER BY ts ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)";
const FUTURE =
  "(PARTITION BY product ORDER BY ts ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING)";

/** The table `catalogue` of what `catalogueSql` selects, and its filling. */
export const CREATE_CATALOGUE = `CREATE TABLE {catalogue:Identifier} (product String,
  since DateTime64(3, 'UTC'), ${ENRICHED_TEXTS.map((name) => `${name} String`).join(", ")},
  cost Nullable(Decimal(18, 4)), launched_at Nullable(DateTime64(3, 'UTC')),
  compare_at Nullable(Decimal(18, 4)), compare_at_since Nullable(DateTime64(3, 'UTC')))
  ENGINE = MergeTree ORDER BY (product, since)`;

export const insertCatalogue = (statements: string): string =>
  `INSERT INTO {catalogue:Identifier} ${catalogueSql(statements)}`;

/**
 * SELECT of (product, since, category, department, brand, collection, cost, launched_at, compare_at,
 * compare_at_since): from `since` until the next row of the product these hold. `statements`: a
 * table or subquery of the columns of `products`. Text that nobody says is '', else NULL.
 */
export function catalogueSql(statements: string): string {
  const texts = ENRICHED_TEXTS.map(
    (name) => `nullIf(argMaxIf(toString(${name}), weight, ${name} != ''), '') AS said_${name}`,
  );
  const optional = [...ENRICHED_OPTIONAL, ...PRICES].map(
    (name) => `argMaxIf(${name}, weight, ${name} IS NOT NULL) AS said_${name}`,
  );
  const last = (name: string) => `last_value(said_${name}) IGNORE NULLS OVER ${PAST}`;
  const held = (name: string) =>
    `coalesce(${last(name)}, first_value(said_${name}) IGNORE NULLS OVER ${FUTURE})`;
  const columns = [
    ...ENRICHED_TEXTS.map((name) => `ifNull(${held(name)}, '') AS ${name}`),
    ...ENRICHED_OPTIONAL.map((name) => `${held(name)} AS ${name}`),
  ];
  return `SELECT product, since, ${[...ENRICHED_TEXTS, ...ENRICHED_OPTIONAL].join(", ")},
      if(reduced, held_compare, NULL) AS compare_at,
      if(reduced, toNullable(min(ts) OVER (PARTITION BY product, reduced, run)), NULL) AS compare_at_since
    FROM (SELECT *, countIf(NOT reduced) OVER ${PAST} AS run
    FROM (SELECT product, ts,
      if(row_number() OVER ${PAST} = 1, toDateTime64('1900-01-01 00:00:00', 3, 'UTC'), ts) AS since,
      ${columns.join(",\n      ")},
      ${last("compare_at_price")} AS held_compare, ifNull(held_compare > ${last("price")}, false) AS reduced
    FROM (SELECT product, ts, ${[...texts, ...optional].join(",\n        ")}
      FROM (SELECT *, ${STATEMENT_WEIGHT} AS weight FROM ${statements}
        WHERE origin = 'catalogue')
      GROUP BY product, ts)))`;
}
