/**
 * The mappings by which rows made of webhooks are read. What an export's preset says of customers,
 * states, tests and names holds for webhooks too: only the columns differ, which here are the fields
 * themselves. So an order has one id, and one set of rules, whichever way it comes.
 */

import { readPreset } from "../../pipeline/presets.js";
import type { Mapping } from "../../pipeline/read-mapping.js";
import { kindOf } from "../../records/index.js";

/** In the order in which they are landed. */
export const SHOPIFY_RECORDS = ["products", "people", "orders", "refunds", "events"] as const;
export type ShopifyRecord = (typeof SHOPIFY_RECORDS)[number];

export const SHOPIFY_SOURCE = "shopify";

export interface ShopifyMapping {
  readonly mapping: Mapping;
  /** The preset whose rules hold, for the list of imports. */
  readonly preset: string;
}

const made = new Map<ShopifyRecord, ShopifyMapping>();

export function shopifyMapping(record: ShopifyRecord): ShopifyMapping {
  const known = made.get(record) ?? makeMapping(record);
  made.set(record, known);
  return known;
}

function makeMapping(record: ShopifyRecord): ShopifyMapping {
  switch (record) {
    case "orders":
      // Webhooks say which lines are gift cards; an export leaves it to their names.
      return fromPreset("shopify-orders", "", { gift_cards: {} });
    case "people":
      return fromPreset("shopify-customers", "", { trait_columns: undefined });
    case "products":
      return fromPreset("shopify-products", "new", {});
    case "refunds":
      return { mapping: own({ record }), preset: "shopify-webhooks" };
    case "events": {
      const customer = { kind: "user_id", identifying: ["email", "phone"] };
      return { mapping: own({ record, customer }), preset: "shopify-webhooks" };
    }
  }
}

function fromPreset(preset: string, part: string, changes: object): ShopifyMapping {
  const found = readPreset(preset).find(({ name }) => name === part)!;
  return { mapping: { ...found.mapping, ...columnsOf(found.mapping), ...changes }, preset };
}

function own(rules: { readonly record: ShopifyRecord; readonly customer?: object }): Mapping {
  const { schema } = kindOf(rules);
  return schema.parse({ ...rules, source: SHOPIFY_SOURCE, ...columnsOf(rules) }) as never;
}

/** The fields that rows have; each is a column of its name, and a row leaves out what is blank. */
const FIELDS: Readonly<Record<ShopifyRecord, string>> = {
  products: `product time name option1 option2 option3 category category_path brand price
    compare_at_price stock launched_at`,
  people: `customer email phone time first_name last_name company city country postcode tax_exempt
    tags total_spent total_orders accepts_email accepts_email_at accepts_sms accepts_sms_at
    consent_source consent_confirmed_at`,
  orders: `order time updated product name quantity price discount taxable gift_card brand status
    fulfilled cancelled refunded refunded_at order_discount subtotal shipping tax tax_included total
    currency test coupon payment channel location employee customer email phone country full_name
    company city postcode ship_name ship_company ship_address shipping_method attributes
    payment_terms tags accepts_email`,
  refunds: "order refund time product quantity amount currency",
  events: `type name message time known customer email phone anonymous cart product product_name
    price quantity currency coupon properties traits`,
};

function columnsOf({ record }: { readonly record: string }) {
  const fields = FIELDS[record as ShopifyRecord].split(/\s+/);
  const columns = Object.fromEntries(fields.map((field) => [field, field]));
  return { columns, recognise: undefined };
}
