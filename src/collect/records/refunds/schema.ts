/** What a mapping of refunds may say. `docs/import.md` is its reference. */

import { z } from "zod";
import { commonShape, fieldShape } from "../../mapping/mapping-schema.js";
import { type Fields, MAX_QUANTITY } from "../fields.js";

export const fields = {
  order: { type: "key", required: true },
  time: { type: "instant", required: true },
  /** The refund's own id. */
  refund: { type: "key" },
  product: { type: "key" },
  quantity: { type: "number", limit: MAX_QUANTITY },
  amount: { type: "number" },
  currency: { type: "text" },
} as const satisfies Fields;

export const schema = z.strictObject({
  record: z.literal("refunds"),
  ...commonShape,
  ...fieldShape(fields),
  rates: z.string().min(1).optional(),
});

export type RefundsMapping = z.infer<typeof schema>;
