/**
 * A file as it was given: what it is by its first bytes (its name is not trusted), and its bytes
 * unpacked and in UTF-8.
 */

import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open, stat } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { createGunzip, gunzipSync, constants as zlib } from "node:zlib";
import { AppError } from "../base/index.js";

export interface SourceFile {
  readonly path: string;
  readonly format: "csv" | "ndjson" | "parquet";
  readonly gzip: boolean;
  /** The first unpacked bytes; at most `HEAD_BYTES`. */
  readonly head: Buffer;
}

const CHUNK_BYTES = 1024 * 1024;
const HEAD_BYTES = 64 * 1024;
const BYTE_ORDER_MARK = Buffer.of(0xef, 0xbb, 0xbf);

/** Refuses (AppError) what does not exist, is empty, or is no format that can be imported. */
export async function inspectFile(path: string): Promise<SourceFile> {
  const facts = await stat(path).catch(() => undefined);
  if (!facts?.isFile()) {
    throw new AppError("input.missing", `${path}: ${facts ? "not a file" : "no such file"}.`);
  }
  const packed = await firstBytes(path);
  const gzip = packed[0] === 0x1f && packed[1] === 0x8b;
  const head = gzip ? unpackedHead(packed, path) : packed;
  if (head.length === 0) throw refused(path, "the file is empty");
  return { path, format: formatOf(head, path), gzip, head };
}

/** The file's bytes in large chunks: unpacked, and decoded to UTF-8 from another encoding. */
export async function* readChunks(file: SourceFile, encoding = "utf-8"): AsyncGenerator<Buffer> {
  const decoder = /^utf-?8$/i.test(encoding) ? undefined : new TextDecoder(encoding);
  const source = createReadStream(file.path, { highWaterMark: CHUNK_BYTES });
  const gunzip = file.gzip ? createGunzip({ chunkSize: CHUNK_BYTES }) : undefined;
  const piped = gunzip && pipeline(source, gunzip).catch(() => {}); // The loop below reports it.
  let first = true;
  try {
    for await (const chunk of (gunzip ?? source) as AsyncIterable<Buffer>) {
      const utf8 = decoder ? Buffer.from(decoder.decode(chunk, { stream: true })) : chunk;
      yield first && utf8.subarray(0, 3).equals(BYTE_ORDER_MARK) ? utf8.subarray(3) : utf8;
      first = false;
    }
    if (decoder) yield Buffer.from(decoder.decode());
  } catch (error) {
    throw readFault(file.path, error);
  } finally {
    source.destroy();
    gunzip?.destroy();
    await piped;
  }
}

export async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path, { highWaterMark: CHUNK_BYTES }), hash);
  return hash.digest("hex");
}

export function refused(path: string, reason: string, hint?: string): AppError {
  return new AppError("input.invalid", `${path}: ${reason}.`, hint ? { hint } : {});
}

async function firstBytes(path: string): Promise<Buffer> {
  const handle = await open(path);
  try {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

function unpackedHead(packed: Buffer, path: string): Buffer {
  try {
    const all = gunzipSync(packed, { finishFlush: zlib.Z_SYNC_FLUSH });
    return all.subarray(0, HEAD_BYTES);
  } catch (error) {
    throw readFault(path, error);
  }
}

function formatOf(head: Buffer, path: string): SourceFile["format"] {
  const magic = head.toString("latin1", 0, 4);
  if (magic === "PAR1") return "parquet";
  if (magic.startsWith("PK\x03\x04")) {
    throw refused(path, "a spreadsheet or zip archive", "Save the sheet as CSV (UTF-8).");
  }
  const utf16 = (head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff);
  const newline = head.indexOf(0x0a);
  const firstLine = newline < 0 ? head : head.subarray(0, newline);
  if (firstLine.includes(0) && !utf16) throw refused(path, "neither CSV, NDJSON nor Parquet");
  return /^(\ufeff|\u00ef\u00bb\u00bf)?\s*\{/.test(head.toString("latin1", 0, 64))
    ? "ndjson"
    : "csv";
}

function readFault(path: string, error: unknown): unknown {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === "Z_BUF_ERROR") {
    return refused(path, "the gzip file ends too early", "Copy or download it again.");
  }
  if (code?.startsWith("Z_")) return refused(path, "the gzip file is damaged");
  return error;
}
