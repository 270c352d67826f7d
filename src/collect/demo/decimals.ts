/** Cents as the exact decimals that facts carry. */

import type { Decimal } from "../../store/index.js";

export function money(minor: number): Decimal {
  if (minor === 0) return "0";
  const sign = minor < 0 ? "-" : "";
  const cents = Math.abs(minor);
  const rest = cents % 100;
  return `${sign}${(cents - rest) / 100}.${rest < 10 ? "0" : ""}${rest}`;
}
