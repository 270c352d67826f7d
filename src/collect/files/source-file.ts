/**
 * A file as it was given: what it is by its first bytes (its name is not trusted), and its bytes
 * unpacked and in UTF-8.
 */

import { createHash } from "node:crypto";
import { createReadStream, type ReadStream } from "node:fs";
import { open, stat } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { AppError } from "../../base/index.js";
import { ForeignFile, refused } from "../rejects/refused.js";
import { foreignKind } from "./file-kinds.js";
import { encodingOf, likelyUtf16, markedEncoding } from "./text-encoding.js";
import { unpackZstd, ZSTD_MAGIC, ZstdDamage } from "./unpack-zstd.js";

export { refused };

export interface SourceFile {
  readonly path: string;
  readonly format: "csv" | "ndjson" | "json" | "parquet";
  readonly packing: "none" | "gzip" | "zstd";
  /** Of a text, where a byte order mark or the command says it. */
  readonly encoding: string | undefined;
  /** As it lies on the disk. */
  readonly bytes: number;
  /** The first unpacked bytes; at most `HEAD_BYTES`. */
  readonly head: Buffer;
}

const CHUNK_BYTES = 1024 * 1024;
export const HEAD_BYTES = 64 * 1024;

/**
 * Refuses (AppError) what cannot be read, is empty, or is no format that can be imported.
 * `encoding`: of texts without a byte order mark, whatever their mapping says.
 */
export async function inspectFile(
  path: string,
  { encoding }: { readonly encoding?: string | undefined } = {},
): Promise<SourceFile> {
  const bytes = await sizeOf(path);
  const packing = packingOf(await firstBytes(path));
  const head = await unpackedHead(path, packing);
  if (head.length === 0) throw noTable(path, "the file is empty", "Export it again.");
  const foreign = foreignKind(head);
  if (foreign) throw noTable(path, `it is ${foreign.what}`, foreign.remedy);
  const known = markedEncoding(head) ?? encoding;
  return { path, format: formatOf(path, head, known), packing, encoding: known, bytes, head };
}

/** The file's bytes in large chunks, unpacked. `onRead` is told the bytes taken from the disk. */
export async function* readUnpacked(
  { path, packing }: Pick<SourceFile, "path" | "packing">,
  onRead?: (bytes: number) => void,
): AsyncGenerator<Buffer> {
  const source = createReadStream(path, { highWaterMark: CHUNK_BYTES });
  try {
    for await (const chunk of unpack(source, packing)) {
      yield chunk;
      onRead?.(source.bytesRead);
    }
  } catch (error) {
    throw readFault(path, error);
  } finally {
    source.destroy();
  }
}

/** The same in UTF-8 without a byte order mark; what was no character is U+FFFD. */
export async function* readText(
  file: SourceFile,
  encoding: string,
  onRead?: (bytes: number) => void,
): AsyncGenerator<Buffer> {
  const decoder = encoding === "utf-8" ? undefined : new TextDecoder(encoding);
  let first = true;
  for await (const chunk of readUnpacked(file, onRead)) {
    const utf8 = decoder ? Buffer.from(decoder.decode(chunk, { stream: true })) : chunk;
    yield first && markedEncoding(utf8) === "utf-8" ? utf8.subarray(3) : utf8;
    first = false;
  }
  if (decoder) yield Buffer.from(decoder.decode());
}

/** The beginning of a text; its last character may be cut. Refuses as `encodingOf` does. */
export function headText(file: SourceFile, declared?: string): string {
  return new TextDecoder(encodingOf(file, declared)).decode(file.head, { stream: true });
}

export async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path, { highWaterMark: CHUNK_BYTES }), hash);
  return hash.digest("hex");
}

const noTable = (file: string, reason: string, remedy: string) =>
  new ForeignFile({ file, reason, remedy });

