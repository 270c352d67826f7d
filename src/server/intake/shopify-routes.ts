/**
 * Shopify's webhooks. They carry no key but a signature over the body, by a secret that the shop
 * knows; what the log gets is the body as it came, with what the headers say of it. Shopify sends
 * again what was not answered with 200 within seconds, for some hours.
 */
import type { FastifyInstance, FastifyRequest } from "fastify";
import { AppError } from "../../base/index.js";
import { envelopeOf, isSignedBy } from "../../collect/index.js";
import type { ServerParts } from "../parts.js";
import { bodyText, MAX_BODY_BYTES } from "./request-body.js";

/** Stands in the log where other messages have their key. */
const KEY_ID = "shopify";

/** A header is not signed; what is longer than any of Shopify's is cut. */
const MAX_HEADER = 200;

export async function shopifyRoutes(app: FastifyInstance, parts: ServerParts): Promise<void> {
  const { shopifySecrets, log, metrics } = parts;
  if (shopifySecrets.length === 0) return;

  app.post("/webhooks/shopify", { bodyLimit: MAX_BODY_BYTES }, async (request) => {
    const begun = performance.now();
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const header = headersOf(request);
    if (!isSignedBy(body, header("x-shopify-hmac-sha256"), shopifySecrets)) {
      throw new AppError("request.key", "The signature is missing or not of a secret in force.");
    }
    const said = {
      topic: header("x-shopify-topic"),
      shop: header("x-shopify-shop-domain"),
      webhookId: header("x-shopify-webhook-id"),
      triggeredAt: header("x-shopify-triggered-at"),
    };
    const entry = {
      format: "shopify",
      body: envelopeOf(said, await bodyText(body)),
      keyId: KEY_ID,
      receivedAt: Date.now(),
      sentAt: undefined,
      ip: undefined,
      userAgent: undefined,
    };
    await log.append([entry]);
    metrics.acknowledged(1, (performance.now() - begun) / 1000);
    return { success: true };
  });
}

function headersOf(request: FastifyRequest): (name: string) => string {
  return (name) => {
    const value = request.headers[name];
    return typeof value === "string" ? value.slice(0, MAX_HEADER) : "";
  };
}
