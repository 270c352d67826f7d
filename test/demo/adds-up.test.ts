/** A demo store adds up, looks like a shop, and agrees with what is said to be true of it. */

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { catalogueSql } from "../../src/collect/catalogue/statements.js";
import { createUsualPrices, usualPrice } from "../../src/collect/catalogue/usual-price.js";
import { DEMO_END, makeDemo, TRUTH_FILE, type Truth } from "../../src/collect/index.js";
import type { Warehouse } from "../../src/store/index.js";
import { oneEngine } from "../shown/snapshot.js";

const PEOPLE = 2000;
const engine = oneEngine("chdb");
let warehouse: Warehouse;
let folder: string;
let truth: readonly Truth[];

beforeAll(async () => {
  warehouse = await engine.open();
  folder = mkdtempSync(join(tmpdir(), "tessera-demo-"));
  await makeDemo(warehouse, { people: PEOPLE, seed: 11, folder });
  truth = readFileSync(join(folder, TRUTH_FILE), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
});
afterAll(async () => {
  await engine.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Of every fact the version that is valid at the end. */
const VALID =
  "(SELECT * FROM facts WHERE (fact_id, version) NOT IN (SELECT fact_id, version FROM superseded))";

async function rows<Row>(sql: string): Promise<readonly Row[]> {
  return (await warehouse.query<Row>(sql)).rows;
}

async function number(sql: string): Promise<number> {
  const [row] = await rows<{ n: number }>(`SELECT toFloat64(n) AS n FROM (SELECT (${sql}) AS n)`);
  return row!.n;
}

const count = (from: string) => number(`SELECT count() FROM (${from})`);

describe("nothing contradicts itself", () => {
  const end = DEMO_END.replace("Z", "");
  const faults: Readonly<Record<string, string>> = {
    "an order that is not the sum of its lines": `SELECT order_id FROM ${VALID}
      WHERE kind IN ('order', 'line') GROUP BY alias, order_id
      HAVING sumIf(net, kind = 'order') != sumIf(net, kind = 'line')
        OR sumIf(discount, kind = 'order') != sumIf(discount, kind = 'line')
        OR sumIf(quantity, kind = 'order') != sumIf(quantity, kind = 'line')
        OR uniqExact(kept, placed, ts, alias) != 1`,
    "an amount that does not follow": `SELECT 1 FROM facts WHERE kind IN ('order', 'line')
      AND (net != gross - discount - refunded OR net < 0 OR discount > gross)`,
    "a later version that is known too early":
      "SELECT 1 FROM facts WHERE version > 1 AND known_at <= ts",
    "a version that replaces nothing": `SELECT 1 FROM facts WHERE version > 1
      AND (fact_id, version - 1) NOT IN (SELECT fact_id, version FROM superseded)`,
    "a fact of the future": `SELECT 1 FROM facts WHERE known_at >= '${end}' OR ts > known_at`,
    "two facts of one id": "SELECT fact_id FROM facts GROUP BY fact_id, version HAVING count() > 1",
    "an alias without an identifier": `SELECT alias FROM facts WHERE alias != 0
      AND alias NOT IN (SELECT alias FROM aliases)`,
    "a product that the catalogue lacks": `SELECT product FROM facts WHERE product != ''
      AND product NOT IN (SELECT product FROM products)`,
    "a product sold or seen before its launch": `SELECT 1 FROM facts JOIN
      (SELECT product, min(ts) AS launch FROM products GROUP BY product) AS p USING (product)
      WHERE facts.ts < launch`,
    "a price that is not the catalogue's": `SELECT 1 FROM facts ASOF JOIN
      (SELECT product, ts AS from, price AS listed FROM products) AS p
      ON facts.product = p.product AND facts.ts >= p.from
      WHERE kind IN ('line', 'viewed', 'added') AND price != listed`,
    "a line that disagrees with its order about a gift": `SELECT order_id FROM ${VALID}
      WHERE kind IN ('order', 'line') GROUP BY order_id HAVING uniqExact(gift) != 1`,
    "a fact twice in what was seen": "SELECT fact_id FROM seen GROUP BY fact_id HAVING count() > 1",
  };
  it.each(Object.entries(faults))("%s", async (_, sql) => {
    expect(await rows(`${sql} LIMIT 3`)).toEqual([]);
  });
});

describe("the demo store is what an import would make of it", () => {
  const parameters = { usual: "usual_again", usual_name: "" };
  const lines = "SELECT product, ts, price FROM facts WHERE kind = 'line' AND version = 1";
  it("usual prices of lines", async () => {
    const [row] = await rows<{ name: string }>("SELECT currentDatabase() AS name");
    const named = { ...parameters, usual_name: `${row!.name}.usual_again` };
    await warehouse.command(createUsualPrices(lines, "products"), named);
    const { rows: off } = await warehouse.query(
      `SELECT product, ts, usual_price, ${usualPrice()} AS expected FROM facts WHERE kind = 'line'
         AND toString(usual_price) IS DISTINCT FROM toString(expected) LIMIT 3`,
      named,
    );
    expect(off).toEqual([]);
    expect(await count("SELECT 1 FROM facts WHERE price <= 0.95 * usual_price")).toBeGreaterThan(
      99,
    );
  });

  it("compare-at prices of lines", async () => {
    const expected = `SELECT f.product, f.ts, f.compare_at AS said, f.compare_at_since AS since,
        c.compare_at AS price, c.compare_at_since AS begun
      FROM (SELECT * FROM facts WHERE kind = 'line') AS f
      ASOF JOIN (${catalogueSql("products")}) AS c ON f.product = c.product AND f.ts >= c.since`;
    const off = await rows(`SELECT * FROM (${expected})
      WHERE toString((said, since)) != toString((price, begun)) LIMIT 3`);
    expect(off).toEqual([]);
    expect(await count(`SELECT 1 FROM facts WHERE price < compare_at`)).toBeGreaterThan(99);
  });

  it("signs of gifts", async () => {
    const orders = await rows<{ n: string; other: string }>(`SELECT countIf(gift) AS n,
      countIf(gift != (props.ship_name IS NOT NULL OR order_id IN (
        SELECT order_id FROM facts WHERE kind = 'line' AND department = 'gift cards'))) AS other
      FROM facts WHERE kind = 'order'`);
    expect(Number(orders[0]!.n)).toBeGreaterThan(PEOPLE / 20);
    expect(orders[0]!.other).toBe("0");
  });

  it("news of products for those who had wished for them", async () => {
    const watchers = truth.filter(({ persona }) => persona === "watcher");
    const told = await rows<{ alias: string }>(`SELECT DISTINCT toString(alias) AS alias FROM facts
      WHERE kind IN ('price_dropped', 'back_in_stock')`);
    const reached = new Set(told.map(({ alias }) => alias));
    const off = watchers.filter((t) => !t.aliases.some(({ alias }) => reached.has(alias)));
    expect(watchers.length).toBeGreaterThan(5);
    expect(off).toEqual([]);
    const early = `SELECT 1 FROM facts AS f WHERE kind = 'price_dropped' AND (alias, product) NOT IN (
      SELECT alias, product FROM facts WHERE kind IN ('wished', 'watched'))`;
    expect(await count(early)).toBe(0);
  });
});

describe("shares are those of a shop", () => {
  const share = async (of: string, among: string, where = "1") =>
    number(`SELECT countIf(${of}) / countIf(${among}) FROM ${VALID} WHERE ${where}`);
  it.each<readonly [string, () => Promise<number>, number, number]>([
    ["facts a person", async () => (await count("SELECT 1 FROM facts")) / PEOPLE, 18, 26],
    [
      "orders a person",
      async () => (await count(`SELECT 1 FROM ${VALID} WHERE kind = 'order'`)) / PEOPLE,
      2.3,
      3.8,
    ],
    [
      "people who ordered",
      async () => (await count("SELECT DISTINCT alias FROM facts WHERE kind = 'order'")) / PEOPLE,
      0.7,
      0.95,
    ],
    ["orders in November", () => share("toMonth(ts) = 11", "1", "kind = 'order'"), 0.1, 0.3],
    ["lines sold reduced", () => share("discount > 0", "1", "kind = 'line'"), 0.3, 0.5],
    [
      "refunded money",
      () => number(`SELECT sum(refunded) / sum(gross) FROM ${VALID} WHERE kind = 'line'`),
      0.04,
      0.14,
    ],
    ["orders not placed", () => share("placed = 0", "1", "kind = 'order'"), 0.01, 0.05],
    ["late events", () => share("known_at > ts", "1", "kind = 'viewed'"), 0.005, 0.03],
    ["searches without a result", () => share("results = 0", "1", "kind = 'searched'"), 0.04, 0.25],
    ["clicks by scanners", () => share("human = 0", "1", "kind = 'message_clicked'"), 0.1, 0.7],
    [
      "carts that are bought",
      () =>
        number(
          `SELECT uniqExactIf(cart_id, kind = 'checkout' AND NOT endsWith(order_id, '-lost')) / uniqExactIf(cart_id, kind = 'added') FROM ${VALID}`,
        ),
      0.2,
      0.7,
    ],
    [
      "people without consent to e-mail",
      async () =>
        1 -
        (await number(
          `SELECT uniqExactIf(alias, props.accepts_email::Nullable(Bool)) / uniqExact(alias) FROM ${VALID} WHERE kind = 'identified'`,
        )),
      0.25,
      0.6,
    ],
  ])("%s", async (_, found, least, most) => {
    const value = await found();
    expect(value).toBeGreaterThan(least);
    expect(value).toBeLessThan(most);
  });

  it("events of every kind that a shop has", async () => {
    const found = await rows<{ name: string }>("SELECT DISTINCT name FROM facts WHERE name != ''");
    expect(found.map(({ name }) => name).sort()).toEqual(EVENT_NAMES);
  });
});

const EVENT_NAMES = [
  "Back In Stock",
  "Balance Updated",
  "Cart Viewed",
  "Checkout Started",
  "Complaint Closed",
  "Complaint Opened",
  "Email Bounced",
  "Email Delivered",
  "Email Link Clicked",
  "Email Opened",
  "Order Delivered",
  "Order Shipped",
  "Page",
  "Payment Failed",
  "Payment Info Entered",
  "Price Dropped",
  "Product Added",
  "Product Added to Wishlist",
  "Product List Viewed",
  "Product Price Changed",
  "Product Removed",
  "Product Reviewed",
  "Product Stock Changed",
  "Product Viewed",
  "Product Watched",
  "Products Searched",
  "Push Notification Received",
  "Push Notification Tapped",
  "SMS Delivered",
  "SMS Link Clicked",
  "Unsubscribed",
];

describe("what is true agrees with the facts", () => {
  it("orders and identifiers", async () => {
    const found = await rows<{ alias: string; n: number }>(
      "SELECT toString(alias) AS alias, toInt32(uniqExact(order_id)) AS n FROM facts WHERE kind = 'order' GROUP BY alias",
    );
    const orders = new Map(found.map(({ alias, n }) => [alias, n]));
    const off = truth.filter(
      (t) => t.orders !== t.aliases.reduce((sum, { alias }) => sum + (orders.get(alias) ?? 0), 0),
    );
    expect(off).toEqual([]);
    const links = await rows<{ link: string }>(
      "SELECT concat(toString(alias), ' ', toString(person), ' ', toString(known_at)) AS link FROM identity",
    );
    const expected = truth.flatMap(({ aliases }) =>
      aliases.flatMap(({ alias, linked_at }) =>
        linked_at === null
          ? []
          : [`${alias} ${aliases[0]!.alias} ${linked_at.replace("T", " ").replace("Z", "")}`],
      ),
    );
    expect(links.map(({ link }) => link).sort()).toEqual(expected.sort());
  });

  it("roles, households, gifts", async () => {
    const told = await rows<{ id: string; role: string; household: string }>(
      `SELECT id_value AS id, props.tags::Array(String)[1] AS role,
         concat(props.address::String, props.postcode::String, props.last_name::String) AS household
       FROM facts JOIN aliases USING (alias) WHERE kind = 'identified' AND id_kind = 'user_id'
         AND props.name IS NOT NULL`,
    );
    const of = new Map(told.map((row) => [row.id, row]));
    for (const t of truth.filter(({ role }) => role !== "consumer")) {
      expect(of.get(t.person)?.role).toBe(t.role);
    }
    expect(told.filter(({ role }) => role !== "").length).toBe(
      truth.filter(({ role }) => role !== "consumer").length,
    );
    const homes = new Map<string, string>();
    for (const { household, person } of truth) {
      const home = of.get(person)?.household;
      if (household === null || home === undefined) continue;
      expect(homes.get(household) ?? home).toBe(home);
      homes.set(household, home);
    }
    expect(homes.size).toBeGreaterThan(PEOPLE / 30);
    const gifts = await rows<{ order_id: string }>(
      "SELECT DISTINCT order_id FROM facts WHERE kind = 'order' AND props.ship_name IS NOT NULL",
    );
    const shipped = new Set(gifts.map(({ order_id }) => order_id));
    const meant = truth.flatMap((t) => t.gift_orders);
    expect(meant.length).toBeGreaterThan(PEOPLE / 20);
    expect(meant.filter(({ order }) => !shipped.has(order))).toEqual([]);
  });

  it("the experiment: who got the message, and what it brought about", async () => {
    const sent = await rows<{ id: string }>(
      `SELECT id_value AS id FROM facts JOIN aliases USING (alias)
       WHERE kind = 'delivered' AND campaign = 'come back test'`,
    );
    const got = new Set(sent.map(({ id }) => id));
    const inIt = truth.filter((t) => t.experiment !== null);
    const treated = inIt.filter((t) => t.experiment!.arm === "treated");
    expect(treated.length / inIt.length).toBeGreaterThan(0.6);
    expect(treated.length / inIt.length).toBeLessThan(0.8);
    expect(treated.filter((t) => !got.has(t.person))).toEqual([]);
    expect(truth.filter((t) => got.has(t.person) && t.experiment?.arm !== "treated")).toEqual([]);
    for (const { experiment } of inIt) {
      expect(experiment!.order !== null).toBe(
        experiment!.arm === "treated" && experiment!.responds,
      );
    }
    const brought = treated.filter((t) => t.experiment!.order !== null).length / treated.length;
    const effect = treated.reduce((sum, t) => sum + t.experiment!.effect, 0) / treated.length;
    expect(Math.abs(brought - effect)).toBeLessThan(0.06);
  });

  it("purchase rates: who has a high one and is still here orders often", async () => {
    const found = await rows<{ id: string; n: number; days: number }>(
      `SELECT id_value AS id, toInt32(count()) AS n,
         toInt32(dateDiff('day', min(ts), toDateTime64('${DEMO_END.replace("Z", "")}', 3, 'UTC'))) AS days
       FROM facts JOIN aliases USING (alias) WHERE kind = 'order' AND version = 1 GROUP BY id`,
    );
    const seen = new Map(found.map((row) => [row.id, row]));
    const still = truth.filter((t) => t.orders_per_day !== null && t.stopped_at === null);
    const [slow, fast] = [false, true].map((quick) => {
      const chosen = still.filter((t) => t.orders_per_day! > 0.012 === quick);
      const shown = chosen.flatMap((t) => seen.get(t.person) ?? []).filter((s) => s.days > 100);
      return shown.reduce((sum, s) => sum + s.n / s.days, 0) / shown.length;
    });
    expect(fast!).toBeGreaterThan(1.5 * slow!);
    for (const t of truth.filter(({ stopped_at }) => stopped_at !== null)) {
      expect(Date.parse(t.stopped_at!)).toBeLessThan(Date.parse(DEMO_END));
    }
  });
});
