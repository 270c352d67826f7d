/**
 * What `tessera.yaml` may say, once: the reader checks against this schema, `tessera settings` and
 * docs/settings.md list it. Keys of `limits` are the playbook's attributes of the same names.
 */

import { z } from "zod";
import { type OwnDay, parseDayRule, suggest } from "../segment/index.js";

/** An object whose unknown keys are faults that name the nearest known one. */
function strict<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.strictObject(shape, {
    error: (issue) => {
      if (issue.code === "invalid_type")
        return `keys are needed here, of: ${Object.keys(shape).join(", ")}`;
      if (issue.code !== "unrecognized_keys") return undefined;
      const known = Object.keys(shape);
      return issue.keys
        .map((key) => {
          const near = suggest(key, known);
          const hint = near ? `did you mean ${near}?` : `known are: ${known.join(", ")}`;
          return `there is no setting ${key}; ${hint}`;
        })
        .join("; ");
    },
  });
}

const word = z
  .string()
  .regex(/^[a-z][a-z0-9_]*$/i, "letters, digits and _, beginning with a letter");

const rule = z.string().superRefine((text, context) => {
  const parsed = parseDayRule(text);
  if ("fault" in parsed) context.addIssue({ code: "custom", message: parsed.fault });
});

const COUNTRY = "two capital letters of a country, as in TR or DE";
const country = z.string().refine(isCountry, COUNTRY);
const countryOrEvery = z
  .string()
  .refine((code) => code === "every" || isCountry(code), `${COUNTRY}, or every`);

const period = { name: word, from: rule, to: rule };

const named = (names: readonly { readonly name: string }[]): boolean =>
  new Set(names.map(({ name }) => name)).size === names.length;

const season = strict({
  ...period,
  phases: z.array(strict(period)).refine(named, "two phases have the same name").default([]),
});

const ownDay = z
  .union([
    z.string(),
    z.array(z.string()).transform((dates) => dates.join(", ")),
    strict({ rule: z.string(), gift: z.boolean().default(true) }),
  ])
  .transform((day, context): OwnDay => {
    if (day === "off") return "off";
    const own = typeof day === "string" ? { rule: day, gift: true } : day;
    const parsed = parseDayRule(own.rule);
    if ("fault" in parsed) context.addIssue({ code: "custom", message: parsed.fault });
    return own;
  });

const activity = z.preprocess(
  (value) => (value === "orders" ? {} : value),
  strict({
    event: z
      .union([z.string().min(1), z.array(z.string().min(1)).min(1)], {
        error: "the name of an event, or a list of names",
      })
      .optional()
      .describe("the events that count, by name"),
    amount: z
      .string()
      .regex(/^props(\.[A-Za-z_]\w*)+$/, "a property, as in props.amount")
      .optional()
      .describe("the property that says what one was worth"),
  }),
);

const percent = z.number().min(0).max(100);

const vat = strict({
  prices: z
    .enum(["included", "excluded"])
    .optional()
    .describe("whether prices hold the tax, where a file does not say: included, excluded"),
  rate: z
    .union([percent, z.record(countryOrEvery, percent)], {
      error: "a percentage, or percentages by country: { every: 20, DE: 19 }",
    })
    .optional()
    .describe("percent, or by country of the order: { every: 20, DE: 19 }"),
}).superRefine(({ prices, rate }, context) => {
  if (prices === "included" && rate === undefined)
    context.addIssue({ code: "custom", message: "prices that include VAT need its rate" });
  if (prices !== "included" && rate !== undefined)
    context.addIssue({ code: "custom", message: "a rate is for prices: included" });
});

const MOST_DAYS = 3650;
const days = () => z.int().min(1).max(MOST_DAYS).optional();

