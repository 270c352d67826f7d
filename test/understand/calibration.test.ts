/**
 * Limits from proposal to log: what a store's history proposes, what acceptance writes, that the
 * next refresh says why people came and went, and that a store of little history keeps the defaults
 * and is told what it lacks.
 */

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { DEMO_END } from "../../src/collect/demo/index.js";
import {
  DEFAULT_SETTINGS,
  type Library,
  loadLibrary,
  makeLibrary,
  playbookTexts,
  refresh,
  type TextFile,
} from "../../src/segment/index.js";
import { factRow, type Warehouse } from "../../src/store/index.js";
import {
  acceptCalibration,
  type CalibrationReport,
  type CalibrationRequest,
  limitsInForce,
  limitTexts,
  proposeCalibration,
  readVersions,
} from "../../src/understand/index.js";
import { emptyTables } from "../engines.js";
import { parsed } from "../playbook/library.js";
import { demoRows, insertRows } from "../shown/demo-rows.js";
import { readLog } from "../shown/log.js";
import { oneEngine } from "../shown/snapshot.js";

const ASOF = Date.parse(DEMO_END);
const DAY_MS = 86_400_000;
const ACCEPTED_AT = Date.parse("2026-11-22T08:15:00Z");

/** The playbook's limits, and a few segments that are quick to evaluate. */
const SMALL = `
attribute left_out = false
attribute orders_n = count(order)
attribute orders_12m = count(order in last 12 months)
attribute disc_expected = share(line.net where discount > 0)
attribute stage = one of
  visitor when count(placed) = 0, new when days since first(placed) <= new_days,
  active when days since last(placed) <= churn_limit, churned otherwise
segment lapsed stage is churned
segment overdue orders_n = 1 and days since last(order) between second_order_day and churn_limit
segment frequent orders_12m >= frequent_orders
segment buyer orders_n >= 1
`;

const engine = oneEngine("chdb");
let warehouse: Warehouse;
let folder: string;

beforeAll(async () => {
  warehouse = await engine.open();
});
afterAll(() => engine.close());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tessera-calibration-"));
  return () => rmSync(folder, { recursive: true, force: true });
});

/** As a store's folder would give it, without the rest of the playbook. */
function libraryWith(calibration: readonly TextFile[], own = ""): Library {
  const limits = playbookTexts().filter(({ file }) => file === "limits.tess");
  const joined = (texts: readonly TextFile[]) =>
    makeLibrary(
      texts.map(({ file, text }) => ({ file, document: parsed(text) })),
      DEFAULT_SETTINGS,
    );
  const texts = [
    { file: "small.tess", text: SMALL },
    { file: join(folder, "segments", "own.tess"), text: own },
  ];
  const uncalibrated = joined([...limits, ...texts]);
  return calibration.length === 0
    ? uncalibrated
    : { ...joined([...limits, ...calibration, ...texts]), uncalibrated };
}

async function requestOf(own = ""): Promise<CalibrationRequest> {
  const versions = await readVersions(folder);
  const library = (calibration: readonly TextFile[]) => libraryWith(calibration, own);
  return { warehouse, folder, versions, libraryWith: library, asOf: ASOF };
}

const limitOf = (report: CalibrationReport, name: string) =>
  report.limits.find((limit) => limit.name === name)!;

