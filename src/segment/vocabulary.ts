/**
 * The words of the segment language that name facts: sources (`order`, `viewed`, ...) and their
 * fields, each with the column behind it. The planner resolves names against this table, the
 * documentation lists it, and identifiers in SQL come from nowhere else.
 */

export type FieldType = "number" | "text" | "moment" | "boolean";

export interface FieldDefinition {
  readonly type: FieldType;
  /** Column of `facts`. Text: '' is missing; numbers and moments: NULL is missing. */
  readonly column: string;
  readonly nullable: boolean;
}

export interface SourceDefinition {
  readonly name: string;
  /** Which rows: `kind` is one of these, and the flag (if any) is set. Empty: every kind of event. */
  readonly kinds: readonly string[];
  readonly flag?: "kept" | "placed";
  readonly fields: readonly string[];
  readonly derived?: "session" | "gap";
  readonly doc: string;
}

const text = (column: string): FieldDefinition => ({ type: "text", column, nullable: false });
const amount = (column: string): FieldDefinition => ({ type: "number", column, nullable: false });
const optional = (column: string): FieldDefinition => ({ type: "number", column, nullable: true });

/** Every field that a row can have, by its name in the language. */
export const FIELDS: Readonly<Record<string, FieldDefinition>> = {
  name: text("name"),
  source: text("source"),
  order: text("order_id"),
  cart: text("cart_id"),
  product: text("product"),
  category: text("category"),
  department: text("department"),
  brand: text("brand"),
  collection: text("collection"),
  query: text("query"),
  coupon: text("coupon"),
  campaign: text("campaign"),
  theme: text("theme"),
  channel: text("channel"),
  country: text("country"),
  /** Worked out of the country and the day, by the calendar of gift days. */
  occasion: text("country"),
  human: { type: "boolean", column: "human", nullable: false },
  gift: { type: "boolean", column: "gift", nullable: false },
  quantity: optional("quantity"),
  price: optional("price"),
  results: optional("results"),
  gross: amount("gross"),
  discount: amount("discount"),
  refunded: amount("refunded"),
  net: amount("net"),
  /** Only of `activity`, whose events have it as a property instead. */
  amount: amount("net"),
  tax: amount("tax"),
  shipping: amount("shipping"),
  cost: optional("cost"),
  launched: { type: "moment", column: "launched_at", nullable: true },
  usual_price: optional("usual_price"),
  compare_at: optional("compare_at"),
  compare_at_since: { type: "moment", column: "compare_at_since", nullable: true },
  price_before: optional("price_before"),
  /** The fact's own moment: every source has it but `session`, whose windows say the same. */
  at: { type: "moment", column: "ts", nullable: false },
};

const PRODUCT = ["product", "category", "department", "brand", "collection"] as const;
const EVENT = ["name", "source", "channel", "campaign", "theme", "country", "human"] as const;
const AMOUNTS = ["gross", "discount", "refunded", "net", "tax", "shipping"] as const;
const SALE = ["order", "source", "channel", "coupon", "country", "occasion"] as const;
const ORDER = [...SALE, "quantity", "gift", ...AMOUNTS] as const;

/** Kinds that are activity on the site or in the app: sessions are derived from them. */
export const SITE_KINDS = [
  "page",
  "screen",
  "viewed",
  "clicked",
  "listed",
  "filtered",
  "searched",
  "added",
  "removed",
  "cart_viewed",
  "checkout",
  "checkout_step",
  "payment_entered",
  "wished",
  "unwished",
  "watched",
] as const;

const event = (name: string, fields: readonly string[], doc: string): SourceDefinition => ({
  name,
  kinds: [name],
  fields: [...EVENT, ...fields],
  doc,
});

/**
 * `kind` of rows that are not events: they never count as `event`. News of products are facts of a
 * person who did nothing.
 */
export const RECORD_KINDS = [
  ...["order", "line", "refund", "identified"],
  ...["price_dropped", "back_in_stock"],
] as const;

