/**
 * Whose a message is that names somebody: the person's own, or somebody else's who wrote of them. An
 * account says it alone, since a device may be shared; where a message has neither, as a webhook, it is
 * the customer's whom it is about.
 */

import { type NamedIdentifier, namesAnyOf } from "./names.js";

/** Of the JSON of a message, which may be cut off at its end. */
export function sentBy(identifiers: readonly NamedIdentifier[]): (json: string) => boolean {
  const own = new Set(
    identifiers.filter(({ kind }) => SENDERS.has(kind)).map(({ value }) => value),
  );
  const names = namesAnyOf(identifiers);
  const isOwn = (value: unknown) => names(`${value}`, { whole: true });
  return (json) => {
    const message = parsed(json) ?? cutOff(json);
    const sender = textOf(message.userId) ?? textOf(message.anonymousId);
    if (sender !== undefined) return own.has(sender);
    if (!isObject(message.payload)) return true;
    const about = customerOf(message.payload);
    return about.length === 0 || about.some(isOwn);
  };
}

/** Kinds of identifiers under which a client sends. */
const SENDERS: ReadonlySet<string> = new Set(["user_id", "anonymous_id"]);

type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const textOf = (value: unknown): string | undefined =>
  (typeof value === "string" && value !== "") || typeof value === "number" ? `${value}` : undefined;

function parsed(json: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return isObject(value) ? value : {};
  } catch {
    return undefined;
  }
}

/** The first sender that a text names, as far as it goes. */
function cutOff(json: string): Json {
  const first = (key: string) => new RegExp(`"${key}"\\s*:\\s*"([^"\\\\]*)"`).exec(json)?.[1];
  return { userId: first("userId"), anonymousId: first("anonymousId") };
}

/** What a shop's webhook says of the customer, and the order's name. */
function customerOf(payload: Json): readonly unknown[] {
  const { customer, email, contact_email, phone, name, customer_id } = payload;
  const { id, email: address, phone: number } = isObject(customer) ? customer : {};
  const said = [email, contact_email, phone, name, customer_id, id, address, number];
  return said.filter((value) => textOf(value) !== undefined);
}
