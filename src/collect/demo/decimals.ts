/** Cents as the exact decimals that facts carry. */

import type { Decimal } from "../../store/index.js";

/** Texts of the amounts below it are kept: making them anew costs more than all else about them. */
const KEPT_MINOR = 2 ** 16;
const KEPT = new Array<Decimal | undefined>(KEPT_MINOR);

export function money(minor: number): Decimal {
  if (minor < 0 || minor >= KEPT_MINOR) return written(minor);
  KEPT[minor] ??= written(minor);
  return KEPT[minor];
}

function written(minor: number): Decimal {
  if (minor === 0) return "0";
  const sign = minor < 0 ? "-" : "";
  const cents = Math.abs(minor);
  const rest = cents % 100;
  return `${sign}${(cents - rest) / 100}.${rest < 10 ? "0" : ""}${rest}`;
}
