/**
 * In which encoding a text file is. A byte order mark says it; else the mapping does; else it must
 * be UTF-8. An encoding is never assumed from the looks of the bytes, because windows-1252 and
 * windows-1254 differ in six letters and a wrong one would spoil names without a fault; but a file
 * that is no UTF-8 is refused with the likeliest one named.
 */

import { analyse } from "chardet";
import type { AppError } from "../../base/index.js";
import { refused } from "../rejects/refused.js";

interface TextFile {
  readonly path: string;
  readonly head: Buffer;
  readonly encoding: string | undefined;
}

/** Reasons for which a row is set aside; of Parquet they are found when its values are read. */
export const NOT_UTF8 = "not valid UTF-8";
export const NUL_CHARACTER = "holds a NUL character";

/** By a byte order mark at the beginning. */
export function markedEncoding(head: Buffer): string | undefined {
  if (head[0] === 0xff && head[1] === 0xfe) return "utf-16le";
  if (head[0] === 0xfe && head[1] === 0xff) return "utf-16be";
  return head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf ? "utf-8" : undefined;
}

/** By the zero bytes of a text that is mostly Latin letters; `markedEncoding` comes first. */
export function likelyUtf16(head: Buffer): "utf-16le" | "utf-16be" | undefined {
  const sample = head.subarray(0, SAMPLE_BYTES);
  const zeros = [0, 0];
  for (let i = 0; i < sample.length; i++) if (sample[i] === 0) zeros[i % 2]! += 1;
  const [even = 0, odd = 0] = zeros.map((count) => (2 * count) / sample.length);
  if (odd > 0.4 && even < 0.05) return "utf-16le";
  return even > 0.4 && odd < 0.05 ? "utf-16be" : undefined;
}

const SAMPLE_BYTES = 1024;

/** The encoding to read a file in. Refuses it (AppError) where it can only be wrong. */
export function encodingOf({ path, head, encoding }: TextFile, declared?: string): string {
  if (encoding !== undefined) return encoding;
  if (declared !== undefined) return new TextDecoder(declared).encoding;
  const likely = likelyUtf16(head);
  if (likely) throw refused(path, "not UTF-8, and no byte order mark", remedy(likely));
  return "utf-8";
}

/** For a file without a declared encoding that has a row (its bytes) which is not UTF-8. */
export function notUtf8(file: TextFile, line: number, row: Buffer): AppError {
  const shown = row.toString("latin1").slice(0, SHOWN_CHARACTERS);
  const what = `line ${line} is not UTF-8 ("${shown}")`;
  return refused(file.path, what, remedy(guess(Buffer.concat([foreignLines(file.head), row]))));
}

const SHOWN_CHARACTERS = 80;

function remedy(likely: string | undefined): string {
  const example = likely ?? "windows-1252";
  const guessed = likely ? `It looks like ${likely}: ` : "";
  return (
    `${guessed}say so with --encoding ${example}, or in the mapping with csv: ` +
    `{encoding: ${example}}. The encoding utf-8 sets such rows aside.`
  );
}

/** The lines with other bytes than ASCII: the rest says nothing and would weigh most. */
function foreignLines(head: Buffer): Buffer {
  const lines = head.toString("latin1").split("\n");
  return Buffer.from(lines.filter((line) => /[\x80-\xff]/.test(line)).join("\n"), "latin1");
}

/**
 * By the name that a mapping takes: ISO-8859-9 is called windows-1254, which contains it. A short
 * text is mostly taken for windows-1252, so what are Icelandic letters there decide for Turkish.
 */
function guess(bytes: Buffer): string | undefined {
  const [best] = analyse(bytes).filter(({ name }) => !/^(ASCII|UTF-)/.test(name));
  try {
    const label = best && new TextDecoder(best.name).encoding;
    const turkish = /[\xd0\xdd\xde\xf0\xfd\xfe]/.test(bytes.toString("latin1"));
    return label === "windows-1252" && turkish ? "windows-1254" : label;
  } catch {
    return undefined;
  }
}
