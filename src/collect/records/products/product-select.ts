/** The SELECT that turns the values of a row into what it says of a product. */

import type { Parameters } from "../../../store/index.js";
import { departmentParameters, departmentSql } from "../../values/department.js";
import { type Fault, missing } from "../fields.js";
import type { ProductsMapping } from "./schema.js";

const OPTIONAL = ["price", "compare_at_price", "cost", "stock", "launched_at"] as const;

/** options: what tells a variant from the others of its group, as its name ends. */
export const PRODUCT_COLUMNS = `
  line UInt64, product String, product_group String, ts Nullable(DateTime64(3, 'UTC')), name String,
  options String, category String, department String, brand String, collection String,
  price Nullable(Decimal(18, 4)), compare_at_price Nullable(Decimal(18, 4)),
  cost Nullable(Decimal(18, 4)), stock Nullable(Decimal(18, 4)),
  launched_at Nullable(DateTime64(3, 'UTC'))`;

/** The parts of the category's path, and the department that the row or the mapping's table names. */
export const prepareProducts = ({ department }: ProductsMapping, values: string): string =>
  `SELECT *, arrayMap(x -> trimBoth(x), splitByString({separator:String}, f_category_path)) AS path,
    ${departmentSql(department)} AS own_department FROM (${values})`;

/** From the rows of `prepareProducts`. */
export function selectProducts(_: ProductsMapping, prepared: string): string {
  const options = [1, 2, 3].map((n) => `f_option${n}`).join(", ");
  return `SELECT source_line AS line, f_product AS product, f_group AS product_group, v_time AS ts,
      f_name AS name,
      arrayStringConcat(arrayFilter(x -> x != '' AND NOT has({no_option:Array(String)}, x),
        [${options}]), ' / ') AS options,
      if(f_category != '', f_category, path[-1]) AS category,
      if(own_department != '', own_department, path[1]) AS department,
      f_brand AS brand, f_collection AS collection,
      ${OPTIONAL.map((name) => `v_${name} AS ${name}`).join(", ")}
    FROM (${prepared})`;
}

/** Rows of a group may describe something else than a product, such as one more picture of it. */
export const productFaults = (mapping: ProductsMapping): Fault[] =>
  mapping.columns.group || mapping.product.missing === "name" ? [] : missing(["product"], mapping);

export function productParameters({ product, category, department }: ProductsMapping): Parameters {
  return {
    no_option: product.no_option,
    separator: category.separator,
    ...departmentParameters(department),
  };
}
