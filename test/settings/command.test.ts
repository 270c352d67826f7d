/**
 * `tessera settings` as a person runs it, over a store of Istanbul that keeps its books in euros,
 * has prices with VAT and some orders in dollars.
 */

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { answerSchemas } from "../../src/cli/schemas.js";
import { removeFolder, temporaryFolder, tessera } from "../cli/run-command.js";

const MAPPING = `source: shop
columns: {order: Order, time: Date, customer: Customer, country: Country, product: SKU, amount: Amount,
  currency: Currency, status: State}
`;

// 23:30 in Istanbul is another day in UTC from 21:00 UTC on.
const ORDERS = `Order,Date,Customer,Country,SKU,Amount,Currency,State
1,2026-05-09T21:30:00Z,ann,TR,mug,120,EUR,paid
2,2026-05-09T20:30:00Z,ann,TR,mug,60,EUR,paid
3,2026-05-02T10:00:00Z,bob,DE,mug,119,EUR,paid
4,2026-06-01T10:00:00Z,cat,Atlantis,mug,240,USD,paid
5,2026-06-10T10:00:00Z,dan,,mug,12,EUR,paid
`;

const RATES = "date,currency,rate\n2026-01-01,USD,0.5\n2026-06-01,USD,0.9\n";

const SETTINGS = `timeZone: Europe/Istanbul
country: TR
currency: EUR
rates: rates.csv
vat: { prices: included, rate: { every: 20, DE: 19 } }
limits: { churn_limit: 20 }
asOf: 2026-06-15
`;

let cwd: string;
beforeAll(async () => {
  cwd = temporaryFolder();
  mkdirSync(join(cwd, "shop", "segments"), { recursive: true });
  writeFileSync(join(cwd, "map.yaml"), MAPPING);
  writeFileSync(join(cwd, "orders.csv"), ORDERS);
  writeFileSync(join(cwd, "shop", "rates.csv"), RATES);
  writeFileSync(join(cwd, "shop", "tessera.yaml"), SETTINGS);
  writeFileSync(join(cwd, "shop", "segments", "own.tess"), "attribute frequent_orders = 3 + 2\n");
});
afterAll(() => removeFolder(cwd));

async function settings(...args: readonly string[]) {
  const ran = await tessera(["settings", "--data", "shop", "--json", ...args], { cwd });
  expect({ code: ran.code, error: ran.code === 0 ? "" : ran.stderr }).toEqual({
    code: 0,
    error: "",
  });
  const answer = answerSchemas.settings.parse(JSON.parse(ran.stdout));
  return new Map(answer.settings.map((setting) => [setting.key, setting]));
}

describe("tessera settings", () => {
  test("without a store says what holds and where it comes from", async () => {
    const found = await settings("--explain");
    const shown = (key: string) => {
      const { value, default: usual, from } = found.get(key) ?? {};
      return [value, usual, from];
    };
    expect(shown("timeZone")).toEqual(["Europe/Istanbul", "UTC", "tessera.yaml"]);
    expect(shown("limits.churn_limit")).toEqual([20, 180, "tessera.yaml"]);
    expect(shown("limits.frequent_orders")).toEqual(["3 + 2", 4, "segments/own.tess"]);
    expect(shown("limits.new_days")).toEqual([30, 30, "default"]);
    expect(shown("vat.rate")).toEqual([{ every: 20, DE: 19 }, null, "tessera.yaml"]);
    expect(shown("hygiene.staff")).toEqual(["on", "on", "default"]);
    expect([...found.values()].every(({ effects }) => effects === null)).toBe(true);
    const { stdout } = await tessera(["settings", "--data", "shop"], { cwd });
    expect(stdout).toMatch(/^limits\.churn_limit +20 days +tessera\.yaml$/m);
  });

  test("with --explain says what each does to the store", async () => {
    const imported = await tessera(
      ["import", "orders.csv", "--map", "map.yaml", "--data", "shop"],
      { cwd },
    );
    expect(imported).toMatchObject({ code: 0 });
    const found = await settings("--explain");
    const effects = (key: string) => found.get(key)?.effects?.join("\n");
    expect(effects("timeZone")).toMatch(/^1 of 5 orders \(20\.0 %\) lie on another day/);
    expect(effects("country")).toBe(
      "1 order names no country and counts as TR\nwithout gift days of their own: Atlantis 1",
    );
    expect(effects("currency")).toContain("EUR 4, USD 1");
    // 20 + 10 + 19 + 40 dollars at 0.9 + 2
    expect(effects("vat.prices")).toMatch(/^5 orders of 5 have a tax, together 87;/);
    expect(effects("giftRunUp")).toContain("mothers_day 2026 3, fathers_day 2026 1");
    expect(effects("activity")).toBe("4 of 4 people have been active");
    expect(effects("limits.churn_limit")).toMatch(/^churned_customers 0 -> \d \(\+\d, -0\)$/m);
    expect(effects("limits.new_days")).toBe("");
    expect(effects("hygiene.staff")).toBe("0 people: left out");
  });

  test("the amounts are net, in the store's currency", async () => {
    // 100 + 50 + 100 + 240 / 1.2 * 0.9 + 10
    const { stdout } = await tessera(
      [
        "count",
        "net_total = 100 or net_total = 150 or net_total = 180",
        "--data",
        "shop",
        "--json",
      ],
      { cwd },
    );
    expect(JSON.parse(stdout)).toMatchObject({ count: 3, people: 4 });
  });
});
