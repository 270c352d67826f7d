/**
 * VAT inside prices, where a file does not say its tax: the store's settings give the percentage by
 * the country of the order. What a file says of its own tax always counts instead.
 */

import type { Parameters } from "../store/index.js";

export interface VatSettings {
  /** By ISO 3166 code; `every` = of all other countries. */
  readonly percents: Readonly<Record<string, number>>;
  /** The store's own country, of orders that name none; "" = unknown. */
  readonly country: string;
}

export const vatParameters = (vat: VatSettings | undefined): Parameters => {
  const { percents = {}, country = "" } = vat ?? {};
  const { every = 0, ...countries } = percents;
  const named = Object.entries(countries);
  return {
    vat_countries: ["", ...named.map(([code]) => code)],
    vat_percents: [countries[country] ?? every, ...named.map(([, percent]) => percent)],
    vat_every: every,
  };
};
