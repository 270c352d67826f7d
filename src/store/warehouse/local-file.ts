/** Files of this machine: what is in one, its beginning, to know what it is, and its name for the engine. */
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
    throw missing(path, error);
  }
  try {
    return readSync(file, head, 0, 2, 0) === 2 && head[0] === 0x1f && head[1] === 0x8b;
  } finally {
    closeSync(file);
  }
}

/**
 * Opens a file and gives `work` a name for it that means this file alone. ClickHouse's `file()` takes
 * a path for more than that and has no way to quote it: `{a,b}`, `?` and `*` are patterns,
 * `a.zip :: b` is a file in an archive, `day=1/` a column. The name of an open descriptor holds
 * none of these. It is used again for other files, so what the engine remembers by it (the columns
 * that it inferred) must be off. Throws input.missing, input.invalid; faults name the path.
 */
export async function byDescriptor<T>(
  path: string,
  flags: "r" | "w",
  work: (name: string) => Promise<T>,
): Promise<T> {
  const file = await (flags === "w" ? openToWrite(path) : openToRead(path));
  const name = `/dev/fd/${file.fd}`;
  try {
    return await work(name);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const { code, message, hint, cause } = error;
    throw new AppError(
      code,
      message.replaceAll(name, () => path),
      {
        ...(hint === undefined ? {} : { hint }),
        cause,
      },
    );
  } finally {
    await file.close();
  }
}

/** What is in its place is overwritten. Throws input.invalid. */
export const openToWrite = (path: string): Promise<FileHandle> =>
  open(path, "w").catch((error) => {
    throw new AppError("input.invalid", `The file ${path} cannot be written.`, {
      hint: "Check the folder, who may write in it, and the room on the disk.",
      cause: error,
    });
  });

const openToRead = (path: string): Promise<FileHandle> =>
  open(path).catch((error) => {
    throw missing(path, error);
  });

const missing = (path: string, cause: unknown) =>
  new AppError("input.missing", `The file ${path} cannot be read.`, { cause });

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
