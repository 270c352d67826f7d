/**
 * Shopify signs each webhook with the secret of the app or of the shop's notifications: HMAC-SHA256
 * over the body as it came, in base64, in `X-Shopify-Hmac-Sha256`.
 */

import { createHmac, timingSafeEqual } from "node:crypto";

/** Whether any of the secrets made this signature; takes as long for a wrong one. */
export function isSignedBy(
  body: Buffer,
  signature: string | undefined,
  secrets: readonly string[],
): boolean {
  const given = Buffer.from(signature ?? "", "base64");
  const made = secrets.map((secret) => createHmac("sha256", secret).update(body).digest());
  const fits = made.map((own) => own.length === given.length && timingSafeEqual(own, given));
  return fits.includes(true);
}
