/** A department that a file does not name, from a table in its mapping: `{from: category, table: {...}}`. */

import { z } from "zod";
import type { Parameters } from "../../store/index.js";

/** What the department is looked up by, and the department of each of its values. */
export const departmentSchema = z
  .strictObject({
    from: z.enum(["category", "brand", "collection", "product", "name"]),
    table: z.record(z.string().min(1), z.string().min(1)),
  })
  .optional();

type Rule = z.infer<typeof departmentSchema>;

/** The department of a row of values; what the table does not have keeps the row's own. */
export function departmentSql(rule: Rule): string {
  if (rule === undefined) return "f_department";
  return `transform(lower(f_${rule.from}), {department_keys:Array(String)},
    {department_values:Array(String)}, f_department)`;
}

export function departmentParameters(rule: Rule): Parameters {
  const entries = Object.entries(rule?.table ?? {});
  return {
    department_keys: entries.map(([key]) => key.toLowerCase()),
    department_values: entries.map(([, value]) => value),
  };
}
