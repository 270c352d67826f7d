/**
 * Messages that wait to be sent, oldest first. Each has a key of its own in localStorage, so that
 * several tabs add and remove at the same time without overwriting each other, which one list under
 * one key could not. What localStorage does not take stays in the page's memory.
 */

import { withStorage } from "./memory.js";

/** Bounds of what a shop's own page has to spare; past them the oldest messages are dropped. */
export const MAX_MESSAGES = 500;
const MAX_CHARACTERS = 1_000_000;
/** A later moment than this was written under another clock and is not waited for. */
export const MAX_WAIT_MS = 60 * 60 * 1000;

export interface Entry {
  readonly key: string;
  /** The message as JSON. */
  readonly text: string;
}

export interface Queue {
  add(text: string): void;
  /** In the order in which they were added, as far as the tabs' clock tells. */
  entries(): Entry[];
  remove(entries: readonly Entry[]): void;
  /** Whether this page added it. */
  isOwn(entry: Entry): boolean;
  /** How long ago it was added. */
  ageMs(entry: Entry): number;
  /** `false`: from now on nothing is kept beyond the page, what was stored moves to memory. */
  persist(allowed: boolean): void;
  /** For how long no tab may send. */
  waitMs(): number;
  setWait(ms: number): void;
}

export function createQueue(writeKey: string): Queue {
  const prefix = `tessera:${writeKey}:`;
  const waitKey = `tessera-wait:${writeKey}`;
  const own = new Set<string>();
  const unstored = new Map<string, string>();
  let persistent = true;
  let waitUntil = 0;
  let added = 0;

  function entries(): Entry[] {
    const all = new Map(unstored);
    withStorage((s) => {
      for (const key of Object.keys(s)) {
        if (key.startsWith(prefix)) all.set(key, s.getItem(key) ?? "");
      }
    });
    return [...all]
      .map(([key, text]) => ({ key, text }))
      .filter(({ text }) => text)
      .sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  function remove(gone: readonly Entry[]): void {
    for (const { key } of gone) {
      unstored.delete(key);
      own.delete(key);
      withStorage((s) => s.removeItem(key));
    }
  }

  function makeRoom(characters: number): void {
    let total = characters;
    const kept = entries().reverse();
    const dropped = kept.filter(({ text }, place) => {
      total += text.length;
      return place >= MAX_MESSAGES - 1 || total > MAX_CHARACTERS;
    });
    remove(dropped);
    if (dropped.length > 0) console.warn(`tessera: queue full, dropped ${dropped.length}`);
  }

  function put(key: string, text: string): void {
    if (persistent) withStorage((s) => s.setItem(key, text));
    if (withStorage((s) => s.getItem(key)) === undefined) unstored.set(key, text);
  }

  return {
    entries,
    remove,
    isOwn: ({ key }) => own.has(key),
    ageMs: ({ key }) => Date.now() - Number.parseInt(key.slice(prefix.length), 36),
    add(text) {
      makeRoom(text.length);
      // Base 36 of milliseconds has eight digits until the year 2059: texts sort as times do.
      const place = (1e5 + added++).toString(36);
      const key = `${prefix}${Date.now().toString(36)}.${place}.${Math.random().toString(36).slice(2)}`;
      own.add(key);
      put(key, text);
    },
    persist(allowed) {
      persistent = allowed;
      if (allowed) return;
      for (const entry of entries()) {
        withStorage((s) => s.removeItem(entry.key));
        put(entry.key, entry.text);
      }
      withStorage((s) => s.removeItem(waitKey));
    },
    waitMs() {
      const until = Math.max(waitUntil, Number(withStorage((s) => s.getItem(waitKey)) ?? 0));
      const ms = until - Date.now();
      return ms > 0 && ms <= MAX_WAIT_MS ? ms : 0;
    },
    setWait(ms) {
      waitUntil = Date.now() + Math.min(ms, MAX_WAIT_MS);
      if (persistent) withStorage((s) => s.setItem(waitKey, String(waitUntil)));
    },
  };
}
