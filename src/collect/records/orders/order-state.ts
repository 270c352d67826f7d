/**
 * Rows -> one row per order with all that it says as a whole (in the file's currency), and from
 * that its amounts and its instants. Rows that leave an order-level cell blank take it from the row
 * that has it.
 *
 *   list price  -discounts->  goods  -tax, if prices include it->  net  -refund->  what remains
 *
 * A refund is taken to give back goods with their tax first and shipping last, because exports say
 * only how much was paid back.
 */

import type { Parameters } from "../../../store/index.js";
import { withoutTax } from "../../money/vat.js";
import { aliasSql } from "../../values/value-sql.js";
import { GATHERED_SIGNS, GIFT_FIELDS, GIFT_SIGNS } from "./gift-signs.js";
import type { OrdersMapping } from "./schema.js";

/** Of a large file a part of the orders is worked on at a time, so that memory stays bounded. */
export const IN_CHUNK = "cityHash64(order_id) % {chunks:UInt32} = {chunk:UInt32}";

/** SELECT of the rows of the table `orders`. */
export function selectOrderStates(mapping: OrdersMapping, hasVat: boolean): string {
  const untaxed = hasVat && ["yes", undefined].includes(mapping.taxes.included);
  const known = instants(mapping, amounts(mapping, gathered(mapping), untaxed));
  return `SELECT s.*, if(sale_currency IN ('', {currency:String}), toDecimal256(1, 10), r.rate) AS rate
    FROM (${known}) AS s
    ASOF LEFT JOIN {rates:Identifier} AS r ON s.sale_currency = r.currency AND s.ts >= r.since`;
}

export function stateParameters({ orders, gifts }: OrdersMapping): Parameters {
  return {
    wrap_pattern: gifts.wrap_pattern,
    pickup_pattern: gifts.pickup_pattern,
    cancelled_words: orders.cancelled,
    unpaid_words: orders.unpaid,
    refunded_words: orders.refunded,
    test_payments: orders.test_payments,
  };
}

const TEXTS = [
  ...["status", "currency", "payment", "employee", "location", "full_name", "ship_name"],
  ...["first_name", "last_name"],
  ...["company", "postcode", "city", "payment_terms", "country", "coupon", "email", "phone"],
  ...GIFT_FIELDS,
];

const LARGEST = [
  ...["updated", "paid", "fulfilled", "cancelled", "refunded", "refunded_at", "order_discount"],
  "subtotal",
  ...["shipping", "tax", "tax_included", "total", "test", "tax_exempt"],
  "accepts_email",
];

/** What the lines of an order are, for the hash of its record. */
export const LINE_CONTENT = `(role, product, quantity, price, gross, discount, time, category,
  department, brand, collection, gift_card, taxable)`;

function gathered({ orders }: OrdersMapping): string {
  const sold = orders.free === "placed" ? "gross >= 0" : "gross > 0";
  const own = "role = 'line' AND NOT gift_card AND gross > 0";
  const each = [
    ...TEXTS.map((name) => `max(toString(l.${name})) AS ${name}`),
    ...LARGEST.map((name) => `max(l.${name}) AS ${name}`),
    ...GATHERED_SIGNS,
  ];
  return `SELECT order_id, minIf(time, toUnixTimestamp64Milli(time) > 0) AS ts,
      max((customer != '', toString(id_kind), customer)) AS who, ${each.join(", ")},
      arraySort(groupUniqArrayArray(l.tags)) AS tags, max(toString(l.channel)) AS said_channel,
      countIf(role = 'line') AS lines, max(l.pieces) AS pieces,
      max(role = 'line' AND quantity > 0 AND ${sold}) AS sold,
      sumIf(gross, ${own}) AS list_sum, sumIf(discount, ${own}) AS line_discounts,
      sumIf(gross - discount, ${own} AND taxable) AS taxable_sum,
      sumIf(gross, role = 'line' AND gift_card) AS gift_sum,
      -sumIf(gross, role = 'discount') AS discount_rows,
      cityHash64(arraySort(groupArray(${LINE_CONTENT}))) AS line_hash
    FROM {lines:Identifier} AS l WHERE ${IN_CHUNK} GROUP BY order_id`;
}

const ZERO = "toDecimal128(0, 4)";

/**
 * spread: discount still to be spread over the lines; goods: after all discounts; goods_tax: the
 * part of the tax that is not shipping's; refund: what was given back of the net.
 */
