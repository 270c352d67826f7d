/**
 * What webhooks say of people. As in exports they are known by e-mail address, else by phone number:
 * orders of an export know no customer ids. A consent has a date of its own.
 */

import { listOf, type Payload, partOf, type Row, rowOf, textOf, textsOf } from "./payload.js";
import type { Webhook } from "./webhook.js";

/** Whole records, from customers/create and customers/update. */
export function personRow(customer: Payload): Row {
  const address = Object.keys(partOf(customer, "default_address")).length
    ? partOf(customer, "default_address")
    : (listOf(customer, "addresses")[0] ?? {});
  return rowOf({
    ...identifiersOf(customer),
    time: textOf(customer, "updated_at"),
    first_name: textOf(customer, "first_name"),
    last_name: textOf(customer, "last_name"),
    company: textOf(address, "company"),
    city: textOf(address, "city"),
    country: textOf(address, "country_code"),
    postcode: textOf(address, "zip"),
    tax_exempt: textOf(customer, "tax_exempt"),
    tags: textsOf(customer, "tags").join(", "),
    total_spent: textOf(customer, "total_spent"),
    total_orders: textOf(customer, "orders_count"),
    ...consentOf("email", partOf(customer, "email_marketing_consent")),
    ...consentOf("sms", partOf(customer, "sms_marketing_consent")),
  });
}

/** From customers_email_marketing_consent/update and customers_marketing_consent/update (SMS). */
export function consentRow(said: Payload): Row {
  const consents = {
    ...consentOf("email", partOf(said, "email_marketing_consent")),
    ...consentOf("sms", partOf(said, "sms_marketing_consent")),
  };
  const at = Object.entries(consents).find(([field]) => field.endsWith("_at"))?.[1] ?? "";
  return rowOf({ ...identifiersOf(said), time: at, ...consents });
}

/** What the law asks of a shop, and what a shop has done: an event of the person, to be acted upon. */
const NOTICES: Readonly<Record<string, string>> = {
  "customers/delete": "Customer Deleted",
  "customers/redact": "Erasure Requested",
  "customers/data_request": "Data Requested",
};

/** `time` and `known` are ISO 8601. */
export function noticeRow(
  { topic, webhookId, payload }: Pick<Webhook, "topic" | "webhookId" | "payload">,
  { time, known }: { readonly time: string; readonly known: string },
): Row {
  const about = Object.keys(partOf(payload, "customer")).length
    ? partOf(payload, "customer")
    : payload;
  const { customer, email, phone } = identifiersOf(about);
  return rowOf({
    name: NOTICES[topic]!,
    message: `shopify ${topic} ${customer} ${webhookId}`,
    time,
    known,
    customer: email === "" && phone === "" ? customer : "",
    email,
    phone,
    properties: { customer_id: customer },
  });
}

function identifiersOf(said: Payload) {
  const address = partOf(said, "default_address");
  return {
    customer: textOf(said, "customer_id", "id"),
    email: textOf(said, "email", "email_address"),
    phone: textOf(said, "phone", "phone_number") || textOf(address, "phone"),
  };
}

/** Asked but not confirmed (`pending`) is no consent; what was erased (`redacted`) says nothing. */
const ACCEPTED: Readonly<Record<string, string>> = {
  subscribed: "yes",
  pending: "no",
  not_subscribed: "no",
  unsubscribed: "no",
  invalid: "no",
};

function consentOf(channel: "email" | "sms", consent: Payload): Record<string, string> {
  const accepted = ACCEPTED[textOf(consent, "state").toLowerCase()] ?? "";
  const at = accepted === "" ? "" : textOf(consent, "consent_updated_at");
  return { [`accepts_${channel}`]: accepted, [`accepts_${channel}_at`]: at };
}
