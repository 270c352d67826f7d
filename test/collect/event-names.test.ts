import { describe, expect, it } from "vitest";
import { EVENTS, eventOf, ORDER_KINDS, PRODUCT_KINDS } from "../../src/collect/events/index.js";
import { SOURCES } from "../../src/segment/vocabulary.js";

/** Every event of Segment's e-commerce specification, its accepted aliases, and our additions. */
const SPECIFIED = [
  ...["Products Searched", "Product List Viewed", "Product List Filtered", "Promotion Viewed"],
  ...["Promotion Clicked", "Product Clicked", "Product Viewed", "Product Added", "Product Removed"],
  ...["Cart Viewed", "Checkout Started", "Checkout Step Viewed", "Checkout Step Completed"],
  ...["Payment Info Entered", "Order Completed", "Order Updated", "Order Cancelled"],
  ...["Order Refunded", "Coupon Entered", "Coupon Applied", "Coupon Removed", "Coupon Denied"],
  ...["Product Added to Wishlist", "Product Removed from Wishlist"],
  ...["Wishlist Product Added to Cart", "Product Shared", "Cart Shared", "Product Reviewed"],
  ...["Viewed Product Category", "Clicked Product", "Viewed Product", "Added Product"],
  ...["Removed Product", "Started Order", "Viewed Checkout Step", "Completed Checkout Step"],
  ...["Updated Order", "Completed Order", "Viewed Promotion", "Clicked Promotion"],
  ...["Product Watched", "Order Shipped", "Order Delivered", "Order Paid", "Balance Updated"],
  ...["Complaint Opened", "Complaint Closed", "Product Price Changed", "Product Stock Changed"],
  ...["Email Delivered", "Email Opened", "Email Link Clicked", "Email Bounced"],
  ...["Email Marked as Spam", "Unsubscribed"],
];

/** What other systems call the same, by the name here. */
const ELSEWHERE: Readonly<Record<string, readonly string[]>> = {
  "Product Viewed": ["view_item", "Viewed Product", "ecommerce.product_viewed", "view"],
  "Product List Viewed": ["view_item_list", "category"],
  "Products Searched": ["search"],
  "Product Added": ["add_to_cart", "Added to Cart", "ecommerce.cart_updated add", "cart"],
  "Product Removed": ["remove_from_cart", "ecommerce.cart_updated remove"],
  "Cart Viewed": ["view_cart"],
  "Checkout Started": ["begin_checkout", "Started Checkout", "ecommerce.checkout_started"],
  "Payment Info Entered": ["add_payment_info"],
  "Order Completed": ["purchase", "Placed Order", "ecommerce.order_placed"],
  "Order Refunded": ["refund", "Refunded Order", "ecommerce.order_refunded"],
  "Order Cancelled": ["Cancelled Order", "ecommerce.order_cancelled"],
  "Product Added to Wishlist": ["add_to_wishlist", "wish"],
  "Product Clicked": ["select_item"],
  "Promotion Viewed": ["view_promotion"],
  "Promotion Clicked": ["select_promotion"],
};

describe("the table of event names", () => {
  it("has every event of the specification, whatever its spelling", () => {
    expect(SPECIFIED.filter((name) => eventOf(name) === undefined)).toEqual([]);
    for (const spelling of ["product viewed", "Product_Viewed", "  PRODUCT  VIEWED "]) {
      expect(eventOf(spelling)?.kind).toBe("viewed");
    }
  });

  it.each(Object.entries(ELSEWHERE))("knows what others call %s", (name, others) => {
    expect(others.map((other) => eventOf(other)?.name)).toEqual(others.map(() => name));
  });

  it("has kinds of the vocabulary only, and no name twice", () => {
    const orders: readonly string[] = ORDER_KINDS;
    const strange = EVENTS.filter(({ kind }) => !SOURCES.has(kind) && !orders.includes(kind));
    expect(strange).toEqual([]);
    const names = EVENTS.flatMap(({ name, aliases = [] }) => [name, ...aliases]);
    const distinct = new Set(names.map((name) => eventOf(name)!.name));
    expect(distinct.size).toBe(EVENTS.length);
    for (const event of EVENTS) expect(eventOf(event.name)).toBe(event);
  });

  it("makes a fact for each product where the vocabulary has a product", () => {
    const withProduct = EVENTS.filter(
      ({ kind }) => kind !== "event" && SOURCES.get(kind)?.fields.includes("product"),
    );
    expect([...PRODUCT_KINDS].sort()).toEqual([...new Set(withProduct.map((e) => e.kind))].sort());
  });
});