describe("a store with two years of history", () => {
  beforeAll(async () => {
    await emptyTables(warehouse);
    await insertRows(warehouse, demoRows({ people: 700 }));
  });

  it("is proposed its own figures, with n, interval and default beside them", async () => {
    const report = await proposeCalibration(await requestOf());
    expect(report.version).toBeNull();
    expect(report.people).toBeGreaterThan(450);
    expect(report.period.to).toBe(DEMO_END.slice(0, 10));
    expect(report.limits.map(({ name }) => name)).toEqual([
      "new_days",
      "second_order_day",
      "churn_limit",
      "frequent_orders",
      "discount_share",
    ]);
    for (const { value, interval, n, inForce, default: usual, from, lacks } of report.limits) {
      expect(lacks).toBeNull();
      expect(value).toBeGreaterThanOrEqual(interval![0]);
      expect(value).toBeLessThanOrEqual(interval![1]);
      expect(n).toBeGreaterThanOrEqual(200);
      expect([inForce, from]).toEqual([usual, "default"]);
    }
    const [fresh, second] = [limitOf(report, "new_days"), limitOf(report, "second_order_day")];
    expect(fresh.value).toBeLessThan(second.value!);
    expect(limitOf(report, "churn_limit")).toMatchObject({ counted: "gaps", default: 180 });
    expect(report.returns?.limitDays).toBe(limitOf(report, "churn_limit").value);
    expect(report.returns?.returned).toBeGreaterThan(20);
    expect(report.returns?.times).toBeGreaterThan(report.returns!.returned);
  });

  it("changes nothing until the proposal is accepted; then the log says calibration", async () => {
    const request = await requestOf();
    await refresh(warehouse, libraryWith([]), { asOf: ASOF });
    const report = await proposeCalibration(request);
    expect(existsSync(join(folder, "calibration.yaml"))).toBe(false);
    const segments = report.effect.filter(({ name }) => !name.startsWith("stage is "));
    expect(segments.map(({ name }) => name)).toEqual(["lapsed", "overdue"]);
    expect(report.effect.map(({ name }) => name)).toContain("stage is churned");

    expect(await acceptCalibration(request, report, ACCEPTED_AT)).toBe(1);
    const versions = await readVersions(folder);
    expect(versions).toHaveLength(1);
    expect(versions[0]).toMatchObject({
      version: 1,
      accepted: "2026-11-22T08:15:00.000Z",
      asOf: new Date(ASOF).toISOString(),
      limits: { churn_limit: { value: limitOf(report, "churn_limit").value, default: 180 } },
    });
    const library = libraryWith(limitTexts(folder, versions));
    const { refreshId, entered, left } = await refresh(warehouse, library, { asOf: ASOF });
    const sum = (column: "entered" | "left") =>
      segments.reduce((total, change) => total + change[column], 0);
    expect({ entered, left }).toEqual({ entered: sum("entered"), left: sum("left") });
    const log = (await readLog(warehouse)).filter((entry) => entry.refreshId === refreshId);
    expect(log.length).toBe(entered + left);
    expect(new Set(log.map(({ cause }) => cause))).toEqual(new Set(["calibration"]));
  });

  it("has nothing more to accept while its figures are the same, and shows what moved", async () => {
    const first = await requestOf();
    await acceptCalibration(first, await proposeCalibration(first), ACCEPTED_AT);
    const text = readFileSync(join(folder, "calibration.yaml"), "utf8");
    const request = await requestOf();
    const report = await proposeCalibration(request);
    expect(report).toMatchObject({ version: 1, effect: [], notes: [] });
    expect(limitOf(report, "churn_limit").from).toBe("calibration");
    expect(await acceptCalibration(request, report, ACCEPTED_AT)).toBeUndefined();
    expect(readFileSync(join(folder, "calibration.yaml"), "utf8")).toBe(text);
    // Half a year before, the limits were others: a second version, and the first stays.
    const earlier = { ...request, asOf: ASOF - 180 * DAY_MS };
    const then = await proposeCalibration(earlier);
    expect(await acceptCalibration(earlier, then, ACCEPTED_AT)).toBe(2);
    const versions = await readVersions(folder);
    expect(versions.map(({ version }) => version)).toEqual([1, 2]);
    expect(versions[0]).toEqual((await readVersionsOf(text))[0]);
  });

  it("is not shown a change of what it has no facts for", async () => {
    const own = 'segment untold with needs "holdout" stage is churned';
    const { effect } = await proposeCalibration(await requestOf(own));
    const changed = effect.map(({ name }) => name);
    expect(changed).toContain("lapsed");
    expect(changed).not.toContain("untold");
  });

  it("leaves alone what the store's own file sets, and says so", async () => {
    const own = "attribute churn_limit = 100\nattribute frequent_orders = 2 * 2";
    const report = await proposeCalibration(await requestOf(own));
    const file = join(folder, "segments", "own.tess");
    expect(limitOf(report, "churn_limit")).toMatchObject({ inForce: 100, from: file });
    expect(limitOf(report, "frequent_orders")).toMatchObject({ inForce: null, from: file });
    expect(report.notes[0]).toMatch(/^churn_limit is set in .*own\.tess/);
    expect(report.effect.map(({ name }) => name)).not.toContain("lapsed");
    expect(report.returns?.limitDays).toBe(100);
  });

  it("leaves out whom the playbook leaves out", async () => {
    const all = await proposeCalibration(await requestOf());
    const few = await proposeCalibration(await requestOf("attribute left_out = orders_n >= 4"));
    expect(few.people).toBeLessThan(all.people);
    const gaps = (report: CalibrationReport) => limitOf(report, "churn_limit").n;
    expect(gaps(few)).toBeLessThan(gaps(all) / 2);
    expect(few.returns?.returned).toBeLessThan(all.returns!.returned);
  });

  it("is warned where nobody could be overdue for the second order", async () => {
    const report = await proposeCalibration(await requestOf("attribute churn_limit = 5"));
    expect(report.notes.join()).toMatch(/second_order_day \(\d+\) does not lie before churn_limit/);
  });
});

