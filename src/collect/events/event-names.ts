/**
 * The names that events come in with -> what they are here. One table for files and for live
 * intake: the names of Segment's specification (e-commerce, e-mail, SMS, push), those of them that
 * are accepted there under older names, our own additions, and what GA4, Klaviyo, Braze and
 * PersonaClick call the same. A name that is not here is a fact of the kind `event`. Braze's
 * `ecommerce.cart_updated` is looked up with its `action` after it.
 */

export interface EventDefinition {
  /** The name that the fact gets. */
  readonly name: string;
  /** A kind of `src/segment/vocabulary.ts`, or what becomes of an order. */
  readonly kind: string;
  /** Of a message: by which channel. */
  readonly channel?: "email" | "sms" | "push";
  /** Other names, of Segment itself and elsewhere. */
  readonly aliases?: readonly string[];
}

/** Kinds of events that are no facts of their own: they say what an order is. */
export const ORDER_KINDS = [
  "order_completed",
  "order_updated",
  "order_cancelled",
  "order_refunded",
] as const;

/**
 * Kinds whose facts have one product each. An event of these that lists several becomes a fact for
 * each; any other stays one fact and keeps its list as a property.
 */
export const PRODUCT_KINDS = [
  ...[
    "viewed",
    "view_ended",
    "clicked",
    "added",
    "removed",
    "wished",
    "unwished",
    "watched",
    "reviewed",
  ],
] as const;

const of = (name: string, kind: string, aliases: readonly string[] = []): EventDefinition => ({
  name,
  kind,
  aliases,
});

const message = (
  channel: "email" | "sms" | "push",
  name: string,
  kind: string,
  aliases: readonly string[] = [],
): EventDefinition => ({ name, kind, channel, aliases });

export const EVENTS: readonly EventDefinition[] = [
  of("Page", "page", ["page", "page_view", "pageview"]),
  of("Screen", "screen", ["screen", "screen_view"]),
  of("Products Searched", "searched", ["search", "Searched Site"]),
  of("Product List Viewed", "listed", [
    ...["Viewed Product Category", "Viewed Product List", "view_item_list", "category"],
  ]),
  of("Product List Filtered", "filtered"),
  of("Promotion Viewed", "event", ["Viewed Promotion", "view_promotion"]),
  of("Promotion Clicked", "event", ["Clicked Promotion", "select_promotion"]),
  of("Product Clicked", "clicked", ["Clicked Product", "select_item"]),
  of("Product Viewed", "viewed", [
    "Viewed Product",
    "view_item",
    "ecommerce.product_viewed",
    "view",
  ]),
  of("Product View Ended", "view_ended"),
  of("Product Added", "added", [
    ...["Added Product", "add_to_cart", "addtocart", "Added to Cart", "cart"],
    "ecommerce.cart_updated add",
  ]),
  of("Product Removed", "removed", [
    ...["Removed Product", "remove_from_cart", "Removed from Cart"],
    "ecommerce.cart_updated remove",
  ]),
  of("Cart Viewed", "cart_viewed", ["Viewed Cart", "view_cart"]),
  of("Cart Updated", "event", ["ecommerce.cart_updated", "ecommerce.cart_updated replace"]),
  of("Checkout Started", "checkout", [
    ...["Started Order", "Started Checkout", "begin_checkout", "ecommerce.checkout_started"],
  ]),
  of("Checkout Step Viewed", "checkout_step", ["Viewed Checkout Step"]),
  of("Checkout Step Completed", "checkout_step", ["Completed Checkout Step"]),
  of("Payment Info Entered", "payment_entered", ["add_payment_info"]),
  of("Payment Failed", "payment_failed"),
  of("Order Completed", "order_completed", [
    ...["Completed Order", "purchase", "transaction", "Placed Order", "ecommerce.order_placed"],
  ]),
  of("Order Updated", "order_updated", ["Updated Order"]),
  of("Order Cancelled", "order_cancelled", [
    ...["Order Canceled", "Cancelled Order", "ecommerce.order_cancelled"],
  ]),
  of("Order Refunded", "order_refunded", ["Refunded Order", "refund", "ecommerce.order_refunded"]),
  of("Order Paid", "event"),
  of("Order Shipped", "event"),
  of("Order Delivered", "event"),
  of("Coupon Entered", "event"),
  of("Coupon Applied", "event"),
  of("Coupon Denied", "event"),
  of("Coupon Removed", "event"),
  of("Coupon Redeemed", "event"),
  of("Product Added to Wishlist", "wished", ["add_to_wishlist", "wish"]),
  of("Product Removed from Wishlist", "unwished", ["remove_from_wishlist"]),
  of("Wishlist Product Added to Cart", "added"),
  of("Product Watched", "watched"),
  of("Product Shared", "event"),
  of("Cart Shared", "event"),
  of("Product Reviewed", "reviewed"),
  of("Product Price Changed", "event"),
  of("Product Stock Changed", "event"),
  of("Balance Updated", "event"),
  of("Consent Updated", "event"),
  of("Segment Consent Preference Updated", "event"),
  of("Complaint Opened", "complaint_opened"),
  of("Complaint Closed", "complaint_closed"),
  message("email", "Email Delivered", "delivered", ["Received Email"]),
  message("email", "Email Opened", "opened", ["Opened Email"]),
  message("email", "Email Link Clicked", "message_clicked", ["Clicked Email"]),
  message("email", "Email Bounced", "event", ["Bounced Email"]),
  message("email", "Email Marked as Spam", "event", ["Marked Email as Spam"]),
  message("email", "Unsubscribed", "unsubscribed", ["Unsubscribed from List"]),
  message("sms", "SMS Delivered", "delivered", ["Received SMS"]),
  message("sms", "SMS Link Clicked", "message_clicked", ["Clicked SMS"]),
  message("sms", "SMS Unsubscribed", "unsubscribed", ["Unsubscribed from SMS"]),
  message("push", "Push Notification Received", "delivered", ["Received Push"]),
  message("push", "Push Notification Opened", "opened", ["Opened Push"]),
  message("push", "Push Notification Tapped", "message_clicked"),
];

/** As names are compared: without regard to case, blanks and underscores around words. */
export const plainName = (name: string): string =>
  name
    .trim()
    .toLowerCase()
    .replaceAll(/[\s_]+/g, " ");

const BY_NAME: ReadonlyMap<string, EventDefinition> = new Map(
  EVENTS.flatMap((event) =>
    [event.name, ...(event.aliases ?? [])].map((name) => [plainName(name), event] as const),
  ),
);

/** What an event of this name is; undefined where the table does not have it. */
export function eventOf(name: string): EventDefinition | undefined {
  return BY_NAME.get(plainName(name));
}

/** Every name in the spelling in which names are compared, for look-ups in SQL. */
export const EVENT_NAMES: readonly (readonly [plain: string, event: EventDefinition])[] = [
  ...BY_NAME,
];
