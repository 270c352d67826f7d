/**
 * Payloads of Shopify's webhooks with the fields that are documented for them, as far as they
 * matter here, and some that do not. Ids and names stand for any shop's.
 */

export type Payload = Record<string, unknown>;

const money = (amount: string) => ({
  shop_money: { amount, currency_code: "EUR" },
  presentment_money: { amount: "999.99", currency_code: "JPY" },
});

export interface OrderLine {
  readonly id?: number;
  readonly sku: string;
  readonly title: string;
  readonly quantity: number;
  readonly price: string;
  readonly more?: Payload;
}

export const TEA: OrderLine = { id: 11, sku: "TEA", title: "Tea", quantity: 1, price: "20.00" };
export const MUG: OrderLine = { id: 12, sku: "MUG", title: "Mug", quantity: 1, price: "10.00" };

const lineItem = ({ id = 1, sku, title, quantity, price, more = {} }: OrderLine): Payload => ({
  id,
  admin_graphql_api_id: `gid://shopify/LineItem/${id}`,
  name: title,
  title,
  variant_title: null,
  sku,
  quantity,
  price,
  price_set: money(price),
  total_discount: "0.00",
  total_discount_set: money("0.00"),
  discount_allocations: [],
  taxable: true,
  gift_card: false,
  requires_shipping: true,
  vendor: null,
  variant_id: 39072856 + id,
  product_id: 632910392,
  properties: [],
  tax_lines: [],
  ...more,
});

/** An order paid by card: 30 of goods, no tax, no shipping, unless `more` says so. */
export function orderPayload(
  more: Payload = {},
  lines: readonly OrderLine[] = [TEA, MUG],
): Payload {
  const sum = lines.reduce((total, line) => total + line.quantity * Number(line.price), 0);
  return {
    id: 5410098512345,
    admin_graphql_api_id: "gid://shopify/Order/5410098512345",
    name: "#1001",
    order_number: 1001,
    email: "ann@example.com",
    contact_email: "ann@example.com",
    phone: null,
    created_at: "2024-03-01T11:00:00+01:00",
    processed_at: "2024-03-01T11:00:00+01:00",
    updated_at: "2024-03-01T11:00:05+01:00",
    closed_at: null,
    cancelled_at: null,
    cancel_reason: null,
    currency: "EUR",
    financial_status: "paid",
    fulfillment_status: null,
    subtotal_price: sum.toFixed(2),
    subtotal_price_set: money(sum.toFixed(2)),
    total_discounts: "0.00",
    total_tax: "0.00",
    total_price: sum.toFixed(2),
    total_shipping_price_set: money("0.00"),
    taxes_included: false,
    test: false,
    buyer_accepts_marketing: false,
    payment_gateway_names: ["shopify_payments"],
    source_name: "web",
    location_id: null,
    user_id: null,
    cart_token: "68778783ad298f1c80c3bafcddeea02f",
    tags: "",
    note: null,
    note_attributes: [],
    discount_codes: [],
    line_items: lines.map(lineItem),
    shipping_lines: [],
    refunds: [],
    fulfillments: [],
    billing_address: null,
    shipping_address: null,
    customer: { id: 7713100112345, email: "ann@example.com", phone: null },
    ...more,
  };
}

export interface Returned {
  readonly line: OrderLine;
  readonly quantity: number;
  readonly subtotal: string;
  readonly tax?: string;
}

/** Money that went back at `at`, for these lines. */
export function refundPayload(
  amount: string,
  at: string,
  returned: readonly Returned[] = [],
  more: Payload = {},
): Payload {
  return {
    id: 929361464001,
    order_id: 5410098512345,
    created_at: at,
    processed_at: at,
    note: null,
    restock: true,
    user_id: 799407056,
    refund_line_items: returned.map(({ line, quantity, subtotal, tax = "0.00" }) => ({
      id: 1058498311001,
      quantity,
      line_item_id: line.id,
      line_item: lineItem(line),
      restock_type: "return",
      subtotal,
      subtotal_set: money(subtotal),
      total_tax: tax,
      total_tax_set: money(tax),
    })),
    transactions: [
      {
        id: 1072844685001,
        order_id: 5410098512345,
        kind: "refund",
        status: "success",
        amount,
        currency: "EUR",
      },
    ],
    order_adjustments: [],
    ...more,
  };
}

export function customerPayload(more: Payload = {}): Payload {
  return {
    id: 7713100199999,
    email: "Bob@Example.com",
    created_at: "2024-01-05T09:00:00+01:00",
    updated_at: "2024-03-02T08:00:00+01:00",
    first_name: "Bob",
    last_name: "Noor",
    orders_count: 3,
    state: "enabled",
    total_spent: "129.50",
    note: null,
    verified_email: true,
    tax_exempt: false,
    tags: "vip, newsletter",
    phone: "+43 660 1234567",
    default_address: {
      company: "Noor KG",
      city: "Wien",
      zip: "1010",
      country_code: "AT",
      phone: null,
    },
    email_marketing_consent: {
      state: "subscribed",
      opt_in_level: "confirmed_opt_in",
      consent_updated_at: "2024-02-01T10:00:00+01:00",
    },
    sms_marketing_consent: {
      state: "not_subscribed",
      opt_in_level: "unknown",
      consent_updated_at: null,
    },
    ...more,
  };
}

export function productPayload(more: Payload = {}, variants: readonly Payload[] = [{}]): Payload {
  return {
    id: 8067925344401,
    title: "Mug",
    vendor: "Acme",
    product_type: "Kitchen",
    handle: "mug",
    created_at: "2024-01-01T09:00:00+01:00",
    updated_at: "2024-03-01T09:00:00+01:00",
    published_at: "2024-01-02T09:00:00+01:00",
    status: "active",
    tags: "",
    variants: variants.map((variant, index) => ({
      id: 4470223339001 + index,
      title: "Default Title",
      option1: "Default Title",
      option2: null,
      option3: null,
      sku: "MUG",
      price: "10.00",
      compare_at_price: "12.00",
      inventory_item_id: 4655778889001,
      inventory_quantity: 5,
      inventory_management: "shopify",
      ...variant,
    })),
    ...more,
  };
}

export const levelPayload = (location: number, available: number, at: string): Payload => ({
  inventory_item_id: 4655778889001,
  location_id: location,
  available,
  updated_at: at,
});

const TOKEN = "eeafa272cebfd4b22385bc4b645e762c";

/** A cart as it is at `at`. */
export const cartPayload = (at: string, lines: readonly OrderLine[], token = TOKEN): Payload => ({
  id: token,
  token,
  note: null,
  created_at: "2024-03-01T10:00:00.000Z",
  updated_at: at,
  line_items: lines.map((line) => ({
    ...lineItem(line),
    line_price: line.price,
    key: `k${line.id}`,
  })),
});

export function checkoutPayload(more: Payload = {}, lines: readonly OrderLine[] = [MUG]): Payload {
  return {
    id: 3510098512345,
    token: "123123123",
    cart_token: TOKEN,
    email: null,
    phone: null,
    created_at: "2024-03-01T10:30:00+00:00",
    updated_at: "2024-03-01T10:30:00+00:00",
    completed_at: null,
    currency: "EUR",
    total_price: "10.00",
    discount_codes: [],
    abandoned_checkout_url: "https://shop.example/checkouts/ac/123123123/recover",
    line_items: lines.map(lineItem),
    ...more,
  };
}