async function readVersionsOf(text: string) {
  const other = mkdtempSync(join(tmpdir(), "tessera-calibration-"));
  writeFileSync(join(other, "calibration.yaml"), text);
  const versions = await readVersions(other);
  rmSync(other, { recursive: true });
  return versions;
}

describe("a store whose activity is a deposit", () => {
  it("has its limits from deposits, and is spoken to of activity", async () => {
    await emptyTables(warehouse);
    // Person i deposits every i days, from two years ago on.
    const facts = Array.from({ length: 250 }, (_, i) => i + 1).flatMap((every) =>
      Array.from({ length: Math.floor(730 / every) }, (_, n) => ({
        ...{ alias: BigInt(every), kind: "event", name: "Deposit Made" },
        ...{ factId: BigInt(every * 1000 + n), ts: ASOF - (730 - n * every) * DAY_MS },
      })),
    );
    await warehouse.insert(
      "facts",
      facts.map((fact) => factRow({ ...fact, knownAt: fact.ts })),
    );
    const activity = { kind: "events", names: ["Deposit Made"], amount: ["amount"] } as const;
    const settings = { ...DEFAULT_SETTINGS, activity };
    const deposits = (calibration: readonly TextFile[]) =>
      loadLibrary([], settings, calibration).library;
    const report = await proposeCalibration({ ...(await requestOf()), libraryWith: deposits });
    expect(report).toMatchObject({ counted: "activity", people: 250 });
    // All come back, after 1 to 250 days: a quarter by day 63, half by day 125.
    expect(limitOf(report, "new_days").value).toBe(63);
    expect(limitOf(report, "second_order_day").value).toBe(125);
    expect(limitOf(report, "churn_limit").n).toBe(facts.length - 250);
    expect(limitOf(report, "discount_share").value).toBeNull();
    const changed = report.effect.map(({ name }) => name);
    expect(changed).toContain("stage is churned");
  });
});

