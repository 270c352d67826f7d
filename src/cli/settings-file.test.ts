/** What tessera.yaml means, and what is said of its faults: all of them, by name. */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { AppError } from "../base/index.js";
import { DEFAULT_SETTINGS, loadLibrary, parseDocument, playbookTexts } from "../segment/index.js";
import { readSettings } from "./settings-file.js";
import { settingDefinitions } from "./settings-schema.js";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "tessera-settings-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function read(text: string) {
  writeFileSync(join(folder, "tessera.yaml"), text);
  return readSettings(folder);
}

async function faultsOf(text: string): Promise<string> {
  const error = await read(text).then(
    () => undefined,
    (thrown: AppError) => thrown,
  );
  expect(error?.code).toBe("input.invalid");
  return error?.message ?? "";
}

test("without a file the defaults hold", async () => {
  const { settings, money, texts } = await readSettings(join(folder, "nowhere"));
  expect(settings).toEqual(DEFAULT_SETTINGS);
  expect({ money, texts }).toEqual({ money: {}, texts: [] });
});

test("a whole file is read", async () => {
  const found = await read(`
timeZone: Europe/Istanbul
country: TR
currency: TRY
rates: rates.csv
vat: { prices: included, rate: { every: 20, DE: 19 } }
activity: { event: [Deposit Made, Trade Placed], amount: props.money.amount }
limits: { new_days: 45, minimum_cart: 12.5 }
seasons:
  - name: november
    from: 11-01
    to: cyber_monday + 1 day
    phases: [{ name: peak, from: black_friday, to: cyber_monday }]
returnWindow: 60
giftRunUp: 14
giftDays:
  TR: { valentines_day: off, founding: { rule: 06-01, gift: false } }
  IN: { diwali: [2026-11-08, 2027-10-29] }
asOf: 2026-11-01
`);
  expect(found.settings.activity).toEqual({
    kind: "events",
    names: ["Deposit Made", "Trade Placed"],
    amount: ["money", "amount"],
  });
  expect(found.settings.gifts).toEqual({
    country: "TR",
    runUpDays: 14,
    own: {
      TR: { valentines_day: "off", founding: { rule: "06-01", gift: false } },
      IN: { diwali: { rule: "2026-11-08, 2027-10-29", gift: true } },
    },
  });
  expect(found.money).toEqual({
    currency: "TRY",
    rates: join(folder, "rates.csv"),
    vat: { percents: { every: 20, DE: 19 }, country: "TR" },
  });
  // What the file says of november takes the place of what the default says of it; the rest stays.
  const [season] = found.settings.seasons;
  expect(season?.phases[0]?.name).toBe("peak");
  expect(season?.phases.map((p) => p.name)).toContain("tease");
  expect(found.settings.returnWindowDays).toBe(60);
  expect(found.asOf).toBe("2026-11-01");
  expect(found.texts.map(({ text }) => text)).toEqual([
    "attribute new_days = 45\nattribute minimum_cart = 12.5\n",
  ]);
});

describe("faults", () => {
  test("are told all at once, each with its place, misspelt keys with the nearest one", async () => {
    const message = await faultsOf(`
timeZon: UTC
currency: eur
limits: { new_day: 3, churn_limit: 0 }
activity: { evnt: Deposit }
vat: { prices: included }
seasons: [{ name: a, from: 13-13, to: 12-01 }]
giftDays: { Turkey: { a: 02-14 }, TR: { b: 5th sunday of may } }
`);
    for (const part of [
      "there is no setting timeZon; did you mean timeZone?",
      "currency: three capital letters",
      "limits: there is no setting new_day; did you mean new_days?",
      "limits.churn_limit: ",
      "activity: there is no setting evnt; did you mean event?",
      "vat: prices that include VAT need its rate",
      'seasons.0.from: "13-13" is no rule for a day',
      "giftDays.Turkey: two capital letters of a country",
      'giftDays.TR.b: "5th sunday of may" is no rule for a day',
    ])
      expect(message).toContain(part);
  });

  test("of days that lean on a day which the country does not have", async () => {
    const message = await faultsOf(`
seasons: [{ name: autumn, from: blak_friday, to: 12-13 }]
giftDays: { TR: { party: ball + 1 day, ring: ring } }
`);
    expect(message).toContain("giftDays.TR: party leans on ball, which is no day");
    expect(message).toContain("ring leans on ring");
    expect(message).toContain("seasons: autumn leans on blak_friday, which is no day");
  });

  test.each([
    ["activity: Deposit Made", "activity: keys are needed here, of: event, amount"],
    ["limits: { new_days: 2.5 }", "limits.new_days: "],
    ["vat: { rate: 20 }", "a rate is for prices: included"],
    ["country: Turkey", "country: two capital letters of a country"],
    ["timeZone: [", "not YAML"],
    ["- a", "keys are needed here"],
  ])("%s", async (text, part) => {
    expect(await faultsOf(text)).toContain(part);
  });
});

describe("limits", () => {
  const limitsFile = playbookTexts().find(({ file }) => file.includes("limits"));
  const names = settingDefinitions()
    .filter(({ key }) => key.startsWith("limits."))
    .map(({ key }) => key.slice("limits.".length));

  test("are the attributes of the playbook's file of limits, no more and no fewer", () => {
    const { declarations } = parseDocument(limitsFile?.text ?? "").document;
    expect(names).toEqual(declarations.map(({ name }) => name));
  });

  test("override the playbook, and a store's own file overrides them", async () => {
    const { settings, texts } = await read("limits: { new_days: 45, churn_limit: 99 }");
    const own = { file: "own.tess", text: "attribute churn_limit = 77" };
    const { library, diagnostics } = loadLibrary([...texts, own], settings);
    expect(diagnostics).toEqual([]);
    const value = (name: string) => {
      const { declaration } = library.definitions.get(name) ?? {};
      const body = declaration?.kind === "attribute" ? declaration.body : undefined;
      return body?.kind === "literal" ? body.value : undefined;
    };
    expect([value("new_days"), value("churn_limit"), value("second_order_day")]).toEqual([
      45, 77, 60,
    ]);
  });
});

test("returns are counted when the store's return window has closed", async () => {
  const windows = (text: string) => {
    const { document } = parseDocument(text);
    return JSON.stringify(document).match(/"from":\d+/g);
  };
  const returns = (settings: typeof DEFAULT_SETTINGS) =>
    playbookTexts(settings).find(({ file }) => file === "returns.tess")?.text ?? "";
  const { settings } = await read("returnWindow: 45");
  expect(windows(returns(DEFAULT_SETTINGS))).toEqual(Array(3).fill('"from":30'));
  expect(windows(returns(settings))).toEqual(Array(3).fill('"from":45'));
});
