/**
 * A webhook as it lies in the intake log: an envelope with what the headers say, and the payload as
 * it came, letter by letter.
 */

import { isPayload, type Payload, textOf } from "./payload.js";

/** Topics that become facts; any other is answered, kept, and shown among the rejects. */
export const TOPICS = [
  ...["orders/create", "orders/updated", "orders/paid", "orders/fulfilled", "orders/cancelled"],
  ...["orders/partially_fulfilled", "refunds/create"],
  ...["customers/create", "customers/update", "customers/delete", "customers/redact"],
  ...["customers/data_request", "shop/redact", "customers_email_marketing_consent/update"],
  ...["customers_marketing_consent/update"],
  ...["products/create", "products/update", "products/delete", "inventory_levels/update"],
  ...["checkouts/create", "checkouts/update", "carts/create", "carts/update"],
] as const;
export type Topic = (typeof TOPICS)[number];

export const isTopic = (topic: string): topic is Topic => TOPICS.some((known) => known === topic);

/** What a shop must act upon by privacy law (`requests.ts`). */
const REQUESTS: readonly string[] = ["customers/redact", "customers/data_request", "shop/redact"];
export const isRequest = (topic: string): boolean => REQUESTS.includes(topic);

export interface WebhookHeaders {
  readonly topic: string;
  readonly shop: string;
  readonly webhookId: string;
  /** ISO 8601: when the change happened that it tells of; '' where the header is absent. */
  readonly triggeredAt: string;
}

export interface Webhook extends WebhookHeaders {
  readonly sequence: number;
  /** Milliseconds since the epoch. */
  readonly receivedAt: number;
  readonly payload: Payload;
}

/** The body of its entry in the log. `payload` is valid JSON. */
export function envelopeOf(headers: WebhookHeaders, payload: string): string {
  const { topic, shop, webhookId, triggeredAt } = headers;
  const said = JSON.stringify({ topic, shop, webhookId, triggeredAt });
  return `${said.slice(0, -1)},"payload":${payload}}`;
}

/** A text says why it cannot be read. */
export function openEnvelope(
  body: string,
): (WebhookHeaders & { readonly payload: Payload }) | string {
  let envelope: unknown;
  try {
    envelope = JSON.parse(body);
  } catch {
    return "not JSON";
  }
  if (!isPayload(envelope) || !isPayload(envelope.payload)) return "not an object";
  if (body.includes("\\u") && HALF_CHARACTER.test(JSON.stringify(envelope))) {
    return "half of a surrogate pair";
  }
  const said = (key: string) => textOf(envelope, key);
  return {
    topic: said("topic"),
    shop: said("shop"),
    webhookId: said("webhookId"),
    triggeredAt: said("triggeredAt"),
    payload: envelope.payload,
  };
}

/** What JSON.stringify writes of a surrogate that has lost its other half. */
const HALF_CHARACTER = /(?<!\\)(\\\\)*\\ud[89a-f]/;
