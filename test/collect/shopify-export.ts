/** Shopify's orders export as it is documented, old and new, written from orders in plain words. */

import { csvQuoted } from "../../src/collect/files/csv-records.js";

/** The header of the export; the last columns are the newest. */
export const NEW_HEADER = `Name,Email,Financial Status,Paid at,Fulfillment Status,Fulfilled at,Accepts Marketing,Currency,Subtotal,Shipping,Taxes,Total,Discount Code,Discount Amount,Shipping Method,Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem compare at price,Lineitem sku,Lineitem requires shipping,Lineitem taxable,Lineitem fulfillment status,Billing Name,Billing Street,Billing Address1,Billing Address2,Billing Company,Billing City,Billing Zip,Billing Province,Billing Country,Billing Phone,Shipping Name,Shipping Street,Shipping Address1,Shipping Address2,Shipping Company,Shipping City,Shipping Zip,Shipping Province,Shipping Country,Shipping Phone,Notes,Note Attributes,Cancelled at,Payment Method,Payment Reference,Refunded Amount,Vendor,Outstanding Balance,Employee,Location,Device ID,Id,Tags,Risk Level,Source,Lineitem discount,Tax 1 Name,Tax 1 Value,Tax 2 Name,Tax 2 Value,Tax 3 Name,Tax 3 Value,Tax 4 Name,Tax 4 Value,Tax 5 Name,Tax 5 Value,Phone,Receipt Number,Duties,Billing Province Name,Shipping Province Name,Payment ID,Payment Terms Name,Next Payment Due At,Payment References`;

/** An export of years ago: "Fulfillment Date", and nothing of tills, phones or terms. */
export const OLD_HEADER = `Name,Email,Financial Status,Paid at,Fulfillment Status,Fulfillment Date,Accepts Marketing,Currency,Subtotal,Shipping,Taxes,Total,Discount Code,Discount Amount,Shipping Method,Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem compare at price,Lineitem sku,Lineitem requires shipping,Lineitem taxable,Lineitem fulfillment status,Billing Name,Billing Street,Billing Address1,Billing Address2,Billing Company,Billing City,Billing Zip,Billing Province,Billing Country,Billing Phone,Shipping Name,Shipping Street,Shipping Address1,Shipping Address2,Shipping Company,Shipping City,Shipping Zip,Shipping Province,Shipping Country,Shipping Phone,Notes,Note Attributes,Cancelled at,Payment Method,Payment Reference,Refunded Amount,Vendor,Id,Tags,Risk Level,Source,Lineitem discount`;

type Cells = Readonly<Record<string, string | number>>;

export interface ShopOrder {
  /** "#1001". */
  readonly name: string;
  readonly email?: string;
  /** Cells of the first row alone; dates as "2024-03-01 10:00:00 +0100". */
  readonly order: Cells;
  /** One row each: quantity, name, price, and what differs from the usual. */
  readonly lines: readonly (readonly [
    quantity: number,
    name: string,
    price: number,
    more?: Cells,
  ])[];
}

/** The text of an export; with `bom` as Shopify sometimes begins it. */
export function shopifyExport(
  orders: readonly ShopOrder[],
  { header = NEW_HEADER, bom = false } = {},
): string {
  const names = header.split(",");
  const rows = orders.flatMap(({ name, email = "", order, lines }) =>
    lines.map(([quantity, title, price, more = {}], index) => {
      const line = {
        Name: name,
        Email: email,
        ...(index === 0 ? order : {}),
        "Lineitem quantity": quantity,
        "Lineitem name": title,
        "Lineitem price": price.toFixed(2),
        "Lineitem sku": title.toUpperCase().slice(0, 3),
        "Lineitem requires shipping": "true",
        "Lineitem taxable": "true",
        "Lineitem discount": "0.00",
        ...more,
      } as Cells;
      return names.map((column) => csvQuoted(String(line[column] ?? ""))).join(",");
    }),
  );
  return `${bom ? "\ufeff" : ""}${[header, ...rows].join("\n")}\n`;
}

/** Amounts of an order whose prices are without tax. */
export function paid(subtotal: number, more: Cells = {}): Cells {
  const { Shipping = 0, Taxes = 0 } = more;
  return {
    "Financial Status": "paid",
    "Created at": "2024-03-01 10:00:00 +0000",
    "Paid at": "2024-03-01 10:00:05 +0000",
    Currency: "EUR",
    Subtotal: subtotal.toFixed(2),
    Shipping: "0.00",
    Taxes: "0.00",
    Total: (subtotal + Number(Shipping) + Number(Taxes)).toFixed(2),
    "Discount Amount": "0.00",
    "Refunded Amount": "0.00",
    ...more,
  };
}