function amounts(mapping: OrdersMapping, from: string, untaxed: boolean): string {
  return `SELECT *,
      multiIf(NOT is_refunded, ${ZERO}, fully_refunded, net_goods, goods_paid = 0, ${ZERO},
        ${share("refund_sum", "net_goods", "goods_paid")}) AS refund
    FROM (SELECT *,
      ${refundedWords(mapping)} AND refund_sum = 0
        OR refund_sum > 0 AND refund_sum >= ifNull(total, goods_paid) AS all_paid_back,
      all_paid_back OR refund_sum > 0 AS is_refunded,
      all_paid_back OR goods_paid > 0 AND refund_sum >= goods_paid AS fully_refunded
    FROM (SELECT *,
      goods + if(tax_inside, ${ZERO}, goods_tax) AS goods_paid,
      goods - if(tax_inside, goods_tax, ${ZERO}) AS net_goods
    FROM (SELECT *,
      if(goods + shipping_sum = 0, ${ZERO}, ${share("tax_sum", "goods", "(goods + shipping_sum)")}) AS goods_tax
    FROM (SELECT *,
      list_sum - line_discounts AS before,
      least(greatest(${ZERO}, ${discountOfOrder()}), before) AS spread, before - spread AS goods,
      ${untaxed ? "tax IS NULL AND ifNull(tax_included, true)" : "false"} AS by_setting,
      if(by_setting, ${taxOfSetting()}, abs(ifNull(tax, ${ZERO}))) AS tax_sum,
      ifNull(tax_included, by_setting OR ${taxIncluded(mapping)}) AS tax_inside
    FROM (SELECT *, lower(status) AS state, abs(ifNull(shipping, ${ZERO})) AS shipping_sum,
      abs(ifNull(refunded, ${ZERO})) AS refund_sum
    FROM (${from}))))))`;
}

/** Of goods that are taxable, and of shipping, where prices hold VAT by the store's settings. */
function taxOfSetting(): string {
  const taxed = `(${share("goods", "taxable_sum", "before")} + shipping_sum)`;
  return `${taxed} - ${withoutTax(taxed, "country")}`;
}

/** What the subtotal leaves unexplained: exports differ in whether the discount includes the lines'. */
const discountOfOrder = () => `discount_rows + if(subtotal IS NOT NULL,
  list_sum + gift_sum - line_discounts - assumeNotNull(subtotal), abs(ifNull(order_discount, ${ZERO})))`;

/** Prices include the tax where subtotal and shipping alone come nearer to the total. */
function taxIncluded({ taxes }: OrdersMapping): string {
  if (taxes.included !== "by_total") return taxes.included === "yes" ? "true" : "false";
  const rest = "total - subtotal - shipping_sum";
  return `ifNull(tax_sum > 0 AND abs(${rest}) < abs(${rest} - tax_sum), false)`;
}

const refundedWords = ({ orders }: OrdersMapping): string => states(orders.refunded, "refunded");

const states = (words: readonly string[], kind: "cancelled" | "unpaid" | "refunded"): string =>
  words.length > 0 ? `has({${kind}_words:Array(String)}, state)` : "0";

/** total * part / whole, to the ten-thousandth. */
const share = (total: string, part: string, whole: string): string =>
  `CAST(round(toDecimal256(${total}, 8) * toDecimal256(${part}, 4)
    / toDecimal256(if(${whole} = 0, 1, ${whole}), 4), 4), 'Decimal(38, 4)')`;

/**
 * known: since when the order counts as what it is (paid, where that came later); cancelled_known
 * and refund_dated: since when that is known, NULL where it never happened or has no date.
 */
function instants({ orders }: OrdersMapping, from: string): string {
  const byTestPayment =
    orders.test_payments.length > 0 ? "has({test_payments:Array(String)}, lower(payment))" : "0";
  const hashed = [
    `[${TEXTS.join(", ")}]`,
    `[${LARGEST.map((name) => `ifNull(toString(${name}), '')`).join(", ")}]`,
  ];
  return `SELECT * EXCEPT (who, said_channel), ${GIFT_SIGNS},
      toString(who.2) AS id_kind, toString(who.3) AS customer,
      ${aliasSql("id_kind", "customer")} AS alias,
      if(currency = '', {file_currency:String}, upper(currency)) AS sale_currency,
      if(employee != '' OR location != '', 'store', said_channel) AS channel,
      ${states(orders.unpaid, "unpaid")} AND paid IS NULL AS unpaid,
      ifNull(test, false) OR ${byTestPayment} AS tested,
      sold AND NOT unpaid AND NOT tested AS placed,
      greatest(ts, ifNull(paid, ts)) AS known,
      if(cancelled IS NOT NULL OR ${states(orders.cancelled, "cancelled")},
        toNullable(greatest(known, ifNull(cancelled, known))), NULL) AS cancelled_known,
      is_refunded AND refunded_at IS NULL AND cancelled IS NULL AS refund_undated,
      if(is_refunded AND NOT refund_undated,
        toNullable(greatest(known, coalesce(refunded_at, cancelled, known))), NULL) AS refund_dated,
      if(is_refunded AND refunded_at IS NOT NULL,
        toNullable(dateDiff('millisecond', known, assumeNotNull(refund_dated))), NULL) AS refund_lag,
      greatest(ts, ifNull(updated, ts), ifNull(paid, ts), ifNull(fulfilled, ts), ifNull(cancelled, ts),
        ifNull(refunded_at, ts)) AS latest,
      cityHash64(line_hash, ts, id_kind, customer, channel, tags, is_wrapped, ${hashed.join(", ")}) AS record
    FROM (${from})`;
}
