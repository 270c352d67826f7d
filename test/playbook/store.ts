/**
 * A small store for hand-made histories. Its 41 regular customers give round thresholds, which are
 * frozen before the people of the cases come in, as a refresh does:
 *
 *   customers 0-19   one order, of 10 ... 29; 0-10 ten days ago, 11-19 seventy days ago
 *   customers 20-29  two orders of 30 ... 39, 100 days apart
 *   customers 30-40  four orders of 40 ... 50, 30 days apart
 *
 * A history is a list of short texts: `2024-06-10 62` is an order at noon that came to 62; words
 * behind it say more (see `factsFrom`).
 */

import type { Fact } from "../../src/store/index.js";

export const ZONE = "Europe/Istanbul";
/** Saturday noon in Istanbul, which is three hours ahead all year. */
export const NOW = instant("2024-06-15T12:00");

/** Local date, or date and time (`T12:00`, `T12:00:00.001`), of Istanbul -> milliseconds. */
export function instant(local: string): number {
  const full = "T00:00:00.000";
  const time = local.slice(10);
  return Date.parse(`${local.slice(0, 10)}${time}${full.slice(time.length)}+03:00`);
}

export function regularCustomers(): Fact[] {
  return Array.from({ length: 41 }, (_, i) => factsOf(BigInt(i + 1), regularHistory(i))).flat();
}

function regularHistory(i: number): string[] {
  const days = i <= 10 ? [10] : i < 20 ? [70] : i < 30 ? [10, 110] : [5, 35, 65, 95];
  // One of them bought at a discount once, so that discounts are known to exist.
  const list = i === 19 ? " list=29.5" : "";
  return days.map((d) => `${dateBefore(d)} ${10 + i}${list}`);
}

const DAY_MS = 86_400_000;

const dateBefore = (days: number): string =>
  new Date(NOW + 3 * 3_600_000 - days * DAY_MS).toISOString().slice(0, 10);

/**
 * `identified` for everyone whose history does not begin with "nameless", so that who never ordered
 * is a person too, and what the history says.
 */
export function factsOf(person: bigint, history: readonly string[]): Fact[] {
  if (history[0] === "nameless") return factsOf(person, history.slice(1)).slice(1);
  const known = fact(person, instant("2020-01-01"), "identified", 0);
  return [known, ...history.flatMap((text, i) => factsFrom(person, text, i * 100 + 1))];
}

/**
 * `DATE[THH:MM] AMOUNT WORD ...` is an order with the words
 *   lines=7      seven lines of equal amounts (1)      off=2      two of them discounted (0)
 *   dear=50      one more line of this amount          list=42    at list prices it was 42
 *   units=60     units of each line (1)                cost=61    cost of the order's lines
 *   category=c   brand=b   department=d   product=p    of the lines
 *   launched=DATE   usual=9   compare=9   since=DATE   of the lines: launch, usual and compare-at price
 *   back=9       of the order, without making it one that was sent back
 *   id=o1   country=TR   gift   cancelled   returned   unpaid
 * `DATE refund AMOUNT` is a refund that names no order, `DATE balance KIND AMOUNT` a balance
 * announced. Any other word is the kind of a fact, with a product or none and with fields:
 * `DATE viewed p1 category=shoes`, `DATE identified accepts_email=yes`; what is no field is a
 * property. `DATE spam` marks an e-mail as spam. A `_` in a value stands for a blank.
 */
function factsFrom(person: bigint, text: string, id: number): Fact[] {
  const [when = "", what = "", ...words] = text.split(" ");
  const ts = instant(when.includes("T") ? when : `${when}T12:00`);
  const base = fact(person, ts, what, id);
  if (/^\d/.test(what)) return orderOf(person, base, Number(what), words);
  if (what === "refund") {
    const net = `-${words[0]}`;
    return [{ ...base, quantity: "-1", gross: net, net }];
  }
  if (what === "balance") {
    const props = { kind: words[0], amount: Number(words[1]) };
    return [{ ...base, kind: "event", name: "Balance Updated", props }];
  }
  if (what === "spam") return [{ ...base, kind: "event", name: "Email Marked as Spam" }];
  return [{ ...base, ...eventOf(words) }];
}

