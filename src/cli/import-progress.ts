/**
 * How far an import is, for a person who waits: on a terminal one line that is written again and
 * again, elsewhere (a log) a plain line every few seconds and none for what is done in less.
 *
 * Time left is reckoned from bytes, because how many rows come is not known before the last. Only
 * reading tells how far it is; each later step is taken to need the share of the time that it
 * usually needs.
 */

import type { ImportProgress } from "../collect/index.js";
import { whole } from "./terminal.js";

export interface ProgressOutput {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

export interface ProgressOptions {
  readonly output: ProgressOutput;
  /** Bytes of each file of the command. */
  readonly sizes: ReadonlyMap<string, number>;
  /** Milliseconds; of no particular beginning. */
  readonly clock: () => number;
}

export interface ProgressView {
  show(progress: ImportProgress): void;
  /** Writes again what has changed by the clock alone. */
  tick(): void;
  /** Leaves the terminal's line empty. */
  end(): void;
}

/** Share of a file's time that is over when the step begins; measured on a million order lines. */
const BEGINS: Readonly<Record<ImportProgress["step"], number>> = {
  reading: 0,
  parsing: 0.4,
  "making facts": 0.5,
  landing: 0.95,
  landed: 1,
};

const TERMINAL_EVERY_MS = 100;
const PLAIN_EVERY_MS = 5_000;
/** Before that a guess of the time left only jumps about. */
const GUESS_AFTER_MS = 2_000;

export function progressView({ output, sizes, clock }: ProgressOptions): ProgressView {
  const begun = clock();
  const everyMs = output.isTTY ? TERMINAL_EVERY_MS : PLAIN_EVERY_MS;
  let writtenAt = output.isTTY ? Number.NEGATIVE_INFINITY : begun;
  let current: ImportProgress | undefined;
  let fileBegun = begun;
  let doneFiles = 0;
  let doneBytes = 0;
  const allBytes = [...sizes.values()].reduce((sum, bytes) => sum + bytes, 0);

  function line(): string {
    const { file, step, rows } = current!;
    const now = clock();
    const parts = [
      sizes.size > 1 ? `${file} (${doneFiles + 1} of ${sizes.size}): ${step}` : `${file}: ${step}`,
    ];
    if (rows > 0) parts.push(`${whole(rows)} rows`);
    const seconds = (now - fileBegun) / 1000;
    if (rows > 0 && step === "reading" && seconds > 0) {
      parts.push(`${whole(rows / seconds)} rows/s`);
    }
    const left = leftMs(now - begun);
    if (left !== undefined) parts.push(`${minutes(left)} left`);
    return parts.join(", ");
  }

  function leftMs(elapsedMs: number): number | undefined {
    const { file, step, bytes } = current!;
    const size = sizes.get(file) ?? 0;
    const read = step === "reading" && size > 0 ? (BEGINS.parsing * bytes) / size : 0;
    const done = (doneBytes + size * (BEGINS[step] + read)) / allBytes;
    if (elapsedMs < GUESS_AFTER_MS || !(done > 0)) return undefined;
    return (elapsedMs * (1 - done)) / done;
  }

  function write(): void {
    if (current === undefined || clock() - writtenAt < everyMs) return;
    writtenAt = clock();
    if (output.isTTY) output.write(`\r${ERASE}${line().slice(0, (output.columns ?? 80) - 1)}`);
    else output.write(`${line()}\n`);
  }

  return {
    show(progress) {
      if (progress.file !== current?.file) fileBegun = clock();
      current = progress;
      if (progress.step === "landed") {
        doneFiles += 1;
        doneBytes += sizes.get(progress.file) ?? 0;
        current = undefined;
      } else write();
    },
    tick: write,
    end() {
      current = undefined;
      if (output.isTTY) output.write(`\r${ERASE}`);
    },
  };
}

/** The rest of the line. */
const ERASE = "\u001b[K";

/** 0:07, 12:30, 1:02:00 */
function minutes(ms: number): string {
  const seconds = Math.round(ms / 1000);
  const two = (n: number) => String(n % 60).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const rest = `${hours > 0 ? two(Math.floor(seconds / 60)) : Math.floor(seconds / 60)}:${two(seconds)}`;
  return hours > 0 ? `${hours}:${rest}` : rest;
}
