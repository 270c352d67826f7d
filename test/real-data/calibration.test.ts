/**
 * Limits of two real stores: the second-order day of CDNOW and of Online Retail, the latter's
 * published gaps, and what the fixed defaults would have said instead.
 */

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { type ImportOptions, importFiles, readMapping } from "../../src/collect/index.js";
import { DEFAULT_SETTINGS, loadLibrary, type TextFile } from "../../src/segment/index.js";
import { openWarehouse, type Warehouse } from "../../src/store/index.js";
import { type CalibrationReport, proposeCalibration } from "../../src/understand/index.js";
import { FILE as ONLINE_RETAIL } from "./online-retail-queries.js";

const CDNOW = resolve(import.meta.dirname, "../../../shared/data/cdnow/CDNOW_sample.txt");
/** When the files came in. */
const NOW = Date.parse("2026-11-22T00:00:00Z");
/** The published figures are of all customers, wholesale buyers too. */
const EVERYONE = "attribute left_out = false";

for (const file of [CDNOW, ONLINE_RETAIL]) {
  if (!existsSync(file))
    console.warn(`skipped: ${file} is not there; the data set is no part of the project`);
}

let warehouse: Warehouse;
let folder: string;

afterEach(async () => {
  await warehouse?.close();
  if (folder) rmSync(folder, { recursive: true, force: true });
});

interface Asked {
  readonly asOf: string;
  readonly timeZone: string;
}

async function open(
  file: (into: string) => string,
  mapping: ImportOptions["mapping"],
): Promise<void> {
  folder = mkdtempSync(join(tmpdir(), "tessera-calibration-data-"));
  warehouse = await openWarehouse({ dataDir: folder });
  await importFiles(warehouse, { files: [file(folder)], mapping, dataDir: folder, now: NOW });
}

async function propose({ asOf, timeZone }: Asked): Promise<CalibrationReport> {
  const settings = { ...DEFAULT_SETTINGS, timeZone };
  const libraryWith = (calibration: readonly TextFile[]) =>
    loadLibrary([{ file: "own.tess", text: EVERYONE }], settings, calibration).library;
  const request = { warehouse, folder, versions: [], libraryWith, asOf: Date.parse(asOf) };
  return proposeCalibration(request);
}

const limitsOf = ({ limits }: CalibrationReport) =>
  Object.fromEntries(limits.map(({ name, value, interval, n }) => [name, { value, interval, n }]));

describe.skipIf(!existsSync(ONLINE_RETAIL))("Online Retail", () => {
  it("has its second-order day after 79 days, and the published gaps", async () => {
    await open(() => ONLINE_RETAIL, { preset: "online-retail" });
    const report = await propose({ asOf: "2011-12-10T00:00:00Z", timeZone: "Europe/London" });
    expect(report.people).toBe(4338);
    expect(report.period).toEqual({ from: "2010-12-01", to: "2011-12-10" });
    expect(limitsOf(report)).toMatchObject({
      new_days: { value: 34, interval: [32, 35], n: 4338 },
      second_order_day: { value: 79, interval: [74, 83], n: 4338 },
      // NUMBERS: 12,425 gaps, their 90th percentile 110 days.
      churn_limit: { value: 110, interval: [106, 115], n: 12_425 },
      frequent_orders: { value: 5, interval: [5, 6], n: 4264 },
    });
    // Of 2530 times away for longer, half ended with an order: churned is not gone.
    expect(report.returns).toEqual({ limitDays: 110, times: 2530, returned: 1240 });
    const effect = Object.fromEntries(report.effect.map((change) => [change.name, change]));
    expect(effect["stage is churned"]).toMatchObject({ left: 0 });
    expect(effect["stage is churned"]!.after).toBe(1290);
    expect(effect.second_order_overdue!.left).toBeGreaterThan(100);
  });
});

describe.skipIf(!existsSync(CDNOW))("CDNOW", () => {
  it("has its second-order day after 50 days", async () => {
    await open(csvOf, CDNOW_MAPPING);
    const report = await propose({ asOf: "1998-07-01T00:00:00Z", timeZone: "UTC" });
    expect(report.people).toBe(2357);
    expect(limitsOf(report)).toMatchObject({
      new_days: { value: 15, interval: [14, 16], n: 2357 },
      second_order_day: { value: 50, interval: [43, 54], n: 2357 },
      churn_limit: { value: 196, n: 4339 },
    });
    expect(report.returns).toEqual({ limitDays: 196, times: 433 + 1822, returned: 433 });
  });
});

/** A transaction is an order of one line, also where it cost nothing. */
const CDNOW_MAPPING = readMapping(
  `
source: cdnow
currency: USD
columns: {order: order, product: product, quantity: quantity, price: dollars, time: day, customer: customer}
time: {zone: UTC, formats: [iso]}
`,
  "cdnow.yaml",
);

function csvOf(into: string): string {
  const rows = readFileSync(CDNOW, "utf8")
    .trim()
    .split(/\r?\n/)
    .map((line, i) => {
      const [person = "", , day = "", , dollars = ""] = line.trim().split(/\s+/);
      const date = `${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}`;
      return [i + 1, "cds", 1, dollars, date, person].join();
    });
  const path = join(into, "cdnow.csv");
  writeFileSync(path, ["order,product,quantity,dollars,day,customer", ...rows].join("\n"));
  return path;
}
