/** How answers look: aligned tables, grouped digits, colours on a terminal only. */

import { createRequire } from "node:module";
import picocolors from "picocolors";
import { caller } from "./caller.js";

export type Colours = ReturnType<typeof picocolors.createColors>;

/** None in pipes and files, and none where NO_COLOR is set; a sent command's sender has looked. */
export function coloursOf(stream: { readonly isTTY?: boolean }): Colours {
  const here = stream.isTTY === true && !process.env.NO_COLOR && process.env.TERM !== "dumb";
  return picocolors.createColors(caller()?.colours ?? here);
}

export interface Column {
  readonly title: string;
  readonly align?: "left" | "right";
}

/** A text, or one that reaches over several columns, from the left. */
export type Cell = string | { readonly content: string; readonly colSpan: number };

/** Two blanks between columns, titles dimmed on a terminal. */
export function table(columns: readonly Column[], rows: readonly (readonly Cell[])[]): string {
  // Loaded when needed: `--help` prints no table.
  const Table = createRequire(import.meta.url)("cli-table3") as typeof import("cli-table3");
  const { dim } = coloursOf(process.stdout);
  const made = new Table({
    chars: NO_BORDERS,
    style: { head: [], border: [], "padding-left": 0, "padding-right": 2 },
    colAligns: columns.map(({ align = "left" }) => align),
  });
  const titled = columns.some(({ title }) => title !== "");
  if (titled) made.push(columns.map(({ title }) => dim(title)));
  made.push(
    ...rows.map((row) =>
      row.map((cell) => (typeof cell === "string" ? cell : { ...cell, hAlign: "left" as const })),
    ),
  );
  return made
    .toString()
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n");
}

const NO_BORDERS = Object.fromEntries(
  ["top", "bottom", "left", "right", "mid"]
    .flatMap((side) => [side, `${side}-mid`, `${side}-left`, `${side}-right`])
    .concat("middle")
    .map((part) => [part, ""]),
);

const integers = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const decimals = new Intl.NumberFormat("en", { maximumFractionDigits: 2 });

export const whole = (n: number) => integers.format(n);
export const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
const cents = new Intl.NumberFormat("en", { minimumFractionDigits: 2, maximumFractionDigits: 2 });

/** Money per order, or another number with cents; a dash where there is none. */
export const average = (n: number | null) => (n === null ? "-" : cents.format(n));
export const amount = (n: number) => integers.format(n);
/** An exact decimal to two places: 683.90. */
export const money = (text: string) => cents.format(Number(text));

/** A value of the language, for reading; a duration is milliseconds. */
export function shown(value: number | string | boolean | null, type?: string | null): string {
  if (value === null) return "-";
  if (typeof value === "number") {
    return type === "duration" ? readableDuration(value) : decimals.format(value);
  }
  return typeof value === "string" && ISO_INSTANT.test(value)
    ? readableInstant(value)
    : String(value);
}

const ISO_INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

/** "2026-11-01 00:00 UTC"; seconds only where there are any. */
export function readableInstant(iso: string): string {
  const [date = "", time = ""] = new Date(iso).toISOString().split("T");
  const clock = time.endsWith(":00.000Z") ? time.slice(0, 5) : time.slice(0, 8);
  return `${date} ${clock} UTC`;
}

const UNITS = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["min", 60_000],
  ["s", 1000],
] as const;

/** "42 d", "3 d 4 h", "-12 min": the two greatest units, what is less is cut off; "0.25 s" below one. */
export function readableDuration(ms: number): string {
  const sign = ms < 0 ? "-" : "";
  const all = Math.abs(ms);
  const first = UNITS.findIndex(([, unit]) => all >= unit);
  if (first < 0) return `${sign}${decimals.format(all / 1000)} s`;
  const [greatest, next] = [UNITS[first]!, UNITS[first + 1]];
  const parts = [`${whole(Math.floor(all / greatest[1]))} ${greatest[0]}`];
  const rest = next === undefined ? 0 : Math.floor((all % greatest[1]) / next[1]);
  if (rest > 0) parts.push(`${rest} ${next![0]}`);
  return sign + parts.join(" ");
}

export function plural(n: number, one: string, many = `${one}s`): string {
  return `${whole(n)} ${n === 1 ? one : many}`;
}
