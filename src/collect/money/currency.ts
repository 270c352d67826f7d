/**
 * One store has one currency. Orders in another one are converted at the last rate on or before
 * their day; without a table of rates their file is refused, because sums over both would look like
 * results.
 */

import { readFileSync } from "node:fs";
import { AppError } from "../../base/index.js";
import type { Warehouse } from "../../store/index.js";
import { csvFields } from "../files/csv-records.js";
import { refused } from "../files/source-file.js";

/** `rate` units of the store's currency for one of `currency`, from the day `date` on. */
export interface Rate {
  readonly date: string;
  readonly currency: string;
  readonly rate: string;
}

/** A currency of the file and how many of its orders have it. */
export interface CurrencyCount {
  readonly currency: string;
  readonly orders: number;
}

export interface CurrencyQuestion {
  readonly path: string;
  readonly counts: readonly CurrencyCount[];
  /** The store's, as its settings say. */
  readonly setting: string | undefined;
  readonly rates: readonly Rate[];
}

/** The store's currency; '' while no file has named any. Refuses (AppError) a mixture without rates. */
export async function storeCurrency(
  warehouse: Warehouse,
  { path, counts, setting, rates }: CurrencyQuestion,
): Promise<string> {
  const known = setting ?? (await currencyOfImports(warehouse));
  const named = counts.filter(({ currency }) => currency !== "");
  const own = known || baseOf(named, rates);
  const foreign = named.filter(({ currency }) => currency !== own);
  if (foreign.length === 0) return own;
  const list = named.map(listed).join(", ");
  if (own === "") {
    throw refused(
      path,
      `which of its currencies is the store's is not said: ${list}`,
      SAY_CURRENCY,
    );
  }
  const priced = new Set(rates.map(({ currency }) => currency));
  const unpriced = foreign.filter(({ currency }) => !priced.has(currency));
  if (unpriced.length === 0) return own;
  if (rates.length > 0) {
    throw refused(
      path,
      `the table of rates has none for ${unpriced.map(listed).join(", ")}`,
      `Add a line for each: date,currency,units of ${own} for one.`,
    );
  }
  throw refused(
    path,
    `its currencies are ${list}, the store's is ${own}`,
    `Give a table of rates: rates: FILE.csv in tessera.yaml or in the mapping (date,currency,rate: units of ${own} for one).`,
  );
}

const listed = ({ currency, orders }: CurrencyCount): string =>
  `${currency} (${orders} ${orders === 1 ? "order" : "orders"})`;

/**
 * The store's currency, for files whose amounts are not converted: costs, balances. Refuses (AppError)
 * a file that says that its amounts are in another one.
 */
export async function sameCurrency(
  warehouse: Warehouse,
  asked: {
    readonly path: string;
    readonly said?: string | undefined;
    readonly setting?: string | undefined;
  },
): Promise<string> {
  const { path, said = "", setting } = asked;
  const own = await storeCurrency(warehouse, { path, counts: [], setting, rates: [] });
  if (own !== "" && said !== "" && own !== said) {
    throw refused(
      path,
      `its amounts are in ${said}, the store's are in ${own}`,
      "Convert them in the file; tables of rates are for orders.",
    );
  }
  return own || said;
}

const SAY_CURRENCY = "Say currency: EUR in tessera.yaml, and give rates for the others.";

/** The only currency of the file, or the only one for which there is no rate. */
function baseOf(named: readonly CurrencyCount[], rates: readonly Rate[]): string {
  const priced = new Set(rates.map(({ currency }) => currency));
  const candidates =
    named.length === 1 ? named : named.filter(({ currency }) => !priced.has(currency));
  if (rates.length === 0 && named.length > 1) return "";
  return candidates.length === 1 ? candidates[0]!.currency : "";
}

/** Of the first import that names one; '' where none does. */
export async function currencyOfImports(warehouse: Warehouse): Promise<string> {
  const { rows } = await warehouse.query<{ currency: string }>(
    `SELECT JSONExtractString(summary, 'currency') AS currency FROM imports
     WHERE state = 'landed' AND currency != '' ORDER BY import_id LIMIT 1`,
  );
  return rows[0]?.currency ?? "";
}

/** Reads a table of rates; throws `input.invalid` that names the line at fault. */
export function readRates(path: string): readonly Rate[] {
  const [header = "", ...lines] = textOf(path)
    .replace(/^\ufeff/, "")
    .split(/\r?\n/);
  const names = csvFields(header, ",").map((name) => name.trim().toLowerCase());
  const at = (name: string) => names.indexOf(name);
  if (["date", "currency", "rate"].some((name) => at(name) < 0)) {
    throw refused(path, "a table of rates has the columns date, currency and rate");
  }
  return lines.flatMap((line, index) => {
    if (line.trim() === "") return [];
    const cells = csvFields(line, ",").map((cell) => cell.trim());
    const [date = "", currency = "", rate = ""] = [at("date"), at("currency"), at("rate")].map(
      (i) => cells[i],
    );
    const fault = faultOf({ date, currency, rate });
    if (fault) throw refused(path, `line ${index + 2}: ${fault}`);
    return [{ date, currency, rate }];
  });
}

function faultOf({ date, currency, rate }: Rate): string | undefined {
  if (!/^\d{4}-\d\d-\d\d$/.test(date) || Number.isNaN(Date.parse(date))) {
    return `"${date}" is no date (YYYY-MM-DD)`;
  }
  if (!/^[A-Z]{3}$/.test(currency)) return `"${currency}" is no currency (three capital letters)`;
  if (!/^\d{1,9}(\.\d{1,10})?$/.test(rate) || Number(rate) === 0) return `"${rate}" is no rate`;
  return undefined;
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    throw new AppError("input.missing", `${path}: no such file (rates).`);
  }
}
