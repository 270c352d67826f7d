/**
 * VAT inside prices, where a file does not say its tax: the store's settings give the percentage by
 * the country of the order, as its code. What a file says of its own tax always counts instead.
 */

import type { Parameters } from "../../store/index.js";

export interface VatSettings {
  /** By ISO 3166 code; `every` = of all other countries. */
  readonly percents: Readonly<Record<string, number>>;
  /** The store's own country, of orders that name none; "" = unknown. */
  readonly country: string;
}

/** For the report of an import: nothing is taken out of prices silently. */
export const vatNote = (orders: number): string =>
  `Of ${orders} ${orders === 1 ? "order" : "orders"} the file does not say the tax: it was taken out of the prices by the rates in tessera.yaml.`;

/** What `percentSql` names. */
export function vatParameters(vat: VatSettings | undefined): Parameters {
  const { every = 0, ...countries } = vat?.percents ?? {};
  const named = Object.entries(countries);
  return {
    vat_countries: ["", ...named.map(([code]) => code)],
    vat_percents: [countries[vat?.country ?? ""] ?? every, ...named.map(([, percent]) => percent)],
    vat_every: every,
  };
}

/** The percentage for a country as the file writes it. */
const percentSql = (country: string): string =>
  `toDecimal256(transform(upper(toString(${country})), {vat_countries:Array(String)},
    {vat_percents:Array(Float64)}, {vat_every:Float64}), 4)`;

/** An amount without the tax that it holds, to the ten-thousandth. */
export const withoutTax = (amount: string, country: string): string =>
  `CAST(round(toDecimal256(${amount}, 8) * 100 / (100 + ${percentSql(country)}), 4), 'Decimal(38, 4)')`;
