/** Rows that describe products: a catalogue, its later states, lists of prices or stock. */

import type { RecordKind } from "../record-kind.js";
import { makeProducts } from "./make-products.js";
import {
  PRODUCT_COLUMNS,
  prepareProducts,
  productFaults,
  productParameters,
  selectProducts,
} from "./product-select.js";
import { contradictions, fields, type ProductsMapping, schema } from "./schema.js";

export const products: RecordKind<ProductsMapping> = {
  record: "products",
  fields,
  schema,
  contradictions,
  typedColumns: () => PRODUCT_COLUMNS,
  prepare: prepareProducts,
  select: selectProducts,
  faults: productFaults,
  parameters: productParameters,
  make: makeProducts,
};