const TEXTS = [
  ...["category", "brand", "department", "cart", "order", "query", "campaign", "theme", "channel"],
];
const NUMBERS = ["price", "quantity", "results", "priceBefore"];

function eventOf(words: readonly string[]): Partial<Fact> {
  const fields: Record<string, unknown> = {};
  const props: Record<string, unknown> = {};
  for (const word of words) {
    const [key = "", value] = word.split("=");
    if (value === undefined) fields.product = key;
    else if (TEXTS.includes(key)) fields[key] = value.replaceAll("_", " ");
    else if (NUMBERS.includes(key)) fields[key] = value;
    else if (key === "human") fields.human = value === "yes";
    else if (key === "launched") fields.launched = instant(value);
    else props[key] = PLAIN[value] ?? plain(value.replaceAll("_", " "));
  }
  return { ...fields, props };
}

const plain = (text: string) => (Number.isNaN(Number(text)) ? text : Number(text));

const PLAIN: Readonly<Record<string, boolean>> = { yes: true, no: false };

function orderOf(person: bigint, base: Fact, amount: number, words: readonly string[]): Fact[] {
  const say = new Map(words.map((w) => w.split("=") as [string, string]));
  const number = (word: string, otherwise: number) => Number(say.get(word) ?? otherwise);
  const count = number("lines", 1);
  const [off, dear] = [number("off", say.has("list") ? count : 0), number("dear", 0)];
  const each = (amount - dear) / count;
  const eachOff = say.has("list") ? (number("list", 0) - amount) / count : each / 9;
  const amounts = [...Array.from({ length: count }, () => each), ...(dear > 0 ? [dear] : [])];
  const texts = ["category", "brand", "department", "country"].filter((w) => say.has(w));
  const state = {
    order: say.get("id") ?? `${person}-${base.factId}`,
    ...stateOf(words),
    ...Object.fromEntries(texts.map((w) => [w, say.get(w)!.replaceAll("_", " ")])),
    ...(say.has("gift") && { gift: true }),
  };
  const lines = amounts.map((net, i): Fact => {
    const discount = i < off ? eachOff : 0;
    const units = number("units", 1);
    return {
      ...base,
      ...state,
      kind: "line",
      factId: base.factId + 1n + BigInt(i),
      ...(say.has("cost") && { cost: decimal(number("cost", 0) / amounts.length) }),
      ...(say.has("launched") && { launched: instant(say.get("launched")!) }),
      ...(say.has("usual") && { usualPrice: decimal(number("usual", 0)) }),
      ...(say.has("compare") && {
        compareAt: decimal(number("compare", 0)),
        compareAtSince: instant(say.get("since")!),
      }),
      product: say.get("product") ?? `product ${i}`,
      quantity: String(units),
      price: decimal((net + discount) / units),
      ...money(net, discount),
    };
  });
  const back = say.has("back") ? { refunded: decimal(number("back", 0)) } : {};
  const totals = { ...money(amount, eachOff * Math.min(off, count)), ...back };
  return [{ ...base, ...state, kind: "order", ...totals }, ...lines];
}

function stateOf(words: readonly string[]): Pick<Fact, "placed" | "kept"> {
  if (words.includes("cancelled") || words.includes("unpaid"))
    return { placed: false, kept: false };
  return { placed: true, kept: !words.includes("returned") };
}

const money = (net: number, discount: number) => ({
  gross: decimal(net + discount),
  discount: decimal(discount),
  net: decimal(net),
});

const decimal = (n: number): string => n.toFixed(4);

function fact(person: bigint, ts: number, kind: string, id: number): Fact {
  return {
    alias: person,
    ts,
    knownAt: Math.min(ts, NOW),
    factId: person * 10_000n + BigInt(id),
    kind,
  };
}
