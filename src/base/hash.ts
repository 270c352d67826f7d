import { createHash, hash } from "node:crypto";

/** ClickHouse's `halfMD5(text)`: the first 8 bytes of the MD5 of the UTF-8 text, big-endian. */
export function halfMd5(text: string): bigint {
  // By hexadecimal digits: half the time of a buffer.
  return BigInt(`0x${hash("md5", text, "hex").slice(0, 16)}`);
}

/**
 * The alias of an identifier, `halfMD5(concat(kind, '\0', value))`. Immutable. 0 stands for nobody,
 * so the one text in 2^64 that hashes to 0 takes 1 instead.
 */
export function aliasOf(kind: string, value: string): bigint {
  return halfMd5(`${kind}\0${value}`) || 1n;
}

export function sha256(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}
