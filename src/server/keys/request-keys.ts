/**
 * Who a request comes from, by its key. It may stand in the Basic header (as the user, without a
 * password), as a bearer token, in the query (beacons have no headers) and in the body. All are
 * tried, because a page behind a password of its own sends that in the header. A wrong key is told
 * no more than that.
 */
import type { FastifyRequest } from "fastify";
import { AppError } from "../../base/index.js";
import type { KeyKind } from "./key-text.js";
import type { Key, Keys } from "./keys.js";

/** Throws `request.key`. `more`: keys found in the body. */
export async function requireKey(
  keys: Keys,
  kind: KeyKind,
  request: FastifyRequest,
  more: readonly (string | undefined)[] = [],
): Promise<Key> {
  const { writeKey } = request.query as { writeKey?: unknown };
  for (const text of [...headerKeys(request.headers.authorization), writeKey, ...more]) {
    if (typeof text !== "string") continue;
    const key = await keys.find(text);
    if (key?.kind === kind) return key;
  }
  throw new AppError("request.key", "The key is missing, not in force, or of the other kind.");
}

function headerKeys(authorization = ""): string[] {
  const [scheme = "", value = ""] = authorization.split(" ");
  if (/^bearer$/i.test(scheme)) return [value];
  if (!/^basic$/i.test(scheme)) return [];
  const [user = "", password = ""] = Buffer.from(value, "base64").toString().split(":");
  return [user, password];
}
