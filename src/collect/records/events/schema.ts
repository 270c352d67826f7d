/** What a mapping of events may say. `docs/import.md` is its reference. */

import { z } from "zod";
import { commonShape, fieldShape, word } from "../../mapping/mapping-schema.js";
import { type Fields, MAX_QUANTITY } from "../fields.js";

export const fields = {
  /** Segment's `track`, `page`, `screen`, `identify`, `group`, `alias`; blank is `track`. */
  type: { type: "text" },
  name: { type: "text" },
  /** Name of the page or screen. */
  page: { type: "text" },
  message: { type: "key" },
  time: { type: "instant", required: true },
  known: { type: "instant" },
  customer: { type: "key" },
  email: { type: "key" },
  phone: { type: "key" },
  anonymous: { type: "key" },
  previous: { type: "key" },
  product: { type: "key" },
  product_name: { type: "text" },
  category: { type: "text" },
  department: { type: "text" },
  brand: { type: "text" },
  collection: { type: "text" },
  cart: { type: "key" },
  order: { type: "key" },
  query: { type: "text" },
  coupon: { type: "text" },
  campaign: { type: "text" },
  theme: { type: "text" },
  channel: { type: "text" },
  country: { type: "text" },
  currency: { type: "text" },
  price: { type: "number" },
  quantity: { type: "number", limit: MAX_QUANTITY },
  results: { type: "number" },
  cost: { type: "number" },
  human: { type: "boolean" },
  properties: { type: "json" },
  traits: { type: "json" },
  /** What the visitor allows the site, by category: true or false. */
  consent: { type: "json" },
  /** Of the visitor: it is kept with a consent alone. */
  ip: { type: "text" },
  /** Of `identify` calls that have no traits of their own. */
  context_traits: { type: "json" },
} as const satisfies Fields;

export const schema = z.strictObject({
  record: z.literal("events"),
  ...commonShape,
  ...fieldShape(fields),
  names: z.record(z.string().min(1), z.string().min(1)).default({}),
  props: z.record(word, z.string().min(1)).default({}),
  customer: z
    .strictObject({
      kind: word.default("user_id"),
      nobody: z.array(z.string()).default([]),
      identifying: z.array(z.enum(["email", "phone"])).default([]),
    })
    .prefault({}),
  orders: z.strictObject({ source: z.string().min(1).max(64).optional() }).prefault({}),
  rates: z.string().min(1).optional(),
});

export type EventsMapping = z.infer<typeof schema>;

const FURTHER = "prop_";

/** The property of a field that `props` makes. */
export const propertyOf = (field: string): string => field.slice(FURTHER.length);

/** A field for each entry of `props`. */
export const furtherFields = ({ props }: EventsMapping): Fields =>
  Object.fromEntries(Object.keys(props).map((name) => [FURTHER + name, { type: "text" }]));

/** With the columns of `props`. */
export function fit(mapping: EventsMapping): EventsMapping {
  const entries = Object.entries(mapping.props);
  const further = Object.fromEntries(entries.map(([name, column]) => [FURTHER + name, column]));
  return { ...mapping, columns: { ...mapping.columns, ...further } };
}

export function contradictions({ columns, constants, names }: EventsMapping): string[] {
  const faults: string[] = [];
  const named = columns.name || constants.name || columns.type || constants.type;
  if (!named) faults.push("columns.name: the event's name is needed, or columns.type");
  if (Object.keys(names).length > 0 && !columns.name) faults.push("names: needs columns.name");
  return faults;
}
