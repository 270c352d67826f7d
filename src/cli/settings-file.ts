/**
 * `tessera.yaml` in the data folder: what a store may set. Everything has a default, so a first
 * import needs no such file.
 */

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { AppError } from "../base/index.js";
import type { VatSettings } from "../collect/index.js";
import type { Activity, GiftCalendar, StoreSettings, TextFile } from "../segment/index.js";
import type { SettingsFile, settingsSchema as SettingsSchemaValue } from "./settings-schema.js";

export interface FolderSettings {
  readonly settings: StoreSettings;
  /** What "now" means without `--as-of`; undefined = the clock. */
  readonly asOf: string | undefined;
  readonly money: MoneySettings;
  /** Days after which visitors are erased; undefined = as shipped. */
  readonly anonymousDays: number | undefined;
  /** How long the intake log keeps messages, `LOG_RETENTION_DAYS` unless set. */
  readonly logDays: number | undefined;
  /** Limits as definitions that override the playbook's; none if none is set. */
  readonly texts: readonly TextFile[];
  /** The file as it stands; {} where there is none. */
  readonly said: SettingsFile;
}

export interface MoneySettings {
  /** Three letters; without it the first import's currency is the store's. */
  readonly currency?: string;
  /** Path of the table of rates for orders in other currencies. */
  readonly rates?: string;
  readonly vat?: VatSettings;
}

export const SETTINGS_FILE = "tessera.yaml";

/** Throws `input.invalid` that names every fault with its key. */
export async function readSettings(folder: string): Promise<FolderSettings> {
  const { DEFAULT_SETTINGS, withDefaultSeasons } = await import("../segment/index.js");
  const path = join(folder, SETTINGS_FILE);
  const said = existsSync(path) ? await readFile(path) : {};
  const { timeZone, seasons, asOf } = said;
  return {
    settings: {
      timeZone: timeZone ?? DEFAULT_SETTINGS.timeZone,
      seasons: withDefaultSeasons(seasons ?? []),
      activity: activityOf(said),
      gifts: giftsOf(said, DEFAULT_SETTINGS.gifts),
      returnWindowDays: said.returnWindow ?? DEFAULT_SETTINGS.returnWindowDays,
    },
    asOf,
    money: moneyOf(said, folder),
    anonymousDays: said.retention?.anonymous_days,
    logDays: said.retention?.log_days,
    texts: limitTexts(said, path),
    said,
  };
}

async function readFile(path: string): Promise<SettingsFile> {
  const { parseDocument } = await import("yaml");
  const { settingsSchema } = await import("./settings-schema.js");
  const document = parseDocument(readFileSync(path, "utf8"), { uniqueKeys: true });
  const syntax = document.errors.map(({ message }) => `not YAML: ${message.trim()}`);
  if (syntax.length > 0) throw invalid(path, syntax);
  const given: unknown = document.toJS() ?? {};
  const result = settingsSchema.safeParse(given);
  const faults = (result.error?.issues ?? []).map(faultText);
  const all = [...faults, ...(await calendarFaults(given))];
  if (!result.success || all.length > 0) throw invalid(path, all);
  return result.data;
}

type SettingsSchema = typeof SettingsSchemaValue;
type Issue = NonNullable<ReturnType<SettingsSchema["safeParse"]>["error"]>["issues"][number];

function faultText(issue: Issue): string {
  const message = issue.code === "invalid_key" ? (issue.issues[0]?.message ?? "") : issue.message;
  return issue.path.length === 0 ? message : `${issue.path.join(".")}: ${message}`;
}

/** Days that lean on days which the store's calendar does not have. */
async function calendarFaults(given: unknown): Promise<readonly string[]> {
  const { daysOf, faultsOf, namesIn, parseDayRule } = await import("../segment/index.js");
  const { settingsSchema } = await import("./settings-schema.js");
  const { country, giftDays, seasons } = settingsSchema.shape;
  const part = (given ?? {}) as Record<string, unknown>;
  const own = giftDays.safeParse(part.giftDays);
  if (!own.success) return [];
  const days = own.data ?? {};
  const faults = Object.keys(days).flatMap((code) =>
    faultsOf(code, days).map((fault) => `giftDays.${code}: ${fault}`),
  );
  const home = country.safeParse(part.country).data ?? "";
  const known = daysOf(home, days);
  const periods = (seasons.safeParse(part.seasons).data ?? []).flatMap((s) => [s, ...s.phases]);
  for (const { name, from, to } of periods) {
    for (const text of [from, to]) {
      const rule = parseDayRule(text);
      const missing = "fault" in rule ? [] : namesIn(rule).filter((day) => !known.has(day));
      for (const day of missing)
        faults.push(
          `seasons: ${name} leans on ${day}, which is no day of ${home || "every country"}`,
        );
    }
  }
  return faults;
}

function activityOf({ activity }: SettingsFile): Activity {
  if (activity?.event === undefined) return { kind: "orders" };
  const { event, amount = "props.amount" } = activity;
  return { kind: "events", names: [event].flat(), amount: amount.split(".").slice(1) };
}

function giftsOf(said: SettingsFile, usual: GiftCalendar): GiftCalendar {
  return {
    country: said.country ?? usual.country,
    runUpDays: said.giftRunUp ?? usual.runUpDays,
    own: said.giftDays ?? usual.own,
  };
}

function moneyOf({ currency, rates, vat, country }: SettingsFile, folder: string): MoneySettings {
  const rate = vat?.rate ?? 0;
  const percents = typeof rate === "number" ? { every: rate } : rate;
  return {
    ...(currency === undefined ? {} : { currency }),
    ...(rates === undefined ? {} : { rates: join(folder, rates) }),
    ...(vat?.prices === "included" ? { vat: { percents, country: country ?? "" } } : {}),
  };
}

/** `attribute new_days = 45`, as a store's own file would say it. */
function limitTexts({ limits = {} }: SettingsFile, file: string): readonly TextFile[] {
  const lines = Object.entries(limits).map(([name, value]) => `attribute ${name} = ${value}`);
  return lines.length === 0 ? [] : [{ file, text: `${lines.join("\n")}\n` }];
}

function invalid(path: string, faults: readonly string[]): AppError {
  return new AppError("input.invalid", `${path}: ${faults.join("; ")}`, {
    hint: "docs/settings.md says what the file may set; tessera settings shows what holds.",
  });
}
