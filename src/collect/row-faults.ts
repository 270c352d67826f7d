/** What makes a row of a file unusable. */

import { FIELDS, type MappedField, type Mapping } from "./mapping.js";
import type { StagedRows } from "./staging.js";

/** Amounts stay this small, so that sums of billions of them stay within Decimal(38, 4). */
const MAX_AMOUNT = 1_000_000_000_000;

/** The greatest magnitude of each number. */
export const NUMBER_LIMITS = {
  quantity: 1_000_000_000,
  price: MAX_AMOUNT,
  amount: MAX_AMOUNT,
  discount: MAX_AMOUNT,
} as const;

/** Order ids, products and identifiers are sorted and compared everywhere, so they stay short. */
const KEY_FIELDS: ReadonlySet<MappedField> = new Set(["order", "product", "customer"]);
const MAX_KEY_BYTES = 256;
const MAX_TEXT_BYTES = 4096;

/** Reasons that are found while a text file is staged, or here in Parquet. */
export const NOT_UTF8 = "not valid UTF-8";
export const NUL_CHARACTER = "holds a NUL character";

/** When `condition` (over the columns of `valueSelect`) holds, `field` is at fault. */
export interface Fault {
  readonly field: MappedField;
  readonly condition: string;
  readonly reason: string;
}

export function faultsOf({ columns, customer }: Mapping, staged: StagedRows): readonly Fault[] {
  const faults: Fault[] = [];
  const when = (field: MappedField, condition: string, reason: string) => {
    if (columns[field]) faults.push({ field, condition, reason });
  };
  for (const field of FIELDS) {
    const limit = KEY_FIELDS.has(field) ? MAX_KEY_BYTES : MAX_TEXT_BYTES;
    when(field, `length(f_${field}) > ${limit}`, `longer than ${limit} bytes`);
    if (staged.clean) continue;
    when(field, `position(f_${field}, '\\0') > 0`, NUL_CHARACTER);
    when(field, `NOT isValidUTF8(f_${field})`, NOT_UTF8);
  }
  for (const field of ["order", "time", "quantity", "price", "amount"] as const) {
    when(field, `f_${field} = ''`, "missing");
  }
  for (const [field, limit] of Object.entries(NUMBER_LIMITS)) {
    const name = field as keyof typeof NUMBER_LIMITS;
    when(name, `isNull(v_${field}) AND f_${field} != ''`, `not a number of at most ${limit}`);
  }
  when("price", `ifNull(abs(row_gross) > ${MAX_AMOUNT}, 0)`, `times quantity above ${MAX_AMOUNT}`);
  when("time", "isNull(v_time) AND f_time != ''", "not a time in any of the mapping's formats");
  when("time", "ifNull(toYear(v_time) NOT BETWEEN 1971 AND 2099, 0)", "not in 1971..2099");
  if (customer.missing === "reject") when("customer", "v_customer = ''", "missing");
  return faults;
}
