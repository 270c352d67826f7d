/** What a mapping of campaign contacts may say. `docs/import.md` is its reference. */

import { z } from "zod";
import { commonShape, fieldShape, word } from "../../mapping/mapping-schema.js";
import type { Fields } from "../fields.js";

export const fields = {
  campaign: { type: "key", required: true },
  time: { type: "instant" },
  customer: { type: "key" },
  email: { type: "key" },
  phone: { type: "key" },
  message: { type: "key" },
  response: { type: "text" },
  channel: { type: "text" },
  theme: { type: "text" },
  coupon: { type: "text" },
  product: { type: "key" },
  country: { type: "text" },
  human: { type: "boolean" },
} as const satisfies Fields;

const words = z.array(z.string().toLowerCase());

export const schema = z.strictObject({
  record: z.literal("contacts"),
  ...commonShape,
  ...fieldShape(fields),
  customer: z
    .strictObject({ kind: word.default("user_id"), nobody: z.array(z.string()).default([]) })
    .prefault({}),
  responses: z
    .strictObject({
      delivered: words.default(["", "delivered", "sent", "received"]),
      opened: words.default(["opened", "open"]),
      clicked: words.default(["clicked", "click"]),
      redeemed: words.default(["redeemed", "redemption"]),
      unsubscribed: words.default(["unsubscribed", "unsubscribe"]),
    })
    .prefault({}),
});

export type ContactsMapping = z.infer<typeof schema>;

export function contradictions({ columns }: ContactsMapping): string[] {
  if (columns.customer || columns.email || columns.phone) return [];
  return ["columns.customer: the person is needed, or columns.email or columns.phone"];
}
