/**
 * A case: someone's history, in the short texts of `store.ts`, whether they are in a segment, and
 * when the clock alone would turn that around. The thresholds are those of `store.ts`: net_12m P90
 * 184, net_24m P80 168, P40 26, aov P50 30 and P80 42, gaps' median 30; churn limit 100 days.
 */

export interface Case {
  readonly who: string;
  readonly history: readonly string[];
  /** Istanbul's date (its midnight) or time at which it changes by the clock, or never. */
  readonly until: string;
}

export interface Table {
  /** A segment, or a condition. */
  readonly segment: string;
  /** When it is asked, if not at noon of 2024-06-15. */
  readonly at?: string;
  readonly in: readonly Case[];
  readonly out: readonly Case[];
}

export const NEVER = "never";

export const who = (name: string, history: readonly string[], until = NEVER): Case => ({
  who: name,
  history,
  until,
});

export const times = (n: number, text: string): string[] => Array.from({ length: n }, () => text);
