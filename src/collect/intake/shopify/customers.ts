/**
 * What webhooks say of people. As in exports they are known by e-mail address, else by phone number:
 * orders of an export know no customer ids. A consent has a date of its own.
 */

import { listOf, type Payload, partOf, type Row, rowOf, textOf, textsOf } from "./payload.js";
import type { Webhook } from "./webhook.js";

/** All but consents, from customers/create and customers/update. */
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
  });
}

/**
 * A row for each channel that something is said of, because a row's consents have one proof. Of a
 * customer, or of customers_email_marketing_consent/update and customers_marketing_consent/update (SMS).
 */
export function consentRows(said: Payload): readonly Row[] {
  return (["email", "sms"] as const).flatMap((channel) => {
    const consent = partOf(said, `${channel}_marketing_consent`);
    const state = textOf(consent, "state").toLowerCase();
    const accepted = ACCEPTED[state];
    if (accepted === undefined) return [];
    const at = textOf(consent, "consent_updated_at");
    const confirmed = accepted === "yes" && textOf(consent, "opt_in_level") === "confirmed_opt_in";
    const row = rowOf({
      ...identifiersOf(said),
      time: at || textOf(said, "updated_at"),
      [`accepts_${channel}`]: accepted,
      [`accepts_${channel}_at`]: at,
      consent_source: textOf(consent, "consent_collected_from") || "Shopify",
      consent_confirmed_at: confirmed ? at : "",
    });
    return [row];
  });
}

/** What the law asks of a shop, and what a shop has done: an event of the person, or of nobody. */
export const NOTICES = {
  "customers/delete": "Customer Deleted",
  "customers/redact": "Erasure Requested",
  "customers/data_request": "Data Requested",
  "shop/redact": "Shop Erasure Requested",
} as const;

/** `time` and `known` are ISO 8601. */
export function noticeRow(
  notice: keyof typeof NOTICES,
  { webhookId, payload }: Pick<Webhook, "webhookId" | "payload">,
  { time, known }: { readonly time: string; readonly known: string },
): Row {
  const about = Object.keys(partOf(payload, "customer")).length
    ? partOf(payload, "customer")
    : payload;
  const { customer, email, phone } = identifiersOf(about);
  return rowOf({
    name: NOTICES[notice],
    message: `shopify ${notice} ${customer} ${webhookId}`,
    time,
    known,
    customer: email === "" && phone === "" ? customer : "",
    email,
    phone,
    properties:
      notice === "shop/redact"
        ? { shop: textOf(payload, "shop_domain", "domain") }
        : { customer_id: customer },
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
