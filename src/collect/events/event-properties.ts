/**
 * Properties of events -> columns of facts. A column takes the first of its names that the event
 * has, in the order of Segment, GA4, Klaviyo, Braze; what no column takes stays a property. Of an
 * event that lists products, the product's own properties come before the event's.
 */

/** Columns whose values are texts, and the properties that they are taken from. */
export const TEXT_PROPERTIES = {
  product: ["product_id", "sku", "item_id", "ProductID", "ProductId", "SKU"],
  product_name: ["product_name", "item_name", "ProductName"],
  category: ["category", "item_category", "product_category"],
  department: ["department"],
  brand: ["brand", "item_brand", "Brand"],
  collection: ["collection"],
  cart: ["cart_id", "cart_token", "checkout_token"],
  order: ["order_id", "transaction_id", "OrderId", "order_number"],
  query: ["query", "search_term", "Search Term"],
  coupon: ["coupon", "coupon_id", "DiscountCode", "discount_code"],
  campaign: ["campaign", "campaign_name", "Campaign Name", "campaign_id"],
  theme: ["theme"],
  channel: ["channel"],
  country: ["country"],
  currency: ["currency", "value_currency"],
} as const;

/** Columns whose values are numbers. */
export const NUMBER_PROPERTIES = {
  price: ["price", "ItemPrice", "Price"],
  quantity: ["quantity", "Quantity"],
  results: ["results_count", "results"],
  cost: ["cost"],
} as const;

/** Amounts of an order as a whole. */
export const ORDER_PROPERTIES = {
  subtotal: ["subtotal", "subtotal_value"],
  revenue: ["revenue", "value", "$value"],
  total: ["total", "total_value"],
  shipping: ["shipping"],
  tax: ["tax"],
  discount: ["discount", "total_discounts", "DiscountValue"],
} as const;

/** What an order says of its buyer and receiver, from which signs of a gift are read. */
export const GIFT_PROPERTIES = {
  gift_wrap: ["gift_wrap", "gift_wrapping", "is_gift", "gift"],
  gift_note: ["gift_note", "gift_message"],
  full_name: ["bill_name", "billing_name"],
  ship_name: ["ship_name", "shipping_name"],
  ship_company: ["ship_company", "shipping_company"],
  shipping_method: ["shipping_method"],
} as const;

/** The list of products: Segment's, GA4's, Klaviyo's. */
export const LIST_PROPERTIES = ["products", "items", "Items"] as const;

/** Whether a person did it: a scanner's click is `human: false`. */
export const HUMAN_PROPERTIES = ["human"] as const;
