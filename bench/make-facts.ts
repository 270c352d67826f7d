/**
 * Facts for the benchmark, made inside ClickHouse by SQL from hashes of a seed, so that they are
 * the same on every machine and 20 million take a minute or two. What matters for speed is as in a
 * store: activity is skewed (of n people, the one of rank x has a density of x^-1/2: the top 1 %
 * have 10 % of the facts), a few people have two identifiers that were merged at some instant, and
 * some orders came in a second version.
 *
 *   slot i -> person, instant, kind; an order is a row of its own and 1 to 4 rows for its lines
 *
 * The folder is kept for the next run and has a marker, written last; what has none is made again.
 */

import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sha256 } from "../src/base/index.js";
import {
  openWarehouse,
  type Parameters,
  readMigrations,
  type Warehouse,
} from "../src/store/index.js";

export interface FactsSize {
  readonly people: number;
  /** Rows of `facts`, about. */
  readonly events: number;
  readonly seed: number;
}

export interface BenchStore {
  readonly warehouse: Warehouse;
  readonly folder: string;
  /** Rows as counted. */
  readonly facts: number;
  readonly aliases: number;
  readonly superseded: number;
  readonly merged: number;
  readonly megabytes: number;
}

/** All facts lie in the 700 days before it, and everything is measured as of it. */
export const NOW = Date.parse("2025-07-01T00:00:00Z");
export const HISTORY_DAYS = 700;
export const DEPARTMENTS = ["women", "men", "kids", "home", "sport", "beauty"] as const;

/** Changes with the SQL below, so that facts of an older text are not taken for these. */
const EDITION = 1;
const SLOTS_PER_INSERT = 1_000_000;
/** Rows that a slot makes on average: 3 % are orders, with 2.5 lines each, a tenth of them twice. */
const ROWS_PER_SLOT = 1.085;

export interface OpenOptions extends FactsSize {
  /** Makes the facts again though they are there. */
  readonly fresh?: boolean;
  readonly onProgress?: (text: string) => void;
}

export async function openFacts({
  fresh = false,
  onProgress,
  ...size
}: OpenOptions): Promise<BenchStore> {
  const { people, events, seed } = size;
  // Facts of another schema are other facts.
  const schema = sha256(JSON.stringify(readMigrations())).slice(0, 8);
  const folder = join(tmpdir(), `tessera-bench-${people}-${events}-${seed}-${EDITION}-${schema}`);
  const marker = join(folder, "facts.json");
  if (fresh || !existsSync(marker)) rmSync(folder, { recursive: true, force: true });
  const made = existsSync(marker);
  mkdirSync(folder, { recursive: true });
  const warehouse = await openWarehouse({ dataDir: folder });
  if (!made) {
    await makeFacts(warehouse, size, onProgress ?? (() => {}));
    writeFileSync(marker, JSON.stringify(await counted(warehouse)));
  }
  return { warehouse, folder, ...(JSON.parse(readFileSync(marker, "utf8")) as Counted) };
}

async function makeFacts(warehouse: Warehouse, size: FactsSize, progress: (text: string) => void) {
  const slots = Math.max(1, Math.round((size.events - size.people) / ROWS_PER_SLOT));
  const parameters = { people: size.people, seed: `${size.seed}`, now: NOW, days: HISTORY_DAYS };
  const run = (sql: string, more: Parameters = {}) =>
    warehouse.command(sql, { ...parameters, ...more });
  await run(INSERT_IDENTITY);
  await run(INSERT_TRAITS);
  for (let from = 0; from < slots; from += SLOTS_PER_INSERT) {
    progress(`making facts: ${Math.round((100 * from) / slots)} %`);
    await run(INSERT_SLOTS, { from, count: Math.min(SLOTS_PER_INSERT, slots - from) });
  }
  progress("merging parts");
  await run(INSERT_SUPERSEDED);
  // One part, as in a store at rest; otherwise figures would depend on how far merges have come.
  for (const table of ["facts", "superseded", "identity"])
    await run(`OPTIMIZE TABLE ${table} FINAL`);
  await warehouse.reloadIdentity();
}

type Counted = Pick<BenchStore, "facts" | "aliases" | "superseded" | "merged" | "megabytes">;

async function counted(warehouse: Warehouse): Promise<Counted> {
  const { rows } = await warehouse.query<Counted>(
    `SELECT toUInt32(count()) AS facts, toUInt32(uniqExact(alias)) AS aliases,
       toUInt32((SELECT count() FROM superseded)) AS superseded, toUInt32((SELECT count() FROM identity)) AS merged,
       toUInt32((SELECT sum(bytes_on_disk) FROM system.parts WHERE active AND table = 'facts') / 1e6) AS megabytes
     FROM facts`,
  );
  return rows[0]!;
}

/** A number from 0 to 2^64 - 1 for each thing and purpose. */
const hash = (purpose: string, ...of: string[]) =>
  `cityHash64({seed:String}, '${purpose}', ${of.join(", ")})`;
const unit = (purpose: string, ...of: string[]) =>
  `(${hash(purpose, ...of)} / 18446744073709551616.)`;

/** A product's price in cents: from 5 to 205. */
const price = (product: string) => `toInt64(500 + cityHash64('price', ${product}) % 20000)`;

/** Every 20th person has a second identifier, and about a third of the facts under it. */
const PERSON = hash("person", "number");
const DEVICE = hash("device", "number");
const START = "(toInt64({now:Int64}) - {days:Int64} * 86400000)";

const INSERT_IDENTITY = `INSERT INTO identity (alias, person, known_at, sequence, cause, import_id)
  SELECT ${DEVICE}, ${PERSON},
    fromUnixTimestamp64Milli(toInt64(${START} + ${unit("merged", "number")} * {days:Int64} * 86400000), 'UTC'),
    number + 1, 'login', 0
  FROM numbers({people:UInt64}) WHERE number % 20 = 0`;