describe("a store of little history", () => {
  it("with some 40 buyers keeps the defaults of the playbook and is told why", async () => {
    await emptyTables(warehouse);
    await insertRows(warehouse, demoRows({ people: 62 }));
    const whole = (calibration: readonly TextFile[]) =>
      loadLibrary([], DEFAULT_SETTINGS, calibration).library;
    const request = { ...(await requestOf()), libraryWith: whole };
    const report = await proposeCalibration(request);
    expect(report.people).toBeGreaterThan(30);
    expect(report.people).toBeLessThan(50);
    for (const { name, value, lacks, inForce, default: usual } of report.limits) {
      expect([name, value, inForce]).toEqual([name, null, usual]);
      expect(lacks).toMatch(/200 are needed|no discounts/);
    }
    expect(limitOf(report, "new_days").lacks).toBe(
      `${report.people} people with an order, 200 are needed`,
    );
    expect(report.effect).toEqual([]);
    expect(report.percentiles.length).toBeGreaterThan(5);
    expect(await acceptCalibration(request, report, ACCEPTED_AT)).toBeUndefined();
    expect(existsSync(join(folder, "calibration.yaml"))).toBe(false);
  });

  it("of 200 people in half a year is told that a year is needed", async () => {
    await emptyTables(warehouse);
    await insertRows(warehouse, demoRows({ people: 700 }));
    const { limits } = await proposeCalibration({
      ...(await requestOf()),
      asOf: ASOF - 600 * DAY_MS,
    });
    expect(limits[0]!.lacks).toMatch(/^1\d\d days of history, 365 are needed$/);
  });

  it("without any fact has nothing to say", async () => {
    await emptyTables(warehouse);
    const report = await proposeCalibration(await requestOf());
    expect(report).toMatchObject({ people: 0, effect: [], returns: { times: 0, returned: 0 } });
    expect(report.limits.every(({ value }) => value === null)).toBe(true);
  });
});

describe("calibration.yaml", () => {
  const write = (text: string) => writeFileSync(join(folder, "calibration.yaml"), text);
  const version = (number: number, limits: string) =>
    `  - version: ${number}
    accepted: 2026-11-22T08:15:00.000Z
    asOf: 2026-11-01T00:00:00.000Z
    period: {from: 2024-11-01, to: 2026-11-01}
    limits:
      ${limits}
    percentiles: []
`;
  const LIMIT = "{value: 79, n: 4338, interval: [74, 83], default: 60}";

  it("is in force with its newest version; taking that out brings the one before back", async () => {
    const older = version(3, `second_order_day: ${LIMIT}`);
    write(`versions:\n${older}${version(4, `churn_limit: ${LIMIT}`)}`);
    const inForce = async () =>
      limitsInForce(libraryWith(limitTexts(folder, await readVersions(folder))))
        .filter(({ from }) => from === "calibration")
        .map(({ name, value }) => [name, value]);
    expect(await inForce()).toEqual([["churn_limit", 79]]);
    write(`versions:\n${older}`);
    expect(await inForce()).toEqual([["second_order_day", 79]]);
  });

  it("is as docs/calibration.md shows it", async () => {
    const page = readFileSync(new URL("../../docs/calibration.md", import.meta.url), "utf8");
    write(/```yaml\n(versions:[\s\S]*?)```/.exec(page)?.[1] ?? "");
    const versions = await readVersions(folder);
    expect(versions).toMatchObject([{ version: 1, limits: { second_order_day: { value: 79 } } }]);
  });

  it("with faults is refused, and every fault is named", async () => {
    write(`versions:\n${version(2, `second_order_dya: ${LIMIT}`)}${version(1, "churn_limit: 80")}`);
    const fault = await readVersions(folder).catch((error: Error) => error as Error);
    expect(fault).toMatchObject({ code: "input.invalid" });
    const { message } = fault as Error;
    expect(message).toContain(join(folder, "calibration.yaml"));
    expect(message).toContain("second_order_dya");
    expect(message).toContain("versions.1.limits.churn_limit");
    write("versions: [");
    await expect(readVersions(folder)).rejects.toThrow(/not YAML/);
    write(
      `versions:\n${version(2, `churn_limit: ${LIMIT}`)}${version(2, `churn_limit: ${LIMIT}`)}`,
    );
    await expect(readVersions(folder)).rejects.toThrow(/greater number/);
  });
});