async function sizeOf(path: string): Promise<number> {
  const facts = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw unreadable(path, error);
  });
  if (facts.isFile()) return facts.size;
  const what = facts.isDirectory() ? "a folder" : "a pipe or device";
  throw refused(path, `${what}, not a file`, "Write it into a file and import that.");
}

async function firstBytes(path: string): Promise<Buffer> {
  const handle = await open(path).catch((error) => {
    throw unreadable(path, error);
  });
  try {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(4), 0, 4, 0);
    return buffer.subarray(0, bytesRead);
  } catch (error) {
    throw readFault(path, error);
  } finally {
    await handle.close();
  }
}

function packingOf(first: Buffer): SourceFile["packing"] {
  if (first[0] === 0x1f && first[1] === 0x8b) return "gzip";
  return first.length === 4 && first.readUInt32LE() === ZSTD_MAGIC ? "zstd" : "none";
}

async function unpackedHead(path: string, packing: SourceFile["packing"]): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of readUnpacked({ path, packing })) {
    pieces.push(chunk);
    bytes += chunk.length;
    if (bytes >= HEAD_BYTES) break;
  }
  return Buffer.concat(pieces).subarray(0, HEAD_BYTES);
}

async function* unpack(source: ReadStream, packing: SourceFile["packing"]): AsyncGenerator<Buffer> {
  switch (packing) {
    case "none":
      yield* source;
      return;
    case "zstd":
      yield* unpackZstd(source);
      return;
    case "gzip": {
      const gunzip = createGunzip({ chunkSize: CHUNK_BYTES });
      const piped = pipeline(source, gunzip).catch(() => {}); // The loop reports it.
      try {
        yield* gunzip;
      } finally {
        gunzip.destroy();
        await piped;
      }
    }
  }
}

/** A text that begins with a bracket is JSON: one object a line is NDJSON, else one document. */
function formatOf(path: string, head: Buffer, encoding?: string): SourceFile["format"] {
  if (head.toString("latin1", 0, 4) === "PAR1") return "parquet";
  const text = new TextDecoder(encoding ?? likelyUtf16(head)).decode(head, { stream: true });
  if (/^\s*\{/.test(text)) return isObjectLine(text) ? "ndjson" : "json";
  if (/^\s*\[\s*([[{"\]\d]|$)/.test(text)) return "json";
  if (/^[^\r\n]*\0/.test(text)) {
    throw noTable(path, "neither CSV, JSON, NDJSON nor Parquet", "Export it as one of them.");
  }
  return "csv";
}

/** Whether the first line that is not blank is a whole object, and another line follows it. */
function isObjectLine(text: string): boolean {
  const [, line, next] = /^\s*([^\n]*)\n(\s*\S)?/.exec(text) ?? [];
  if (line === undefined || next === undefined) return false;
  try {
    JSON.parse(line);
    return true;
  } catch {
    return !/^\{\s*$|[,[{]\s*$/.test(line);
  }
}

/** What stat and open say. */
function unreadable(path: string, error: NodeJS.ErrnoException): AppError {
  const { code = "" } = error;
  if (code === "ENOENT") return new AppError("input.missing", `${path}: no such file.`);
  const reason = REASONS[code] ?? error.message;
  return new AppError("input.invalid", `${path}: ${reason}.`, {
    hint: "Check the path and who may read it.",
    cause: error,
  });
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: "this user may not read it",
  EPERM: "this user may not read it",
  ELOOP: "symbolic links that lead in a circle",
  ENOTDIR: "part of the path is not a folder",
  EIO: "the disk cannot read it",
};

function readFault(path: string, error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException;
  const again = "Copy or download it again.";
  if (error instanceof ZstdDamage) {
    const what = error.fault === "damaged" ? "is damaged" : "ends too early";
    return refused(path, `the zstd file ${what}`, again);
  }
  if (code === "Z_BUF_ERROR") return refused(path, "the gzip file ends too early", again);
  if (code?.startsWith("Z_")) return refused(path, "the gzip file is damaged", again);
  return code !== undefined && code in REASONS ? unreadable(path, error as Error) : error;
}