const INSERT_TRAITS = `INSERT INTO facts (alias, ts, known_at, fact_id, version, import_id, kind, source, country, placed, kept, props)
  SELECT ${PERSON}, time, time, ${hash("identified", "number")}, 1, 0, 'identified', 'bench',
    ['TR', 'DE', 'GB', 'NL'][1 + ${hash("country", "number")} % 4], 1, 1,
    toJSONString(map('city', concat('city', toString(${hash("city", "number")} % 80))))
  FROM (SELECT number, fromUnixTimestamp64Milli(${START} + toInt64(${hash("joined", "number")} % 86400000), 'UTC') AS time
    FROM numbers({people:UInt64}))`;

const KINDS = [
  ["viewed", 40],
  ["page", 16],
  ["clicked", 14],
  ["added", 9],
  ["searched", 8],
  ["wished", 6],
  ["removed", 4],
  ["order", 3],
] as const;

const KIND_OF_100 = `[${KINDS.flatMap(([kind, share]) => Array(share).fill(`'${kind}'`)).join(", ")}]`;
const DEPARTMENT = `[${DEPARTMENTS.map((d) => `'${d}'`).join(", ")}]`;

/**
 * A slot's rows: part 0 is the event or order itself, parts 1 to 4 the lines. A tenth of the orders
 * have a version 2, known three days later, with one unit less of each line. Cents are whole
 * numbers until the end, so the sums are exact.
 */
const INSERT_SLOTS = `INSERT INTO facts (alias, ts, known_at, fact_id, version, import_id, kind, source, order_id, cart_id, ordinal,
    product, category, department, brand, query, channel, country, placed, kept, quantity, price, results, gross, discount, net)
  SELECT alias, time, time + toIntervalDay(if(version = 2, 3, 0)), ${hash("fact", "slot", "part")}, version, 0,
    if(part > 0, 'line', kind), 'bench',
    if(is_order, concat('o', toString(slot)), ''),
    if(kind IN ('added', 'removed'), concat('c', toString(intDiv(${hash("cart", "slot")}, 2) % 4), '-', toString(alias)), ''),
    part,
    if(has_product, concat('p', toString(p)), ''),
    if(has_product, concat('category ', toString(p % 30)), ''),
    if(has_product, ${DEPARTMENT}[1 + p % 6], ''),
    if(has_product, concat('brand ', toString(intDiv(p, 6) % 40)), ''),
    if(kind = 'searched', concat('query ', toString(${hash("query", "slot")} % 500)), ''),
    if(is_order, ['web', 'app', 'shop'][1 + ${hash("channel", "slot")} % 3], ''),
    if(is_order, 'TR', ''), 1, 1,
    if(is_order, toDecimal64(units, 4), NULL),
    if(has_product, toDecimal64(${price("p")}, 4) / 100, NULL),
    if(kind = 'searched', toDecimal64(${hash("results", "slot")} % 50, 4), NULL),
    toDecimal64(gross_cents, 4) / 100, toDecimal64(discount_cents, 4) / 100,
    toDecimal64(gross_cents - discount_cents, 4) / 100
  FROM (
    SELECT slot, alias, time, kind, is_order, version, part, has_product, p,
      arraySum(l -> l.2, chosen) AS units, arraySum(l -> l.2 * ${price("l.1")}, chosen) AS gross_cents,
      arraySum(l -> l.2 * intDiv(${price("l.1")} * l.3, 100), chosen) AS discount_cents
    FROM (
      SELECT slot, alias, time, kind, is_order, place.2 AS version, place.1 AS part,
        part > 0 OR kind IN ('viewed', 'clicked', 'added', 'removed', 'wished') AS has_product,
        toInt64(if(part > 0, lines[part].1, ${unit("product", "slot")} * ${unit("product2", "slot")} * 2000)) AS p,
        arrayMap(l -> (l.1, greatest(1, l.2 - version + 1), l.3), multiIf(NOT is_order, [], part = 0, lines, [lines[part]])) AS chosen
      FROM (
        SELECT number + {from:UInt64} AS slot,
          toUInt64({people:UInt64} * pow(${unit("who", "slot")}, 2)) AS who,
          if(who % 20 = 0 AND ${hash("which", "slot")} % 3 = 0,
            ${DEVICE.replace("number", "who")}, ${PERSON.replace("number", "who")}) AS alias,
          fromUnixTimestamp64Milli(toInt64({now:Int64}) - 1 - toInt64(${unit("when", "slot")} * {days:Int64} * 86400000), 'UTC') AS time,
          ${KIND_OF_100}[1 + ${hash("kind", "slot")} % 100] AS kind,
          kind = 'order' AS is_order,
          arrayMap(j -> (toInt64(${unit("lp", "slot", "j")} * ${unit("lq", "slot", "j")} * 2000),
            toInt64(1 + ${hash("lu", "slot", "j")} % 3), toInt64([0, 0, 0, 20, 40][1 + ${hash("ld", "slot", "j")} % 5])),
            range(1, if(is_order, 2 + ${hash("ln", "slot")} % 4, 1))) AS lines
        FROM numbers({count:UInt64}))
      ARRAY JOIN arrayFlatten(arrayMap(v -> arrayMap(j -> (j, v), range(0, 1 + length(lines))),
        range(1, if(is_order AND ${hash("changed", "slot")} % 10 = 0, 3, 2)))) AS place
    )
  )`;

const INSERT_SUPERSEDED = `INSERT INTO superseded (alias, fact_id, version, known_at, import_id)
  SELECT alias, fact_id, 1, known_at, 0 FROM facts WHERE version = 2`;
