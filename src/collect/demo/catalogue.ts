/** What the demo store sells: some five hundred products, with new ones each quarter. */

import { type Decimal, instantText } from "../../store/index.js";
import { type Calendar, DAY_MS, type Launch } from "./calendar.js";
import { money } from "./decimals.js";
import { type Dice, newDice } from "./dice.js";
import { endingIn90, listedAt, makeOffers, type Offer, usualPrices } from "./price-history.js";

export interface Product {
  readonly id: string;
  readonly name: string;
  readonly department: Department | typeof GIFT_CARDS;
  readonly category: string;
  readonly brand: string;
  readonly collection: string;
  readonly costMinor: number;
  readonly launchedAt: number;
  /** Of clothes and shoes. */
  readonly sizes: readonly string[];
  readonly offers: readonly Offer[];
  readonly usualPriceAt: (at: number) => Decimal | undefined;
}

export const DEPARTMENTS = ["women", "men", "kids", "footwear", "home"] as const;
export type Department = (typeof DEPARTMENTS)[number];

const CLOTHES = ["XS", "S", "M", "L", "XL"];
const SHOES = ["37", "38", "39", "40", "41", "42", "43", "44"];

interface Category {
  readonly category: string;
  readonly department: Department;
  readonly usualMinor: number;
  readonly sizes: readonly string[];
}

const category = (
  department: Department,
  name: string,
  usualMinor: number,
  sizes: readonly string[] = [],
): Category => ({ department, category: name, usualMinor, sizes });

const CATEGORIES: readonly Category[] = [
  category("women", "dresses", 7900, CLOTHES),
  category("women", "knitwear", 6900, CLOTHES),
  category("women", "bags", 9900),
  category("women", "blouses", 4900, CLOTHES),
  category("men", "shirts", 5900, CLOTHES),
  category("men", "jackets", 15900, CLOTHES),
  category("men", "jeans", 7900, CLOTHES),
  category("men", "watches", 12900),
  category("kids", "toys", 2400),
  category("kids", "pyjamas", 2900, CLOTHES),
  category("kids", "school bags", 4400),
  category("footwear", "running shoes", 11900, SHOES),
  category("footwear", "sneakers", 8900, SHOES),
  category("footwear", "boots", 13900, SHOES),
  category("home", "bedding", 8900),
  category("home", "lamps", 6900),
  category("home", "kitchen", 3900),
  category("home", "candles", 1900),
];

export const RUNNING_SHOES = "running shoes";

/** Their shelf. Selling one is no revenue but a debt. */
export const GIFT_CARDS = "gift cards";
const GIFT_CARD_VALUES = [2500, 5000, 10_000] as const;

const BRANDS: Readonly<Record<Department, readonly string[]>> = {
  women: ["Alba", "Marlowe", "Juno"],
  men: ["Hollis", "Marlowe", "Norrland"],
  kids: ["Pip", "Alba"],
  footwear: ["Stride", "Hollis", "Marlowe"],
  home: ["Norrland", "Alba", "Pip"],
};

const COLOURS = ["black", "sand", "sage", "navy", "rust", "ivory"] as const;
const PER_CATEGORY = { classics: 10, launch: 2 };
const OF_LATE_DAYS = 13;

/** Products that can be sold, oldest first. */
export type Shelf = readonly Product[];

export interface Catalogue {
  readonly products: Shelf;
  /** By department or category. */
  readonly shelves: ReadonlyMap<string, Shelf>;
  readonly newest: Launch;
  /** Whose price fell or whose stock came back in the last 13 days. */
  readonly betterOfLate: Shelf;
}

export function makeCatalogue(seed: number, calendar: Calendar): Catalogue {
  const dice = newDice(seed, "catalogue");
  const products: Product[] = [];
  for (const [index, launch] of calendar.launches.entries()) {
    const count = index === 0 ? PER_CATEGORY.classics : PER_CATEGORY.launch;
    for (const of of CATEGORIES) {
      for (let n = 0; n < count; n++) {
        const id = `P${String(products.length + 1).padStart(3, "0")}`;
        products.push(makeProduct(dice, { id, of, launch, calendar }));
      }
    }
  }
  products.push(...makeGiftCards(calendar.launches[0]!));
  const shelves = new Map<string, Product[]>();
  for (const product of products) {
    for (const key of new Set([product.department, product.category])) {
      if (!shelves.has(key)) shelves.set(key, []);
      shelves.get(key)!.push(product);
    }
  }
  const since = calendar.until - OF_LATE_DAYS * DAY_MS;
  const betterOfLate = products.filter(({ offers }) => isBetter(offers, since));
  return { products, shelves, newest: calendar.launches.at(-1)!, betterOfLate };
}

function isBetter(offers: readonly Offer[], since: number): boolean {
  const [before, last] = offers.slice(-2);
  if (before === undefined || last === undefined || last.from < since) return false;
  return last.priceMinor < before.priceMinor || (before.stock === 0 && last.stock > 0);
}

function makeProduct(
  dice: Dice,
  of: {
    readonly id: string;
    readonly of: Category;
    readonly launch: Launch;
    readonly calendar: Calendar;
  },
): Product {
  const { department, category, usualMinor, sizes } = of.of;
  const brand = dice.pick(BRANDS[department]);
  const listMinor = endingIn90(dice.around(usualMinor, 0.35));
  const launchedAt = of.launch.at;
  const name = `${brand} ${category} ${dice.pick(COLOURS)}`;
  const costMinor = Math.round(listMinor * dice.between(0.35, 0.55));
  const offers = makeOffers(dice, { listMinor, launchedAt }, of.calendar);
  return {
    id: of.id,
    name,
    department,
    category,
    brand,
    collection: of.launch.collection,
    costMinor,
    launchedAt,
    sizes,
    offers,
    usualPriceAt: usualPrices(offers),
  };
}

function makeGiftCards({ collection, at }: Launch): Product[] {
  return GIFT_CARD_VALUES.map((priceMinor) => {
    const offers = [listedAt(at, { listMinor: priceMinor, stock: 9999 })];
    return {
      id: `GIFT-${priceMinor / 100}`,
      name: `gift card ${priceMinor / 100}`,
      department: GIFT_CARDS,
      category: GIFT_CARDS,
      brand: "",
      collection,
      costMinor: 0,
      launchedAt: at,
      sizes: [],
      offers,
      usualPriceAt: usualPrices(offers),
    };
  });
}

/** Rows of `products`: a dated version for each offer. */
export function productRows({ products }: Catalogue): Record<string, unknown>[] {
  return products.flatMap(({ id, offers, costMinor, launchedAt, ...product }) =>
    offers.map(({ from, price, compareAtMinor, stock }) => ({
      product: id,
      ts: instantText(from),
      known_at: instantText(from),
      name: product.name,
      category: product.category,
      department: product.department,
      brand: product.brand,
      collection: product.collection,
      price,
      compare_at_price: compareAtMinor === undefined ? null : money(compareAtMinor),
      cost: money(costMinor),
      stock: String(stock),
      launched_at: instantText(launchedAt),
      origin: "catalogue",
      import_id: 0,
    })),
  );
}
