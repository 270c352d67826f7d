/** The small worlds that random histories and texts share, so that things coincide. */

export const PRODUCTS = ["boot", "coat", "scarf"] as const;

/** What the catalogue says of a product; a late version may say otherwise. */
export const CATALOGUE = {
  boot: { category: "shoes", department: "women", brand: "Alpina" },
  coat: { category: "outer", department: "women", brand: "Bora" },
  scarf: { category: "outer", department: "men", brand: "Alpina" },
} as const;

/** Words of text fields; "" is stored as missing, quotes and İ try the escapes. */
export const WORDS: Readonly<Record<string, readonly string[]>> = {
  product: PRODUCTS,
  category: ["shoes", "outer"],
  department: ["women", "men"],
  brand: ["Alpina", "Bora"],
  collection: ["fall", "winter 24"],
  query: ["boots", "red coat", "5"],
  coupon: ["WELCOME", "O'Hara"],
  campaign: ["autumn", "gift"],
  theme: ["gift", "sport"],
  channel: ["web", "app"],
  country: ["DE", "TR"],
  occasion: ["mothers_day 2024", "fathers_day 2024", "christmas 2023"],
  source: ["shop", "pos"],
  name: ["Level Up", "Quiz", "Product Viewed"],
  order: ["o1", "o2"],
  cart: ["c1", "c2"],
};

/** Unit prices: sums of them meet each other and thresholds. */
export const PRICES = ["10", "19.99", "20.01", "49.9", "0.1"] as const;

/** Properties and traits by path, with the values that occur; "5" and 5 both do. */
export const PROPERTIES: Readonly<Record<string, readonly unknown[]>> = {
  size: [5, "5", 5.25, "M", null, true],
  rating: [1, 2.5, 4, null],
  flag: [true, false, "true"],
  "color.name": ["red", "blue", "", null],
  "color.code.hex": ["ff0000", 7],
};

export const TRAITS: Readonly<Record<string, readonly unknown[]>> = {
  city: ["İstanbul", "Izmir", "Berlin", null],
  age: [18, 30, 44.5, "30", null],
  vip: [true, false, "yes"],
  "address.zip": ["10115", 34000, null],
};

/** Kinds of site activity and other events that histories hold, with the fields that they may carry. */
export const EVENT_KINDS: Readonly<Record<string, readonly string[]>> = {
  viewed: ["product", "price", "quantity"],
  view_ended: ["product"],
  clicked: ["product", "price"],
  listed: ["category"],
  filtered: ["category"],
  searched: ["query", "results"],
  added: ["product", "cart", "price", "quantity"],
  removed: ["product", "cart", "price", "quantity"],
  cart_viewed: ["cart"],
  checkout: ["cart", "order"],
  checkout_step: ["order"],
  payment_entered: ["order"],
  payment_failed: ["order"],
  wished: ["product", "price"],
  unwished: ["product"],
  watched: ["product", "price"],
  reviewed: ["product"],
  page: [],
  screen: [],
  delivered: [],
  opened: [],
  message_clicked: [],
  unsubscribed: [],
  complaint_opened: ["order"],
  complaint_closed: ["order"],
  event: ["product", "cart", "order", "query", "coupon", "quantity", "price", "results"],
};

/** Kinds that occur often, so that conditions about them have something to say. */
export const COMMON_KINDS = ["viewed", "added", "removed", "searched", "page", "wished"] as const;

export const ZONES = [
  "UTC",
  "Europe/Berlin",
  "Europe/Istanbul",
  "America/New_York",
  "Asia/Kolkata",
  "Australia/Lord_Howe",
  "America/Santiago",
] as const;

/** Durations that texts use and histories are spaced by. */
export const SPACINGS_MS = [
  60_000,
  1_800_000,
  3_600_000,
  86_400_000,
  2 * 86_400_000,
  3 * 86_400_000,
  7 * 86_400_000,
  14 * 86_400_000,
  30 * 86_400_000,
  90 * 86_400_000,
] as const;
