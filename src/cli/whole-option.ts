/** An option that is a whole number. */

import { InvalidArgumentError } from "commander";

export function positiveWhole(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError("Write a number, 1 or more.");
  return Number(text);
}
