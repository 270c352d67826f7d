/** Reading a file that is to be imported: what is in it, and its beginning, to know what it is. */
import { closeSync, createReadStream, openSync, readSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { AppError } from "../../base/index.js";
import type { LocalFile } from "./port.js";

const sampleBytes = 1_000_000;

/** By the first two bytes, whatever the name says. */
export function isGzip(path: string): boolean {
  const head = Buffer.alloc(2);
  let file: number;
  try {
    file = openSync(path, "r");
  } catch (error) {
    throw new AppError("input.missing", `The file ${path} cannot be read.`, { cause: error });
  }
  try {
    return readSync(file, head, 0, 2, 0) === 2 && head[0] === 0x1f && head[1] === 0x8b;
  } finally {
    closeSync(file);
  }
}

/** What is in a file, unpacked. What cannot be unpacked fails while it is read. Throws input.missing. */
export function contentOf(path: string): Readable {
  const packed = isGzip(path);
  const raw = createReadStream(path, { highWaterMark: 1 << 20 });
  if (!packed) return raw;
  const plain = createGunzip();
  // Who reads it hears of an error; it must not end the process where they have left already.
  plain.on("error", () => undefined);
  pipeline(raw, plain).catch((error) => plain.destroy(error));
  return plain;
}

/**
 * As much of a file as its columns can be inferred from: whole lines at the beginning, or of a
 * Parquet file the footer, which holds its schema, behind the four bytes that open the format.
 */
export async function sampleOf({ path, format }: LocalFile): Promise<Buffer> {
  if (format === "Parquet") return parquetFooter(path);
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of contentOf(path)) {
    chunks.push(chunk as Buffer);
    size += (chunk as Buffer).length;
    if (size >= sampleBytes) break;
  }
  const sample = Buffer.concat(chunks);
  return size < sampleBytes ? sample : sample.subarray(0, sample.lastIndexOf("\n") + 1);
}

/** PAR1, data, footer, its length in 4 bytes, PAR1. */
async function parquetFooter(path: string): Promise<Buffer> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const end = await readAt(file, size - 8, 8);
    const footerBytes = end.readUInt32LE(0) + 8;
    return Buffer.concat([
      Buffer.from("PAR1"),
      await readAt(file, size - footerBytes, footerBytes),
    ]);
  } finally {
    await file.close();
  }
}

async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  if (position < 0) throw new AppError("input.invalid", "The file is not a Parquet file.");
  const { buffer } = await file.read(Buffer.alloc(length), 0, length, position);
  return buffer;
}