/** One line for each attribute of playbook/limits.tess; a test holds the two equal. */
const limits = strict({
  new_days: days().describe("first order at most so long ago: new").meta({ unit: "days" }),
  second_order_day: days()
    .describe("one order and longer than so ago: the second is overdue")
    .meta({ unit: "days" }),
  churn_limit: days().describe("longer than so without activity: churned").meta({ unit: "days" }),
  frequent_orders: z
    .int()
    .min(2)
    .max(1000)
    .optional()
    .describe("orders in 12 months from which somebody is frequent")
    .meta({ unit: "orders" }),
  discount_share: z
    .number()
    .min(0)
    .max(1)
    .multipleOf(0.01)
    .optional()
    .describe("discounted share of spend from which somebody waits for discounts")
    .meta({ unit: "of spend" }),
  minimum_cart: z
    .number()
    .min(0)
    .max(1_000_000)
    .multipleOf(0.01)
    .optional()
    .describe("value of a cart below which nobody is reminded of it")
    .meta({ unit: "in the store's currency" }),
});

const retention = strict({
  anonymous_days: days()
    .describe(
      "visitors who never said who they are are erased when nothing came in of them for so long",
    )
    .meta({ unit: "days" }),
  log_days: days()
    .describe("messages stay in the intake log, and what was refused of them, for so long")
    .meta({ unit: "days" }),
});

export const settingsSchema = strict({
  timeZone: z
    .string()
    .refine(isTimeZone, "no such time zone; write it as Europe/Istanbul")
    .optional()
    .describe("zone of the store's days, as Europe/Istanbul"),
  country: country
    .optional()
    .describe("the store's own country: gift days of orders that name none, VAT, seasons"),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/, "three capital letters, as in EUR")
    .optional()
    .describe("the store's currency; orders in others are converted and need rates"),
  rates: z
    .string()
    .min(1)
    .optional()
    .describe(
      "a CSV file beside tessera.yaml: date, currency, units of the store's currency for one",
    ),
  vat: vat.optional(),
  activity: activity
    .optional()
    .describe("what counts as activity: orders, or { event: ..., amount: props... }"),
  limits: limits.optional(),
  returnWindow: z
    .int()
    .min(1)
    .max(365)
    .optional()
    .describe("how long after an order it may be sent back: until then it is in no rate of returns")
    .meta({ unit: "days" }),
  seasons: z
    .array(season)
    .refine(named, "two seasons have the same name")
    .optional()
    .describe("name, from, to (exclusive) and phases of the same form; days are rules, as 11-01"),
  giftRunUp: z
    .int()
    .min(0)
    .max(180)
    .optional()
    .describe("how long before a gift day an order belongs to it")
    .meta({ unit: "days" }),
  giftDays: z
    .record(country.or(z.literal("every")), z.record(word, ownDay))
    .optional()
    .describe("changes of the calendar, by country or every: a rule, dates, or off"),
  retention: retention.optional(),
  asOf: z.string().optional().describe('what "now" means without --as-of, for data that has ended'),
});

export type SettingsFile = z.infer<typeof settingsSchema>;

export interface SettingDefinition {
  /** `timeZone`, `limits.new_days`. */
  readonly key: string;
  readonly about: string;
  /** "" where it has none. */
  readonly unit: string;
}

/** Every setting, in the order of the schema; those of a group one by one. */
export function settingDefinitions(): readonly SettingDefinition[] {
  return Object.entries(settingsSchema.shape).flatMap(([key, schema]) => {
    const group =
      key === "vat" ? vat : key === "limits" ? limits : key === "retention" ? retention : undefined;
    if (group === undefined) return [definition(key, schema)];
    return Object.entries(group.shape).map(([name, one]) => definition(`${key}.${name}`, one));
  });
}

function definition(key: string, schema: z.ZodType): SettingDefinition {
  const { description = "", unit = "" } = schema.meta() ?? {};
  return { key, about: description, unit: String(unit) };
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

function isCountry(code: string): boolean {
  const names = new Intl.DisplayNames(["en"], { type: "region", fallback: "none" });
  return /^[A-Z]{2}$/.test(code) && names.of(code) !== undefined;
}
