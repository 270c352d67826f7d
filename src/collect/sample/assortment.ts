/** What the sample store sells: some two hundred products, with new ones each half year. */

import type { Dice } from "./dice.js";

export interface Product {
  readonly id: string;
  readonly name: string;
  readonly department: Department;
  readonly category: string;
  readonly brand: string;
  readonly collection: string;
  /** Of one unit, in cents. */
  readonly priceMinor: number;
  readonly costMinor: number;
  readonly launchedAt: number;
}

export const DEPARTMENTS = ["women", "men", "kids", "home"] as const;
export type Department = (typeof DEPARTMENTS)[number];

/** Categories with their usual price in cents. */
const CATEGORIES: Readonly<Record<Department, readonly (readonly [string, number])[]>> = {
  women: [
    ["dresses", 7900],
    ["running shoes", 11900],
    ["bags", 9900],
    ["knitwear", 6900],
  ],
  men: [
    ["shirts", 5900],
    ["running shoes", 11900],
    ["jackets", 15900],
    ["jeans", 7900],
  ],
  kids: [
    ["toys", 2400],
    ["kids shoes", 4900],
    ["pyjamas", 2900],
  ],
  home: [
    ["bedding", 8900],
    ["lamps", 6900],
    ["kitchen", 3900],
  ],
};

const BRANDS: Readonly<Record<Department, readonly string[]>> = {
  women: ["Alba", "Marlowe", "Stride"],
  men: ["Hollis", "Marlowe", "Stride"],
  kids: ["Pip", "Stride"],
  home: ["Norrland", "Alba"],
};

const COLOURS = ["black", "sand", "sage", "navy", "rust", "ivory"] as const;
const PRODUCTS_PER_CATEGORY = 14;

export type Assortment = Readonly<Record<Department, readonly Product[]>>;

export interface Launch {
  readonly collection: string;
  readonly at: number;
}

/** The products of each department. `launches`: the collections in order; the first is the store's opening assortment. */
export function makeAssortment(dice: Dice, launches: readonly Launch[]): Assortment {
  const assortment: Record<Department, Product[]> = { women: [], men: [], kids: [], home: [] };
  let number = 0;
  for (const department of DEPARTMENTS) {
    for (const [category, usualMinor] of CATEGORIES[department]) {
      for (let n = 0; n < PRODUCTS_PER_CATEGORY; n++) {
        const brand = dice.pick(BRANDS[department]);
        // The opening assortment is half of everything.
        const launch = n % 2 === 0 ? launches[0]! : dice.pick(launches.slice(1));
        // Prices end in 90 cents.
        const priceMinor = Math.round(dice.around(usualMinor, 0.35) / 100) * 100 + 90;
        number += 1;
        assortment[department].push({
          id: `P${String(number).padStart(3, "0")}`,
          name: `${brand} ${category} ${dice.pick(COLOURS)}`,
          department,
          category,
          brand,
          collection: launch.collection,
          priceMinor,
          costMinor: Math.round(priceMinor * (0.35 + 0.2 * dice.next())),
          launchedAt: launch.at,
        });
      }
    }
  }
  return assortment;
}
