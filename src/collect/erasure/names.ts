/**
 * Whether a text that a client or a file wrote names somebody. A long identifier is looked for
 * anywhere between other characters than letters and digits; a short one ("7") would be found in
 * every price, so it counts only where an identifier stands.
 */

export interface NamedIdentifier {
  readonly kind: string;
  readonly value: string;
}

const SHORT = 6;

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
const digitsOf = (text: string): string => text.replaceAll(/[^0-9+]/g, "");

/** Of texts; `whole`: the text is a value where an identifier may stand. */
export function namesAnyOf(
  identifiers: readonly NamedIdentifier[],
): (text: string, place: { readonly whole: boolean }) => boolean {
  const values = identifiers.map(({ value }) => value.toLowerCase());
  const short = new Set(values.filter((value) => value.length < SHORT));
  const long = values.filter((value) => value.length >= SHORT).map(escaped);
  const within =
    long.length === 0
      ? undefined
      : new RegExp(`(?<![\\p{L}\\p{N}])(?:${long.join("|")})(?![\\p{L}\\p{N}])`, "iu");
  const phones = identifiers
    .filter(({ kind, value }) => kind === "phone" && value.length >= SHORT)
    .map(({ value }) => digitsOf(value));
  return (text, { whole }) =>
    within?.test(text) === true ||
    (whole && short.has(text.trim().toLowerCase())) ||
    (phones.length > 0 && phones.some((phone) => digitsOf(text) === phone));
}

/** Where a message of a tracking API, or of a shop's webhook, says whose it is. */
const PLACES = new Set([
  ...["userId", "anonymousId", "previousId", "user_id", "anonymous_id", "email", "phone"],
  ...["customer_id", "contact_email", "order_id", "order", "name", "customer"],
]);

/** The same of the JSON of a message, of which the leaves are looked at. */
export function messageNames(names: ReturnType<typeof namesAnyOf>): (json: string) => boolean {
  const visit = (value: unknown, key: string): boolean => {
    if (typeof value === "string" || typeof value === "number")
      return names(`${value}`, { whole: PLACES.has(key) });
    if (Array.isArray(value)) return value.some((item) => visit(item, key));
    if (typeof value === "object" && value !== null)
      return Object.entries(value).some(([name, item]) => visit(item, name));
    return false;
  };
  return (json) => {
    try {
      return visit(JSON.parse(json), "");
    } catch {
      return names(json, { whole: false });
    }
  };
}
