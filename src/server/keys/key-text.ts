/**
 * What a key looks like: a prefix that says its kind, and 32 random bytes.
 *
 *   tw_gX3kPq0rT...   a write key: stands in web pages, may only send
 *   ts_m2Vb81YzA...   a secret key: may read and administer
 *
 * Its first characters are its id, by which it is found, listed and revoked; of the whole only the
 * SHA-256 is kept. With 256 random bits nobody can guess from one to the other, so no slow hash.
 */
import { randomBytes, timingSafeEqual } from "node:crypto";
import { sha256 } from "../../base/index.js";

export type KeyKind = "write" | "secret";

const PREFIXES: Readonly<Record<KeyKind, string>> = { write: "tw_", secret: "ts_" };
const RANDOM_BYTES = 32;
const ID_CHARACTERS = 11;

export function newKeyText(kind: KeyKind): string {
  return PREFIXES[kind] + randomBytes(RANDOM_BYTES).toString("base64url");
}

export function idOf(key: string): string {
  return key.slice(0, ID_CHARACTERS);
}

export function hashOf(key: string): string {
  return sha256(key);
}

export function fits(key: string, hash: string): boolean {
  return timingSafeEqual(Buffer.from(hashOf(key)), Buffer.from(hash));
}
