/** Entries for tests of the intake log: numbered, of about the size that clients send. */
import type { IntakeEntry } from "../../src/collect/index.js";

const padding = "x".repeat(600);

export function entry(n: number, changes: Partial<IntakeEntry> = {}): IntakeEntry {
  return {
    format: "segment",
    body: JSON.stringify({ messageId: `m${n}`, type: "track", n, padding }),
    keyId: "key",
    receivedAt: 1_800_000_000_000 + n,
    sentAt: undefined,
    ip: undefined,
    userAgent: undefined,
    ...changes,
  };
}

export function entries(from: number, count: number): readonly IntakeEntry[] {
  return Array.from({ length: count }, (_, i) => entry(from + i));
}

/** The `n` of entries that were made here. */
export function numbersOf(logged: readonly { readonly body: string }[]): readonly number[] {
  return logged.map(({ body }) => (JSON.parse(body) as { n: number }).n);
}
