/**
 * The workload: 252 conditions that count (6 kinds x 6 departments x 7 windows), six to each of 42
 * segments. Every condition has its plain SQL beside it, written without the compiler, so that
 * sizes can be checked and there is a peer to be measured against.
 *
 *   segment (a, b): condition j has kind j, department a + j, window b + j
 */

import { DEPARTMENTS } from "./make-facts.js";

export interface CellSegment {
  readonly name: string;
  readonly text: string;
  /** Per person over `PLAIN_FACTS` rows: SQL of an aggregate that is 1 for members. */
  readonly sql: string;
}

const KINDS = ["viewed", "clicked", "added", "removed", "wished", "line"] as const;
const WINDOW_DAYS = [1, 2, 7, 14, 30, 90, 365] as const;

export const CELLS = KINDS.length * DEPARTMENTS.length * WINDOW_DAYS.length;

/** How six conditions are combined: the same shape as text and as SQL, `0` .. `5` their places. */
const SHAPES = [
  "(0 or 1 or 2) and not (3 and 4) or 5",
  "0 and not 1 or 2 and not 3 or 4 and 5",
  "not (0 or 1) and (2 or 3 or 4 or 5)",
  "0 or 1 and (2 or not 3) or 4 and not 5",
] as const;

export function cellSegments(): readonly CellSegment[] {
  return DEPARTMENTS.flatMap((_, a) =>
    WINDOW_DAYS.map((_, b) => {
      const conditions = KINDS.map((kind, j) => {
        const department = DEPARTMENTS[(a + j) % DEPARTMENTS.length]!;
        const days = WINDOW_DAYS[(b + j) % WINDOW_DAYS.length]!;
        return condition(kind, department, days, 1 + ((a + b + j) % 3));
      });
      const shape = SHAPES[(a + b) % SHAPES.length]!;
      const filled = (of: "text" | "sql") =>
        shape.replace(/\d/g, (place) => conditions[Number(place)]![of]);
      return { name: `cell_${a}_${b}`, text: filled("text"), sql: filled("sql") };
    }),
  );
}

function condition(kind: string, department: string, days: number, least: number) {
  const kept = kind === "line" ? " AND kept = 1" : "";
  return {
    text: `count(${kind} where department = '${department}' in last ${days} days) >= ${least}`,
    sql: `countIf(kind = '${kind}'${kept} AND department = '${department}' AND ts > at - toIntervalDay(${days})) >= ${least}`,
  };
}

/** The library as a file of the language. */
export function cellLibrary(): string {
  return cellSegments()
    .map(({ name, text }) => `segment ${name}\n  ${text}\n`)
    .join("\n");
}

/**
 * The visible facts with their person, the plain way: joins, no dictionary. `from` and `to` take a
 * range of people, as the compiler's own statement does.
 */
export const PLAIN_FACTS = `
  SELECT f.*, if(i.person = 0, f.alias, i.person) AS person, fromUnixTimestamp64Milli({now:Int64}, 'UTC') AS at
  FROM facts AS f
  LEFT JOIN (SELECT alias, person FROM identity WHERE toUnixTimestamp64Milli(known_at) <= {now:Int64}) AS i ON f.alias = i.alias
  WHERE f.ts <= fromUnixTimestamp64Milli({now:Int64}, 'UTC') AND f.known_at <= fromUnixTimestamp64Milli({now:Int64}, 'UTC')
    AND (f.fact_id, f.version) NOT IN (SELECT fact_id, version FROM superseded WHERE toUnixTimestamp64Milli(known_at) <= {now:Int64})`;

/** Sizes of the segments by one statement of countIf: what the compiled statement must agree with. */
export function plainSizes(segments: readonly CellSegment[]): string {
  const members = segments.map((s, i) => `(${s.sql}) AS m${i}`).join(",\n    ");
  return `SELECT [${segments.map((_, i) => `toUInt32(countIf(m${i}))`).join(", ")}] AS sizes
  FROM (SELECT person, ${members}
    FROM (${PLAIN_FACTS}) GROUP BY person)`;
}

/**
 * What the playbook's statement must agree with, by hand: sums, two ready segments with their
 * percentiles (nobody here is a business buyer, so nobody is left out), and a family.
 */
export const PLAIN_PLAYBOOK = `
  WITH visible AS (${PLAIN_FACTS}),
  people AS (
    SELECT person, countIf(kind = 'order' AND kept = 1) AS orders,
      sumIf(net, kind = 'order' AND kept = 1) AS spent,
      countIf(kind = 'order' AND kept = 1 AND ts > subtractMonths(at, 12)) AS orders_12m,
      avgIf(toFloat64(gross), kind = 'order' AND kept = 1 AND gross > 0) AS basket
    FROM visible GROUP BY person, at),
  (SELECT quantileExactInclusive(0.5)(basket) FROM people WHERE orders > 0) AS p50,
  (SELECT uniqExact(person) FROM (
    SELECT person, category, count() AS n, sum(net) AS spent, sum(sum(net)) OVER (PARTITION BY person) AS whole
    FROM visible WHERE kind = 'line' AND kept = 1 AND ts > subtractMonths(at, 12)
    GROUP BY person, category)
    WHERE category != '' AND n >= 3 AND toFloat64(spent) / toFloat64(whole) >= 0.5) AS affine
  SELECT toUInt32(count()) AS people, toUInt32(sum(orders)) AS orders, toFloat64(sum(spent)) AS net,
    toUInt32(countIf(orders_12m >= 4)) AS frequent,
    toUInt32(countIf(orders_12m >= 4 AND basket < p50)) AS frequent_small,
    toUInt32(affine) AS affine_category
  FROM people`;
