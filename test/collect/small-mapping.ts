/** A small file of orders with every oddity, and its mapping. */

import { readMapping } from "../../src/collect/index.js";

export const NOW = Date.UTC(2024, 5, 1);

export const SMALL_MAPPING = readMapping(
  `
source: shop
currency: EUR
columns: {order: order, product: sku, name: title, quantity: qty, price: price, time: date,
  customer: email, country: country, discount: discount}
time: {zone: Europe/Berlin, formats: [iso, d.M.yyyy H:mm]}
customer: {kind: email}
refunds: {order_prefix: R}
discounts: {products: [RABATT]}
`,
  "small.yaml",
);

export const SMALL_HEADER = "order,sku,title,qty,price,date,email,country,discount";

/** Two equal lines, a discount, a refund, a return on an order, a comma, a quote, a line break. */
export const SMALL_ROWS: readonly string[] = [
  `A1,mug,"Mug, ""large""",2,4.50,2024-01-31T23:30:00Z,Ann@Example.com,DE,`,
  `A1,mug,"Mug, ""large""",2,4.50,2024-01-31T23:30:00Z,Ann@Example.com,DE,`,
  `A1,tea,"Tea\nof the house",1,10,2024-01-31T23:31:00Z,ann@example.com,DE,1.5`,
  `A1,RABATT,Discount,-1,3.00,2024-01-31T23:31:00Z,,,`,
  `A2,mug,Mug,1,4.5,1.2.2024 9:05,bob@example.com,AT,`,
  `A3,tea,Tea,3,9.999,2024-02-02,,FR,`,
  `R7,mug,Mug,-1,4.50,2024-02-03 10:00,ann@example.com,DE,`,
  `A2,cup,Ünïcode cup,-1,2.00,1.2.2024 9:05,bob@example.com,AT,`,
];

export const SMALL_CSV = [SMALL_HEADER, ...SMALL_ROWS, ""].join("\n");
