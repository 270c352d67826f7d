/**
 * An order's webhook holds the whole order as it is then, so each is a record of it and the most
 * advanced counts, as with exports. What an export says in a column stands here under the name of
 * the field; refunds, which an export does not date, are told with their own dates (`refunds.ts`).
 */

import {
  amountOf,
  amountText,
  earliest,
  instantOf,
  latest,
  lineName,
  listOf,
  type Payload,
  partOf,
  type Row,
  rowOf,
  sumOf,
  tenThousandths,
  textOf,
  textsOf,
} from "./payload.js";
import { paidBack } from "./refunds.js";

/** A row for each line; what belongs to the order stands on the first. */
export function orderRows(order: Payload): readonly Row[] {
  const lines = listOf(order, "line_items").map(lineOf);
  return lines.map((line, index) =>
    rowOf({ order: textOf(order, "name"), ...(index === 0 ? stateOf(order) : {}), ...line }),
  );
}

function lineOf(line: Payload) {
  const allocations = listOf(line, "discount_allocations");
  const allocated = sumOf(allocations.map((one) => amountOf(one, "amount")));
  return {
    product: textOf(line, "sku"),
    name: lineName(line),
    quantity: textOf(line, "quantity"),
    price: amountOf(line, "price"),
    discount: allocations.length > 0 ? amountText(allocated) : amountOf(line, "total_discount"),
    taxable: textOf(line, "taxable"),
    gift_card: textOf(line, "gift_card"),
    brand: textOf(line, "vendor"),
  };
}

function stateOf(order: Payload) {
  const billing = partOf(order, "billing_address");
  const shipping = partOf(order, "shipping_address");
  const customer = partOf(order, "customer");
  const email = textOf(order, "email", "contact_email") || textOf(customer, "email");
  const phone = textOf(order, "phone") || (email === "" ? textOf(customer, "phone") : "");
  const { refunded, refundedAt } = refundsOf(order);
  const sold = textOf(order, "source_name");
  return {
    time: textOf(order, "created_at"),
    updated: textOf(order, "updated_at"),
    status: textOf(order, "financial_status"),
    fulfilled: fulfilledAt(order),
    cancelled: textOf(order, "cancelled_at"),
    refunded: amountText(refunded),
    refunded_at: refundedAt,
    order_discount: amountOf(order, "total_discounts"),
    subtotal: amountOf(order, "subtotal_price"),
    shipping: shippingOf(order),
    tax: amountOf(order, "total_tax"),
    tax_included: textOf(order, "taxes_included"),
    total: amountOf(order, "total_price"),
    currency: textOf(order, "currency"),
    test: textOf(order, "test"),
    coupon: listOf(order, "discount_codes")
      .map((code) => textOf(code, "code"))
      .join(", "),
    payment: textsOf(order, "payment_gateway_names").join(" + "),
    channel: sold,
    // Online orders too may name the place that they are sent from.
    location: sold === "pos" ? textOf(order, "location_id") : "",
    employee: sold === "pos" ? textOf(order, "user_id") : "",
    customer: email === "" && phone === "" ? textOf(customer, "id") : "",
    email,
    phone,
    country: textOf(billing, "country_code"),
    full_name: textOf(billing, "name"),
    company: textOf(billing, "company"),
    city: textOf(billing, "city"),
    postcode: textOf(billing, "zip"),
    ship_name: textOf(shipping, "name"),
    ship_company: textOf(shipping, "company"),
    ship_address: textOf(shipping, "address1"),
    shipping_method: textOf(listOf(order, "shipping_lines")[0] ?? {}, "title"),
    attributes: listOf(order, "note_attributes")
      .map((one) => `${textOf(one, "name")}: ${textOf(one, "value")}`)
      .join("\n"),
    payment_terms: textOf(partOf(order, "payment_terms"), "payment_terms_name"),
    tags: textsOf(order, "tags").join(", "),
    accepts_email: textOf(order, "buyer_accepts_marketing"),
  };
}

/** The first parcel, whatever became of it: so that a later record never says less. */
const fulfilledAt = (order: Payload): string =>
  earliest(listOf(order, "fulfillments").map((one) => textOf(one, "created_at")));

function shippingOf(order: Payload): string {
  const lines = listOf(order, "shipping_lines");
  if (lines.length === 0) return amountOf(order, "total_shipping_price");
  const each = lines.map((line) => amountOf(line, "discounted_price") || amountOf(line, "price"));
  return amountText(sumOf(each));
}

/** All that was paid back, in ten-thousandths, and when the last of it. */
function refundsOf(order: Payload): { readonly refunded: number; readonly refundedAt: string } {
  const refunds = listOf(order, "refunds").filter((refund) => paidBack(refund) > 0);
  return {
    refunded: refunds.reduce((sum, refund) => sum + paidBack(refund), 0),
    refundedAt: latest(refunds.map((refund) => textOf(refund, "created_at"))),
  };
}

/**
 * How far the order has come, as `order_records` ranks it but for the hash; records that are equal
 * in it are to be compared there.
 */
export function rankOf(row: Row): readonly number[] {
  const said = (field: string): string => textOf(row as Payload, field);
  const times = ["time", "updated", "fulfilled", "cancelled", "refunded_at"].map(said);
  return [
    Number(said("cancelled") !== "" || said("status") === "voided"),
    tenThousandths(said("refunded")),
    Number(said("fulfilled") !== ""),
    Number(!["pending", "authorized", "unpaid", "expired"].includes(said("status"))),
    instantOf(latest(times)) ?? 0,
  ];
}
