/**
 * `tessera.yaml` in the data folder: what a store may set. Everything has a default, so a first
 * import needs no such file.
 */

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { AppError } from "../base/index.js";
import type { StoreSettings } from "../segment/index.js";

export interface FolderSettings {
  readonly settings: StoreSettings;
  /** What "now" means without `--as-of`; undefined = the clock. */
  readonly asOf: string | undefined;
  readonly money: MoneySettings;
}

export interface MoneySettings {
  /** Three letters; without it the first import's currency is the store's. */
  readonly currency?: string;
  /** Path of the table of rates for orders in other currencies. */
  readonly rates?: string;
}

export const SETTINGS_FILE = "tessera.yaml";

/** Throws `input.invalid` that names every fault with its key. */
export async function readSettings(folder: string): Promise<FolderSettings> {
  const { DEFAULT_SETTINGS } = await import("../segment/index.js");
  const path = join(folder, SETTINGS_FILE);
  if (!existsSync(path)) return { settings: DEFAULT_SETTINGS, asOf: undefined, money: {} };
  const { parseDocument } = await import("yaml");
  const document = parseDocument(readFileSync(path, "utf8"), { uniqueKeys: true });
  const [syntax] = document.errors;
  if (syntax) throw invalid(path, [`not YAML: ${syntax.message.trim()}`]);
  const schema = await settingsSchema();
  const result = schema.safeParse(document.toJS() ?? {});
  if (!result.success) {
    throw invalid(
      path,
      result.error.issues.map(({ path, message }) => `${path.join(".") || "the file"}: ${message}`),
    );
  }
  const { timeZone, seasons, asOf, currency, rates } = result.data;
  return {
    settings: {
      ...DEFAULT_SETTINGS,
      timeZone: timeZone ?? DEFAULT_SETTINGS.timeZone,
      seasons: seasons ?? DEFAULT_SETTINGS.seasons,
    },
    asOf,
    money: {
      ...(currency === undefined ? {} : { currency }),
      ...(rates === undefined ? {} : { rates: join(folder, rates) }),
    },
  };
}

function invalid(path: string, faults: readonly string[]): AppError {
  return new AppError("input.invalid", `${path}: ${faults.join("; ")}`, {
    hint: "docs/cli.md says what the file may set; without it the defaults hold.",
  });
}

async function settingsSchema() {
  const { z } = await import("zod");
  const word = z
    .string()
    .regex(/^[A-Za-z][A-Za-z0-9_]*$/, "letters, digits and _, beginning with a letter");
  const monthDay = z.string().refine(isMonthDay, 'a month and day of every year, as in "11-01"');
  const period = { name: word, from: monthDay, to: monthDay };
  return z.strictObject({
    timeZone: z
      .string()
      .refine(isTimeZone, "no such time zone; write it as Europe/Istanbul")
      .optional(),
    seasons: z
      .array(z.strictObject({ ...period, phases: z.array(z.strictObject(period)).default([]) }))
      .refine((seasons) => new Set(seasons.map((s) => s.name)).size === seasons.length, {
        message: "two seasons have the same name",
      })
      .optional(),
    asOf: z.string().optional(),
    currency: z
      .string()
      .regex(/^[A-Z]{3}$/, "three capital letters, as in EUR")
      .optional(),
    rates: z.string().min(1).optional(),
  });
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

function isMonthDay(text: string): boolean {
  const [, month, day] = /^(\d\d)-(\d\d)$/.exec(text) ?? [];
  if (month === undefined || day === undefined) return false;
  // Not in a leap year: a season that begins on 29 February would begin in one year of four.
  const date = new Date(Date.UTC(2023, Number(month) - 1, Number(day)));
  return date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day);
}
