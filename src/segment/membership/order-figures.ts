/** What the store's settings do to its orders, in numbers: see `tessera settings --explain`. */

import type { Warehouse } from "../../store/index.js";
import { countriesWith, spellingsOf } from "../calendar/index.js";
import { type PlanWindow, type RowExpression, seasonWindow } from "../plan/index.js";
import type { StoreSettings } from "../settings.js";
import { type CompiledFigures, compileFrequencies, compileOrderFigures } from "../sql/index.js";
import type { AsOf } from "./as-of.js";
import { boundParameters } from "./inputs.js";

export interface OrderFigures {
  /** Orders placed. */
  readonly orders: number;
  /** On another calendar day in the store's zone than in UTC. */
  readonly otherDay: number;
  readonly withoutCountry: number;
  /** With a tax, and its sum. */
  readonly taxed: number;
  readonly tax: number;
  /** By season (`november`) and phase (`november.peak`). */
  readonly periods: readonly Frequency[];
  readonly currencies: readonly Frequency[];
  /** Countries of orders that have no gift days of their own. */
  readonly strangers: readonly Frequency[];
  readonly occasions: readonly Frequency[];
}

export interface Frequency {
  readonly value: string;
  readonly orders: number;
}

const MOST = 100;
const COUNTRY = text("country");
const CURRENCY: RowExpression = { kind: "property", path: ["currency"], type: "text" };

export async function orderFigures(
  warehouse: Warehouse,
  settings: StoreSettings,
  { asOf }: AsOf,
): Promise<OrderFigures> {
  const { gifts, seasons, timeZone } = settings;
  const periods = seasons.flatMap((season) => [
    { name: season.name, window: seasonWindow(season, gifts) },
    ...season.phases.map((phase) => ({
      name: `${season.name}.${phase.name}`,
      window: seasonWindow(phase, gifts),
    })),
  ]);
  const ask = async <Row>({ text, parameters }: CompiledFigures) => {
    const at = { now: asOf, timeZone };
    const bound = boundParameters(text, parameters, at, new Map());
    return (await warehouse.query<Row>(text, bound, { lane: "read" })).rows;
  };
  const often = async (of: RowExpression): Promise<readonly Frequency[]> => {
    const rows = await ask<{ value: string; orders: string }>(compileFrequencies(of, MOST));
    return rows.map(({ value, orders }) => ({ value, orders: Number(orders) }));
  };
  const windows: readonly PlanWindow[] = periods.map(({ window }) => window);
  const [row] = await ask<Record<string, string> & { within: readonly number[] }>(
    compileOrderFigures(windows),
  );
  const known = new Set(countriesWith(gifts.own).flatMap(spellingsOf));
  return {
    orders: Number(row?.orders),
    otherDay: Number(row?.other_day),
    withoutCountry: Number(row?.without_country),
    taxed: Number(row?.taxed),
    tax: Number(row?.tax_sum),
    periods: periods.map(({ name }, i) => ({ value: name, orders: row?.within[i + 1] ?? 0 })),
    currencies: await often(CURRENCY),
    strangers: (await often(COUNTRY)).filter(({ value }) => !known.has(value.toLowerCase())),
    occasions: await often({ kind: "occasion", calendar: gifts }),
  };
}

function text(column: string): RowExpression {
  return { kind: "column", column, type: "text", nullable: false, decimal: false };
}
