/** What webhooks say of products: each variant's price, stock and place in the catalogue, from then on. */

import { lineName, listOf, type Payload, partOf, type Row, rowOf, textOf } from "./payload.js";

/** A row for each variant, dated by the product's last change. */
export function productRows(product: Payload): readonly Row[] {
  return listOf(product, "variants").map((variant) =>
    rowOf({
      product: textOf(variant, "sku"),
      time: textOf(product, "updated_at"),
      name: textOf(product, "title"),
      option1: textOf(variant, "option1"),
      option2: textOf(variant, "option2"),
      option3: textOf(variant, "option3"),
      category: textOf(product, "product_type"),
      category_path: textOf(partOf(product, "category"), "full_name"),
      brand: textOf(product, "vendor"),
      price: textOf(variant, "price"),
      compare_at_price: textOf(variant, "compare_at_price"),
      stock: isTracked(variant) ? textOf(variant, "inventory_quantity") : "",
      launched_at: textOf(product, "published_at"),
    }),
  );
}

/** The stock of a variant that is not counted says nothing. */
const isTracked = (variant: Payload): boolean =>
  !("inventory_management" in variant) || textOf(variant, "inventory_management") !== "";

/** By which of Shopify's numbers other webhooks name the variants, and how they are named here. */
export function productNames(product: Payload): readonly {
  readonly kind: "product" | "inventory_item";
  readonly id: string;
  readonly name: string;
}[] {
  return listOf(product, "variants").flatMap((variant) => {
    const own = textOf(variant, "sku");
    const title = { title: textOf(product, "title"), variant_title: textOf(variant, "title") };
    const name = own === "" ? lineName(title) : own;
    return [
      { kind: "product" as const, id: textOf(product, "id"), name },
      { kind: "inventory_item" as const, id: textOf(variant, "inventory_item_id"), name },
    ].filter(({ id }) => id !== "" && name !== "");
  });
}

/** A statement of stock alone. */
export const stockRow = (product: string, time: string, stock: number): Row =>
  rowOf({ product, time, stock: String(stock) });
