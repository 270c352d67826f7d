/** Figures as they are shown and compared with their targets, and how they are taken. */

import { readFileSync, writeFileSync } from "node:fs";
import { table } from "../src/cli/terminal.js";

export type Unit = "s" | "ms" | "GB" | "times" | "lines/s" | "facts/s" | "events/s" | "rows";

export interface Figure {
  readonly part: string;
  readonly what: string;
  readonly value: number;
  readonly unit: Unit;
  /** How many times it was taken; the value is the median unless `what` says otherwise. */
  readonly runs: number;
  /** DESIGN section 6, for 1 M people and 20 M events on 2 cores. */
  readonly target?: { readonly most: number } | { readonly least: number };
  readonly note?: string;
}

/** An output that was compared with another way to the same answer. A false one stops the run. */
export interface Check {
  readonly what: string;
  readonly detail: string;
}

/** How often things are measured. */
export interface Effort {
  readonly runs: number;
  readonly liveRuns: number;
  readonly explainRuns: number;
  /** Segments that are evaluated on their own; the others are taken to cost as much on average. */
  readonly alone: number;
  /** How long each rate of live events is kept up, and then one rate to see the memory. */
  readonly intakeSeconds: number;
  readonly intakeMinutes: number;
}

export const FULL: Effort = {
  runs: 3,
  liveRuns: 30,
  explainRuns: 5,
  alone: 10,
  intakeSeconds: 20,
  intakeMinutes: 10,
};
/** Enough to see that everything works and is right. */
export const QUICK: Effort = {
  runs: 1,
  liveRuns: 1,
  explainRuns: 1,
  alone: 2,
  intakeSeconds: 1,
  intakeMinutes: 0,
};

export interface Report {
  readonly effort: Effort;
  readonly figures: Figure[];
  readonly checks: Check[];
}

export function check(
  report: Report,
  what: string,
  found: unknown,
  expected: unknown,
  detail = "",
): void {
  const [a, b] = [JSON.stringify(found), JSON.stringify(expected)];
  if (a !== b)
    throw new Error(`wrong output, so nothing is timed: ${what}\n  found    ${a}\n  expected ${b}`);
  report.checks.push({ what, detail });
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** Nearest rank: of 30 values the 0.99 quantile is the greatest. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

/** Seconds of each run; fewer than `runs` once they have taken more than `enoughSeconds`. */
export async function timed(
  work: () => Promise<unknown>,
  { runs, enoughSeconds = 120 }: { readonly runs: number; readonly enoughSeconds?: number },
): Promise<number[]> {
  const seconds: number[] = [];
  while (seconds.length < runs && seconds.reduce((a, b) => a + b, 0) < enoughSeconds) {
    const begun = performance.now();
    await work();
    seconds.push((performance.now() - begun) / 1000);
  }
  return seconds;
}

/**
 * The greatest resident size of the process while something runs, in GB: the engine lives in it.
 * Linux keeps the high-water mark and lets it be reset; elsewhere undefined.
 */
export async function peakMemory(work: () => Promise<unknown>): Promise<number | undefined> {
  try {
    writeFileSync("/proc/self/clear_refs", "5");
  } catch {
    await work();
    return undefined;
  }
  await work();
  return peakMemoryOf("self");
}

/** The greatest memory of a process so far, in GB. Linux keeps it; elsewhere undefined. */
export function peakMemoryOf(processId: number | "self"): number | undefined {
  try {
    const status = readFileSync(`/proc/${processId}/status`, "utf8");
    const kilobytes = /VmHWM:\s+(\d+)/.exec(status)?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) / 1e6;
  } catch {
    return undefined;
  }
}

/** `judged`: the size is the one that the targets are for. */
export function figureTable(
  figures: readonly Figure[],
  { judged }: { readonly judged: boolean },
): string {
  return table(
    [
      { title: "Part" },
      { title: "What" },
      { title: "Figure", align: "right" },
      { title: "Target", align: "right" },
      { title: judged ? "" : "(for 1 M people)" },
      { title: "Runs", align: "right" },
      { title: "Note" },
    ],
    figures.map((f, i) => [
      figures[i - 1]?.part === f.part ? "" : f.part,
      f.what,
      valueText(f.value, f.unit),
      targetText(f),
      judged && f.target !== undefined ? (reached(f) ? "reached" : "not reached") : "",
      String(f.runs),
      f.note ?? "",
    ]),
  );
}

export function reached({ value, target }: Figure): boolean | undefined {
  if (target === undefined) return undefined;
  return "most" in target ? value <= target.most : value >= target.least;
}

function targetText({ target, unit }: Figure): string {
  if (target === undefined) return "";
  return "most" in target
    ? `<= ${valueText(target.most, unit)}`
    : `>= ${valueText(target.least, unit)}`;
}

const WHOLE: ReadonlySet<Unit> = new Set(["ms", "lines/s", "facts/s", "events/s", "rows"]);

function valueText(value: number, unit: Unit): string {
  const digits = WHOLE.has(unit) ? 0 : value < 10 ? 2 : 1;
  const text = value.toLocaleString("en", { maximumFractionDigits: digits });
  return unit === "rows" ? text : `${text} ${unit}`;
}
