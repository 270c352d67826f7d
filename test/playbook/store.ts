/**
 * A small store for hand-made histories. Its 41 regular customers give round thresholds, which are
 * frozen before the people of the cases come in, as a refresh does:
 *
 *   customers 0-19   one order, of 10 ... 29; 0-10 ten days ago, 11-19 seventy days ago
 *   customers 20-29  two orders of 30 ... 39, 100 days apart
 *   customers 30-40  four orders of 40 ... 50, 30 days apart
 *
 * A history is a list of short texts: `2024-06-10 62` is an order at noon that came to 62; words
 * behind it say more (see `ordersOf`).
 */

import type { Fact } from "../../src/store/index.js";

export const ZONE = "Europe/Istanbul";
/** Saturday noon in Istanbul, which is three hours ahead all year. */
export const NOW = instant("2024-06-15T12:00");

/** Local date, or date and time, of Istanbul -> milliseconds. */
export function instant(local: string): number {
  return Date.parse(`${local.includes("T") ? local : `${local}T00:00`}:00+03:00`);
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

/** `identified` for everyone, so that who never ordered is a person too, and what the history says. */
export function factsOf(person: bigint, history: readonly string[]): Fact[] {
  const known = fact(person, instant("2020-01-01"), "identified", 0);
  return [known, ...history.flatMap((text, i) => ordersOf(person, text, i * 100 + 1))];
}

/**
 * `DATE[THH:MM] AMOUNT WORD ...` with the words
 *   lines=7      seven lines of equal amounts (1)      off=2      two of them discounted (0)
 *   dear=50      one more line of this amount          list=42    at list prices it was 42
 *   units=60     units of each line (1)                cost=61    cost of the order's lines
 *   category=c   brand=b   of the lines                cancelled, returned
 * or `DATE refund AMOUNT`, a refund that names no order; `DATE viewed`, a product looked at;
 * `DATE balance KIND AMOUNT`, a balance announced.
 */
function ordersOf(person: bigint, text: string, id: number): Fact[] {
  const [when = "", amount = "", ...words] = text.split(" ");
  const ts = instant(when.includes("T") ? when : `${when}T12:00`);
  if (amount === "refund") {
    const net = `-${words[0]}`;
    return [{ ...fact(person, ts, "refund", id), quantity: "-1", gross: net, net }];
  }
  if (amount === "viewed") return [{ ...fact(person, ts, "viewed", id), product: "product 0" }];
  if (amount === "balance") {
    const props = { kind: words[0], amount: Number(words[1]) };
    return [{ ...fact(person, ts, "event", id), name: "Balance Updated", props }];
  }
  const say = new Map(words.map((w) => w.split("=") as [string, string]));
  const number = (word: string, otherwise: number) => Number(say.get(word) ?? otherwise);
  const count = number("lines", 1);
  const [off, dear] = [number("off", say.has("list") ? count : 0), number("dear", 0)];
  const each = (Number(amount) - dear) / count;
  const eachOff = say.has("list") ? (number("list", 0) - Number(amount)) / count : each / 9;
  const amounts = [...Array.from({ length: count }, () => each), ...(dear > 0 ? [dear] : [])];
  const state = { order: `${person}-${id}`, ...stateOf(words) };
  const lines = amounts.map((net, i): Fact => {
    const discount = i < off ? eachOff : 0;
    return {
      ...fact(person, ts, "line", id + 1 + i),
      ...state,
      ...(say.has("category") && { category: say.get("category")! }),
      ...(say.has("brand") && { brand: say.get("brand")! }),
      ...(say.has("cost") && { cost: decimal(number("cost", 0) / amounts.length) }),
      product: `product ${i}`,
      quantity: say.get("units") ?? "1",
      ...money(net, discount),
    };
  });
  const totals = money(Number(amount), eachOff * Math.min(off, count));
  return [{ ...fact(person, ts, "order", id), ...state, ...totals }, ...lines];
}

function stateOf(words: readonly string[]): Pick<Fact, "placed" | "kept"> {
  if (words.includes("cancelled")) return { placed: false, kept: false };
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
