/**
 * Reading a webhook's payload: what is absent, null or of another shape than documented says nothing.
 * Shopify writes amounts as texts with a point and times with their offset, as imports read them.
 */

export type Payload = Readonly<Record<string, unknown>>;

/** A row for an import: fields of the mapping, blank ones left out. */
export type Row = Readonly<Record<string, string | Payload>>;

export function isPayload(value: unknown): value is Payload {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export const partOf = (from: Payload, key: string): Payload => {
  const value = from[key];
  return isPayload(value) ? value : {};
};

export const listOf = (from: Payload, key: string): readonly Payload[] => {
  const value = from[key];
  return Array.isArray(value) ? value.filter(isPayload) : [];
};

/** A text, number or boolean as text; '' for anything else. */
export function textOf(from: Payload, ...keys: readonly string[]): string {
  for (const key of keys) {
    const value = from[key];
    if (typeof value === "string" && value.trim() !== "") return value.trim();
    if (typeof value === "number" || typeof value === "boolean") return String(value);
  }
  return "";
}

/** Texts of a list of texts, or of one text with commas. */
export function textsOf(from: Payload, key: string): readonly string[] {
  const value = from[key];
  const texts = typeof value === "string" ? value.split(",") : Array.isArray(value) ? value : [];
  return texts.filter((text) => typeof text === "string").map((text) => text.trim());
}

/** An amount in the shop's currency: of `<key>_set` where it is there, which names the currency. */
export function amountOf(from: Payload, key: string): string {
  return textOf(partOf(partOf(from, `${key}_set`), "shop_money"), "amount") || textOf(from, key);
}

/** Ten-thousandths of an amount, so that amounts add up exactly; 0 where it is none. */
export function tenThousandths(amount: string): number {
  const value = Math.round(Number(amount) * UNIT);
  return Number.isFinite(value) ? value : 0;
}

export const sumOf = (amounts: readonly string[]): number =>
  amounts.reduce((sum, amount) => sum + tenThousandths(amount), 0);

export const amountText = (units: number): string => String(units / UNIT);

const UNIT = 10_000;

/** Milliseconds since the epoch; undefined where the text is no time, or none that facts may have. */
export function instantOf(text: string): number | undefined {
  const at = Date.parse(text);
  return at >= FIRST_INSTANT && at < LAST_INSTANT ? at : undefined;
}

const FIRST_INSTANT = Date.UTC(1971, 0);
const LAST_INSTANT = Date.UTC(2100, 0);

/** Of several times the first or the last, as it was written; '' of none. */
export function earliest(times: readonly string[]): string {
  return sortedTimes(times)[0] ?? "";
}

export function latest(times: readonly string[]): string {
  return sortedTimes(times).at(-1) ?? "";
}

function sortedTimes(times: readonly string[]): readonly string[] {
  const known = times.filter((time) => instantOf(time) !== undefined);
  return known.sort((a, b) => instantOf(a)! - instantOf(b)!);
}

/** Without its blank fields. */
export function rowOf(fields: Readonly<Record<string, string | Payload>>): Row {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== ""));
}

/** How order lines, carts and the catalogue name a product: by its SKU, else by its name. */
export const productOf = (line: Payload): string => textOf(line, "sku") || lineName(line);

/** As an export writes it, "Mug - red / L". */
export function lineName(line: Payload): string {
  const name = textOf(line, "name");
  if (name !== "") return name;
  const title = textOf(line, "title", "presentment_title");
  const variant = textOf(line, "variant_title");
  return variant === "" || variant === "Default Title" ? title : `${title} - ${variant}`;
}
