/**
 * The JSON form of trees. The schema says of which shapes a tree is made; whether a text could say
 * it (a `sum` without a value, a field outside an aggregate, half a percentile) is asked of the
 * formatter and the parser themselves, so that JSON cannot express what the language refuses.
 */

import { z } from "zod";
import { isInstant } from "./dates.js";
import { textFault } from "./lex-text.js";
import {
  AGGREGATE_FUNCTIONS,
  COMPARISON_OPERATORS,
  type Declaration,
  type Document,
  type Expression,
  SCOPE_KEYS,
  UNITS,
  type Window,
} from "./tree.js";
import { isDeclarable, isName, isPathPart } from "./words.js";

const span = z.object({ start: z.int().min(0), end: z.int().min(0) }).optional();
/** `kind` and `span` are on every node; a key that the tree does not know is refused. */
const node = <K extends string, S extends z.ZodRawShape>(kind: K, shape: S) =>
  z.strictObject({ kind: z.literal(kind), ...shape, span });

const name = z.string().refine(isName, "must be a name that is no word of the language");
const declaredName = z.string().refine(isDeclarable, "must be a name, and of no function");
const part = z.string().refine(isPathPart, "must be letters, digits and _, a letter first");
const text = z
  .string()
  .refine((value) => textFault(value) === undefined, "must be well-formed text");
const number = z
  .number()
  .min(0)
  .refine((value) => !Object.is(value, -0), "must be written 0");
const count = z.int().min(1);
const moment = z.string().refine(isInstant, "must be a date or a UTC instant");
const unit = z.enum(UNITS);
const yes = z.literal(true).optional();
const scopeKey = z.enum(SCOPE_KEYS);

export const expressionSchema: z.ZodType<Expression> = z
  .lazy(() => z.discriminatedUnion("kind", expressions))
  .meta({ id: "Expression" });
const expression = expressionSchema;

const duration = z.strictObject({ amount: number, unit, span });
const literal = node("literal", { value: z.union([number, text, z.boolean()]) });
const nameNode = node("name", { name });

const windows: z.ZodType<Window> = z
  .discriminatedUnion("kind", [
    node("last", { duration }),
    node("ago", { from: number, to: number, unit }),
    node("calendar", {
      which: z.enum(["this", "previous"]),
      unit: z.enum(["day", "week", "month", "year"]),
    }),
    node("range", { from: moment.optional(), to: moment.optional() }),
    node("season", { season: name, phase: name.optional() }),
    node("relative", {
      side: z.enum(["after", "before"]),
      within: duration.optional(),
      moment: expression,
    }),
  ])
  .meta({ id: "Window" });

const step = z.strictObject({
  source: name,
  where: expression.optional(),
  within: duration.optional(),
  without: z.strictObject({ source: name, where: expression.optional() }).optional(),
  span,
});

const source = z.strictObject({
  steps: z.array(step).min(1),
  of: z.enum([...SCOPE_KEYS, "person"]).optional(),
  span,
});

const aggregate = node("aggregate", {
  fn: z.enum(AGGREGATE_FUNCTIONS),
  source,
  distinct: yes,
  per: z.enum(["day", "week", "month"]).optional(),
  value: expression.optional(),
  windows: z.array(windows),
});

const expressions = [
  literal,
  nameNode,
  node("duration", { duration }),
  node("instant", { text: moment }),
  node("call", { name, args: z.array(expression).min(1) }),
  node("trait", { path: z.array(part).min(1) }),
  node("field", { source: name.optional(), path: z.array(part).min(1) }),
  aggregate,
  node("usual", { of: aggregate, by: z.array(name).min(1) }),
  node("percentile", {
    percent: number.max(100),
    store: yes,
    of: expression.optional(),
    among: expression.optional(),
  }),
  node("arithmetic", { op: z.enum(["+", "-", "*", "/"]), left: expression, right: expression }),
  node("negate", { operand: expression }),
  node("since", { measure: z.enum(["days", "time"]), moment: expression }),
  node("and", { operands: z.array(expression).min(2) }),
  node("or", { operands: z.array(expression).min(2) }),
  node("not", { operand: expression }),
  node("comparison", { op: z.enum(COMPARISON_OPERATORS), left: expression, right: expression }),
  node("is", {
    negated: yes,
    operand: expression,
    values: z.array(z.discriminatedUnion("kind", [literal, nameNode])).min(1),
  }),
  node("is set", { negated: yes, operand: expression }),
  node("between", { operand: expression, low: expression, high: expression }),
  node("in window", { moment: expression, windows: z.array(windows).min(1) }),
  node("in season", { season: name, phase: name.optional() }),
  node("quantifier", {
    quantity: z.union([z.enum(["some", "every", "no"]), z.strictObject({ atLeast: count })]),
    key: scopeKey,
    body: expression,
  }),
] as const;

const classification = node("classification", {
  cases: z.array(z.strictObject({ value: name, when: expression })).min(1),
  otherwise: name,
});

const declaration: z.ZodType<Declaration> = z.discriminatedUnion("kind", [
  node("attribute", {
    name: declaredName,
    parameters: z.array(name),
    per: scopeKey.optional(),
    body: z.discriminatedUnion("kind", [classification, ...expressions]),
  }),
  node("segment", {
    name: declaredName,
    parameters: z.array(name),
    title: text.optional(),
    notes: z.array(z.strictObject({ key: name, text })),
    condition: expression,
    top: z.strictObject({ count, by: expression }).optional(),
  }),
]);

export const documentSchema: z.ZodType<Document> = node("document", {
  declarations: z.array(declaration),
}).meta({ id: "Document" });