const definitions: readonly SourceDefinition[] = [
  {
    name: "order",
    kinds: ["order"],
    flag: "kept",
    doc: "kept orders: not cancelled, not fully refunded, not a test",
    fields: ORDER,
  },
  {
    name: "placed",
    kinds: ["order"],
    flag: "placed",
    doc: "orders placed: not cancelled, not a test",
    fields: ORDER,
  },
  {
    name: "activity",
    kinds: ["order"],
    flag: "placed",
    doc: "what the store counts as activity: orders placed, or the events that its settings name",
    fields: ["source", "channel", "country", "amount"],
  },
  {
    name: "ordered",
    kinds: ["order"],
    doc: "every order on record: also those not paid yet, cancelled, sent back, or made as a test",
    fields: ORDER,
  },
  {
    name: "ordered_line",
    kinds: ["line"],
    doc: "lines of every order on record, one product each",
    fields: ["order", "source", "channel", "country", ...PRODUCT, "quantity", "price"],
  },
  {
    name: "line",
    kinds: ["line"],
    flag: "kept",
    doc: "lines of kept orders, one product each",
    fields: [
      ...SALE,
      ...PRODUCT,
      "quantity",
      "price",
      "cost",
      "launched",
      "usual_price",
      "compare_at",
      "compare_at_since",
      "gift",
      ...AMOUNTS,
    ],
  },
  {
    name: "refund",
    kinds: ["refund"],
    doc: "refunds that name no order (others are inside the order's net)",
    fields: ["order", "source", "country", ...PRODUCT, "quantity", "price", "gross", "net"],
  },
  {
    name: "identified",
    kinds: ["identified"],
    doc: "traits of the person, as they became known",
    fields: ["source", "country"],
  },
  {
    name: "event",
    kinds: [],
    doc: "any event; its own name is `name`",
    fields: [
      ...EVENT,
      ...PRODUCT,
      "cart",
      "order",
      "query",
      "coupon",
      "quantity",
      "price",
      "results",
    ],
  },
  {
    name: "site",
    kinds: SITE_KINDS,
    doc: "any activity on the site or in the app",
    fields: [...EVENT, ...PRODUCT, "cart", "query", "price"],
  },
  event("viewed", [...PRODUCT, "price", "quantity", "launched"], "Product Viewed"),
  event(
    "view_ended",
    [...PRODUCT],
    "Product View Ended: how far (props.depth) and long (props.dwell_ms) a product was looked at",
  ),
  event("clicked", [...PRODUCT, "price"], "Product Clicked"),
  event("listed", ["category"], "Product List Viewed"),
  event("filtered", ["category"], "Product List Filtered"),
  event("searched", ["query", "results"], "Products Searched"),
  event("added", [...PRODUCT, "cart", "price", "quantity"], "Product Added"),
  event("removed", [...PRODUCT, "cart", "price", "quantity"], "Product Removed"),
  event("cart_viewed", ["cart"], "Cart Viewed"),
  event("checkout", ["cart", "order"], "Checkout Started"),
  event("checkout_step", ["order"], "Checkout Step Viewed or Completed"),
  event("payment_entered", ["order"], "Payment Info Entered"),
  event("payment_failed", ["order"], "Payment Failed"),
  event("wished", [...PRODUCT, "price"], "Product Added to Wishlist"),
  event("unwished", [...PRODUCT], "Product Removed from Wishlist"),
  event("watched", [...PRODUCT, "price"], "Product Watched"),
  {
    name: "price_dropped",
    kinds: ["price_dropped"],
    fields: [...PRODUCT, "price", "price_before"],
    doc: "a product that the person had wished for or watched became cheaper",
  },
  {
    name: "back_in_stock",
    kinds: ["back_in_stock"],
    fields: [...PRODUCT, "price"],
    doc: "a product that the person had wished for or watched came back in stock",
  },
  event("reviewed", [...PRODUCT], "Product Reviewed"),
  event("page", [], "a page call"),
  event("screen", [], "a screen call"),
  event("delivered", [], "a message was delivered (Email Delivered, ...)"),
  event("opened", [], "a message was opened"),
  event("message_clicked", [], "a link in a message was clicked"),
  event("unsubscribed", [], "Unsubscribed"),
  event("complaint_opened", ["order"], "Complaint Opened"),
  event("complaint_closed", ["order"], "Complaint Closed"),
  {
    name: "session",
    kinds: SITE_KINDS,
    derived: "session",
    fields: [],
    doc: "a visit: site activity without a gap of 30 minutes or more; it happens when it starts",
  },
  {
    name: "gap",
    kinds: ["order"],
    flag: "kept",
    derived: "gap",
    fields: ["days"],
    doc: "the days between two successive order days (days of the events that count as activity); it happens at the first order of the later day",
  },
];

export const SOURCES: ReadonlyMap<string, SourceDefinition> = new Map(
  definitions.map((d) => [
    d.name,
    d.derived === "session" ? d : { ...d, fields: ["at", ...d.fields] },
  ]),
);

/** The gap (ms) at or above which site activity belongs to a new session. */
export const SESSION_GAP_MS = 30 * 60 * 1000;
