/**
 * The e-commerce events by the names and properties of Segment's specification (version 2), with
 * Tessera's own additions to it. Each has a method: "Product Added to Wishlist" is
 * `tessera.productAddedToWishlist({ ... })`, the same as `track` with that name.
 */

export interface Product {
  product_id?: string;
  sku?: string;
  category?: string;
  name?: string;
  brand?: string;
  variant?: string;
  /** In the currency's usual unit: 19.99. */
  price?: number;
  quantity?: number;
  coupon?: string;
  position?: number;
  url?: string;
  image_url?: string;
  department?: string;
  collection?: string;
  cost?: number;
  compare_at_price?: number;
  launched_at?: string;
  stock?: number;
  [property: string]: unknown;
}

interface Open {
  [property: string]: unknown;
}

interface Order extends Open {
  order_id: string;
  affiliation?: string;
  /** Subtotal + shipping + tax. */
  total?: number;
  /** After discounts, before shipping and tax. */
  revenue?: number;
  shipping?: number;
  tax?: number;
  discount?: number;
  coupon?: string;
  /** ISO 4217: "EUR". */
  currency?: string;
  products: Product[];
}

interface CheckoutStep extends Open {
  checkout_id?: string;
  step?: number;
  shipping_method?: string;
  payment_method?: string;
}

interface Promotion extends Open {
  promotion_id?: string;
  creative?: string;
  name?: string;
  position?: string | number;
}

interface Coupon extends Open {
  order_id?: string;
  cart_id?: string;
  coupon_id?: string;
  coupon_name?: string;
  discount?: number;
  reason?: string;
}

interface ProductList extends Open {
  list_id?: string;
  category?: string;
  products?: Product[];
}

interface Share extends Open {
  share_via?: string;
  share_message?: string;
  recipient?: string;
}

type CartProduct = Product & { cart_id?: string };
type WishlistProduct = Product & { wishlist_id?: string; wishlist_name?: string };

export interface EcommerceEvents {
  "Products Searched": Open & { query: string; results_count?: number };
  "Product List Viewed": ProductList;
  "Product List Filtered": ProductList & {
    filters?: { type: string; value: string }[];
    sorts?: { type: string; value: string }[];
  };
  "Promotion Viewed": Promotion;
  "Promotion Clicked": Promotion;
  "Product Clicked": Product;
  "Product Viewed": Product & { currency?: string; value?: number };
  "Product Added": CartProduct;
  "Product Removed": CartProduct;
  "Cart Viewed": Open & { cart_id?: string; products?: Product[] };
  "Checkout Started": Partial<Order> & { value?: number };
  "Checkout Step Viewed": CheckoutStep;
  "Checkout Step Completed": CheckoutStep;
  "Payment Info Entered": CheckoutStep & { order_id?: string };
  "Order Completed": Order & { checkout_id?: string; subtotal?: number };
  "Order Updated": Order;
  "Order Cancelled": Partial<Order> & { order_id: string };
  "Order Refunded": Partial<Order> & { order_id: string };
  "Coupon Entered": Coupon;
  "Coupon Applied": Coupon;
  "Coupon Denied": Coupon;
  "Coupon Removed": Coupon;
  "Product Added to Wishlist": WishlistProduct;
  "Product Removed from Wishlist": WishlistProduct;
  "Wishlist Product Added to Cart": WishlistProduct & { cart_id?: string };
  /** Tell me when it is back, or cheaper. */
  "Product Watched": Product;
  "Product Shared": Share & Product;
  "Cart Shared": Share & { cart_id?: string; products?: { product_id: string }[] };
  "Product Reviewed": Open & {
    product_id: string;
    review_id?: string;
    review_body?: string;
    rating?: string | number;
  };
}

export type EcommerceEvent = keyof EcommerceEvents;

type Following<E extends string> = E extends `${infer First} ${infer Rest}`
  ? `${Capitalize<First>}${Following<Rest>}`
  : Capitalize<E>;

export type EcommerceMethods = {
  [E in EcommerceEvent as Uncapitalize<Following<E>>]: (properties: EcommerceEvents[E]) => void;
};

// Written as an object so that the compiler asks for every name.
const NAMES: { readonly [E in EcommerceEvent]: 1 } = {
  "Products Searched": 1,
  "Product List Viewed": 1,
  "Product List Filtered": 1,
  "Promotion Viewed": 1,
  "Promotion Clicked": 1,
  "Product Clicked": 1,
  "Product Viewed": 1,
  "Product Added": 1,
  "Product Removed": 1,
  "Cart Viewed": 1,
  "Checkout Started": 1,
  "Checkout Step Viewed": 1,
  "Checkout Step Completed": 1,
  "Payment Info Entered": 1,
  "Order Completed": 1,
  "Order Updated": 1,
  "Order Cancelled": 1,
  "Order Refunded": 1,
  "Coupon Entered": 1,
  "Coupon Applied": 1,
  "Coupon Denied": 1,
  "Coupon Removed": 1,
  "Product Added to Wishlist": 1,
  "Product Removed from Wishlist": 1,
  "Wishlist Product Added to Cart": 1,
  "Product Watched": 1,
  "Product Shared": 1,
  "Cart Shared": 1,
  "Product Reviewed": 1,
};

export const ECOMMERCE_EVENTS = Object.keys(NAMES) as EcommerceEvent[];

/** "Product Added to Wishlist" -> "productAddedToWishlist". */
export const methodOf = (event: string): string =>
  event.replace(/^./, (c) => c.toLowerCase()).replace(/ (.)/g, (_, c: string) => c.toUpperCase());
