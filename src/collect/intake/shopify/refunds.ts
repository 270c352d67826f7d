/**
 * Refunds with their own dates, as `refunds/create` and the orders' webhooks tell them. What was
 * paid back is what the refund's transactions say; it falls on the products that were given back by
 * what they cost, and what is beyond them (shipping, goodwill) on the order as a whole.
 */

import {
  amountOf,
  amountText,
  listOf,
  type Payload,
  partOf,
  productOf,
  type Row,
  rowOf,
  sumOf,
  tenThousandths,
  textOf,
} from "./payload.js";

/** Ten-thousandths; 0 while the money has not gone, or where none goes back. */
export function paidBack(refund: Payload): number {
  if (!Array.isArray(refund.transactions)) return goodsOf(refund, "with tax");
  const gone = listOf(refund, "transactions").filter(
    (one) => textOf(one, "kind") === "refund" && textOf(one, "status") === "success",
  );
  return sumOf(gone.map((one) => amountOf(one, "amount")));
}

/** `order` is the order's name, "#1001"; `lines` are the order's, where the refund only names them. */
export function refundRows(
  refund: Payload,
  { order, lines = [], currency = "" }: RefundedOrder,
): readonly Row[] {
  const total = paidBack(refund);
  if (total === 0) return [];
  const said = {
    order,
    refund: textOf(refund, "id"),
    time: textOf(refund, "created_at"),
    currency,
  };
  const products = productsOf(refund, lines, total);
  const goods = products.reduce((sum, { amount }) => sum + amount, 0);
  const rows = products.map(({ product, quantity, amount }) =>
    rowOf({ ...said, product, quantity: String(quantity), amount: amountText(amount) }),
  );
  const rest = total - goods;
  return rest > 0 ? [...rows, rowOf({ ...said, amount: amountText(rest) })] : rows;
}

export interface RefundedOrder {
  readonly order: string;
  readonly lines?: readonly Payload[];
  readonly currency?: string;
}

interface Returned {
  readonly product: string;
  readonly quantity: number;
  /** Ten-thousandths, with tax. */
  readonly amount: number;
}

/** Each product once, together not above `total`. */
function productsOf(refund: Payload, lines: readonly Payload[], total: number): Returned[] {
  const tax = nearerWithTax(refund, total) ? "with tax" : "as priced";
  const found = new Map<string, Returned>();
  for (const one of listOf(refund, "refund_line_items")) {
    const id = textOf(one, "line_item_id");
    const own = partOf(one, "line_item");
    const line = textOf(own, "id") === "" ? lines.find((l) => textOf(l, "id") === id) : own;
    const product = productOf(line ?? {});
    const before = found.get(product);
    const quantity = Number(textOf(one, "quantity")) + (before?.quantity ?? 0);
    const amount = costOf(one, tax) + (before?.amount ?? 0);
    if (product !== "") found.set(product, { product, quantity, amount });
  }
  const priced = [...found.values()].filter(({ amount }) => amount > 0);
  const goods = priced.reduce((sum, { amount }) => sum + amount, 0);
  return goods <= total ? priced : scaled(priced, { total, goods });
}

/** Less went back than the goods cost: each product bears its share. */
function scaled(
  products: readonly Returned[],
  { total, goods }: { readonly total: number; readonly goods: number },
): Returned[] {
  let running = 0;
  return products.map((one) => {
    const before = Math.round((total * running) / goods);
    running += one.amount;
    return { ...one, amount: Math.round((total * running) / goods) - before };
  });
}

type Pricing = "with tax" | "as priced";

const costOf = (line: Payload, pricing: Pricing): number =>
  tenThousandths(amountOf(line, "subtotal")) +
  (pricing === "with tax" ? tenThousandths(amountOf(line, "total_tax")) : 0);

const goodsOf = (refund: Payload, pricing: Pricing): number =>
  listOf(refund, "refund_line_items").reduce((sum, line) => sum + costOf(line, pricing), 0);

/** A refund does not say whether its prices hold their tax; the money shows it. */
const nearerWithTax = (refund: Payload, total: number): boolean =>
  Math.abs(total - goodsOf(refund, "with tax")) <= Math.abs(total - goodsOf(refund, "as priced"));
