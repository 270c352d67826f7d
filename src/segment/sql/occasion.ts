/**
 * The gift occasion of a row in SQL: the country gives a group of countries with the same days, and
 * the last period of the group that began by the local day is found by one search in a sorted
 * constant array (`roundDown`), whose lowest digits say which occasion it is. See
 * `calendar/occasions.ts`.
 */

import { CODES, type GiftCalendar, GROUP_DAYS, occasionTable } from "../calendar/index.js";
import { constant } from "./layers.js";
import type { ParameterBag } from "./parameters.js";
import { dayOf } from "./time.js";

/** A text, NULL where the order lies in no run-up. `at` is the row's instant. */
export function occasionSql(calendar: GiftCalendar, at: string, bag: ParameterBag): string {
  const { countries, groups, others, periods, names } = tableOf(calendar);
  const country = bag.keep("gift_countries", "Array(String)", countries);
  const group = bag.keep("gift_groups", "Array(Int64)", groups);
  const period = bag.keep("gift_periods", "Array(Int64)", periods);
  const name = bag.keep("gift_names", "Array(String)", names);
  const day = dayOf(constant(at)).text;
  const own = `transform(lowerUTF8(toString(country)), ${country}, ${group}, toInt64(${others}))`;
  const asked = `(${own} * ${GROUP_DAYS} + ${day}) * ${CODES} + ${CODES - 1}`;
  return `nullIf(${name}[roundDown(${asked}, ${period}) % ${CODES}], '')`;
}

/** The last table made: a statement asks for it at every use, and making one takes a while. */
let last: { readonly of: string; readonly table: ReturnType<typeof occasionTable> } | undefined;

function tableOf(calendar: GiftCalendar) {
  const of = JSON.stringify(calendar);
  if (last?.of !== of) last = { of, table: occasionTable(calendar) };
  return last.table;
}
