/** What a mapping of products may say. `docs/import.md` is its reference. */

import { z } from "zod";
import { commonShape, fieldShape } from "../../mapping/mapping-schema.js";
import { departmentSchema } from "../../values/department.js";
import type { Fields } from "../fields.js";

export const fields = {
  product: { type: "key" },
  group: { type: "key" },
  time: { type: "instant" },
  name: { type: "text" },
  option1: { type: "text" },
  option2: { type: "text" },
  option3: { type: "text" },
  category: { type: "text" },
  category_path: { type: "text" },
  department: { type: "text" },
  brand: { type: "text" },
  collection: { type: "text" },
  price: { type: "number" },
  compare_at_price: { type: "number" },
  cost: { type: "number" },
  stock: { type: "number" },
  launched_at: { type: "instant" },
} as const satisfies Fields;

export const schema = z.strictObject({
  record: z.literal("products"),
  ...commonShape,
  ...fieldShape(fields),
  product: z
    .strictObject({
      missing: z.enum(["none", "name"]).default("none"),
      no_option: z.array(z.string()).default([]),
    })
    .prefault({}),
  category: z.strictObject({ separator: z.string().min(1).max(8).default(">") }).prefault({}),
  department: departmentSchema,
});

export type ProductsMapping = z.infer<typeof schema>;

export function contradictions({ columns, product, department }: ProductsMapping): string[] {
  const faults: string[] = [];
  if (product.missing === "none" && !columns.product) faults.push("columns.product: needed");
  if (product.missing === "name" && !columns.name) {
    faults.push("product.missing: needs columns.name");
  }
  if (department && !columns[department.from]) {
    faults.push(`department.from: needs columns.${department.from}`);
  }
  return faults;
}
