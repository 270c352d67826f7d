/**
 * Random trees: every kind of node and every option, exactly those that a text can say. They mean
 * nothing (`'a' and 3 days` is a fine expression here); the fuzzer's own generator makes sense.
 *
 * Where a field may stand depends on the place, so there are three kinds of expression: outside of
 * aggregates (no fields), inside `where` (fields of the row), and in a value (fields with their
 * source, which `withSource` fills in once the aggregate has chosen one).
 */

import fc from "fast-check";
import {
  type Aggregate,
  COMPARISON_OPERATORS,
  type Declaration,
  type Document,
  type Expression,
  type Literal,
  type Name,
  SCOPE_KEYS,
  type Source,
  type Step,
  type Window,
} from "../../src/segment/syntax/index.js";
import {
  amountOf,
  anyName,
  anyNumber,
  anyText,
  callName,
  declaredName,
  duration,
  instant,
  pathPart,
  percent,
} from "./arbitrary-parts.js";

type Place = "outside" | "row" | "value";
type Ties = {
  outside: Expression;
  row: Expression;
  value: Expression;
  aggregate: Expression;
};
type Tie = <K extends keyof Ties>(key: K) => fc.Arbitrary<Ties[K]>;

const UNFILLED = "unfilled";
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const path = (least: number) => fc.array(pathPart, { minLength: least, maxLength: 3 });

const literal: fc.Arbitrary<Literal> = fc
  .oneof(anyNumber, anyText, fc.boolean())
  .map((value) => ({ kind: "literal", value }));
const nameNode: fc.Arbitrary<Name> = anyName.map((name) => ({ kind: "name", name }));

const { outside } = fc.letrec<Ties>((tie) => ({
  outside: expression("outside", tie),
  row: expression("row", tie),
  value: expression("value", tie),
  aggregate: aggregate(tie),
}));

export const arbitraryExpression: fc.Arbitrary<Expression> = outside;

const classification = fc.record({
  kind: fc.constant("classification" as const),
  cases: fc.array(fc.record({ value: anyName, when: outside }), { minLength: 1, maxLength: 3 }),
  otherwise: anyName,
});

const parameters = fc.uniqueArray(anyName, { maxLength: 2 });

const declaration: fc.Arbitrary<Declaration> = fc.oneof(
  fc
    .record({
      kind: fc.constant("attribute" as const),
      name: declaredName,
      parameters,
      per: maybe(fc.constantFrom(...SCOPE_KEYS)),
      body: fc.oneof(outside, classification),
    })
    .map(defined),
  fc
    .record({
      kind: fc.constant("segment" as const),
      name: declaredName,
      parameters,
      title: maybe(anyText),
      notes: fc.array(fc.record({ key: anyName, text: anyText }), { maxLength: 2 }),
      condition: outside,
      top: maybe(fc.record({ count: fc.integer({ min: 1 }), by: outside })),
    })
    .map(defined),
);

export const arbitraryDocument: fc.Arbitrary<Document> = fc.record({
  kind: fc.constant("document" as const),
  declarations: fc.array(declaration, { maxLength: 4 }),
});

function expression(place: Place, tie: Tie): fc.Arbitrary<Expression> {
  const any = tie(place);
  const pair = fc.record({ left: any, right: any });
  const leaves: fc.Arbitrary<Expression>[] = [
    literal,
    nameNode,
    duration.map((d) => ({ kind: "duration", duration: d })),
    instant.map((text) => ({ kind: "instant", text })),
    path(1).map((parts) => ({ kind: "trait", path: parts })),
    percent.map((p) => ({ kind: "percentile", percent: p })),
    fc
      .record({ season: anyName, phase: maybe(anyName) })
      .map((r) => defined({ kind: "in season" as const, ...r })),
    ...(place === "outside" ? [] : [field(place)]),
  ];
  const nodes: fc.Arbitrary<Expression>[] = [
    tie("aggregate"),
    tie("aggregate"),
    percentile(tie),
    usual(tie),
    fc
      .record({ name: callName, args: fc.array(any, { minLength: 1, maxLength: 3 }) })
      .map((r) => ({ kind: "call", ...r })),
    fc
      .tuple(fc.constantFrom("+", "-", "*", "/"), pair)
      .map(([op, r]) => ({ kind: "arithmetic", op, ...r })),
    any.map((operand) => ({ kind: "negate", operand })),
    fc
      .record({ measure: fc.constantFrom("days", "time"), moment: any })
      .map((r) => ({ kind: "since", ...r })),
    fc.record({
      kind: fc.constantFrom("and", "or"),
      operands: fc.array(any, { minLength: 2, maxLength: 4 }),
    }),
    any.map((operand) => ({ kind: "not", operand })),
    fc
      .tuple(fc.constantFrom(...COMPARISON_OPERATORS), pair)
      .map(([op, r]) => ({ kind: "comparison", op, ...r })),
    isValue(any),
    fc
      .tuple(fc.boolean(), any)
      .map(([not, operand]) => ({ kind: "is set", ...(not && { negated: true }), operand })),
    fc.record({ operand: any, low: any, high: any }).map((r) => ({ kind: "between", ...r })),
    fc
      .record({
        moment: any,
        windows: fc.array(window(any), { minLength: 1, maxLength: 2 }).filter(staysApart),
      })
      .map((r) => ({ kind: "in window", ...r })),
    quantifier(any),
  ];
  return fc.oneof(
    { depthSize: "small", depthIdentifier: "tree", withCrossShrink: true },
    fc.oneof(...leaves),
    ...nodes,
  );
}

function field(place: "row" | "value"): fc.Arbitrary<Expression> {
  return place === "value"
    ? path(1).map((parts) => ({ kind: "field", source: UNFILLED, path: parts }))
    : fc
        .tuple(anyName, path(1))
        .map(([head, parts]) => ({ kind: "field", path: [head, ...parts] }));
}

function isValue(any: fc.Arbitrary<Expression>): fc.Arbitrary<Expression> {
  const values = fc.array(fc.oneof(literal, nameNode), { minLength: 1, maxLength: 3 });
  return fc.tuple(fc.boolean(), any, values).map(([not, operand, list]) => ({
    kind: "is",
    ...(not && { negated: true }),
    operand,
    values: list,
  }));
}

function quantifier(body: fc.Arbitrary<Expression>): fc.Arbitrary<Expression> {
  const quantity = fc.oneof(
    fc.constantFrom("some" as const, "every" as const, "no" as const),
    fc.integer({ min: 1 }).map((atLeast) => ({ atLeast })),
  );
  return fc
    .record({ quantity, key: fc.constantFrom(...SCOPE_KEYS), body })
    .map((r) => ({ kind: "quantifier", ...r }));
}

function percentile(tie: Tie): fc.Arbitrary<Expression> {
  const ofPeople = fc.record({ percent, of: tie("outside"), among: maybe(tie("outside")) });
  const ofFacts = fc
    .tuple(percent, anyName, tie("value"), maybe(tie("outside")))
    .map(([p, source, of, among]) => ({
      percent: p,
      store: true,
      of: withSource(of, source),
      among,
    }));
  return fc.oneof(ofPeople, ofFacts).map((r) => defined({ kind: "percentile", ...r }));
}

function usual(tie: Tie): fc.Arbitrary<Expression> {
  const by = fc.array(anyName, { minLength: 1, maxLength: 3 });
  return fc
    .tuple(tie("aggregate"), by)
    .map(([of, names]) => ({ kind: "usual", of: of as Aggregate, by: names }));
}

function aggregate(tie: Tie): fc.Arbitrary<Expression> {
  const rowField = field("value");
  const value = fc.oneof(
    { weight: 3, arbitrary: rowField },
    rowField.map((f): Expression => ({ kind: "call", name: "ln", args: [f] })),
    rowField.map((f): Expression => ({ kind: "negate", operand: f })),
    fc.tuple(fc.constantFrom("+", "-", "*", "/"), rowField, tie("value"), fc.boolean()).map(
      ([op, f, other, first]): Expression => ({
        kind: "arithmetic",
        op,
        left: first ? f : other,
        right: first ? other : f,
      }),
    ),
    fc
      .tuple(rowField, tie("value"))
      .map(([f, other]): Expression => ({ kind: "or", operands: [f, other] })),
  );
  const shape: fc.Arbitrary<Partial<Aggregate>> = fc.oneof(
    fc.constant({ fn: "count" } as const),
    fc.constantFrom("day", "week", "month").map((per) => ({ fn: "count", per }) as const),
    value.map((v) => ({ fn: "count", distinct: true, value: v }) as const),
    fc.record({ fn: fc.constantFrom("sum", "average", "min", "max", "median", "share"), value }),
    fc.constantFrom("first", "last").map((fn) => ({ fn })),
    fc.record({ fn: fc.constantFrom("first", "last"), value }),
  );
  return fc
    .tuple(shape, source(tie), fc.array(window(tie("outside")), { maxLength: 3 }), tie("row"))
    .map(([parts, from, windows, part]): Expression => {
      const last = from.steps.at(-1)!;
      const needsWhere = parts.fn === "share" && last.where === undefined;
      const steps = needsWhere
        ? [...from.steps.slice(0, -1), { ...last, where: part }]
        : from.steps;
      const filled = parts.value && { value: withSource(parts.value, last.source) };
      return {
        kind: "aggregate",
        windows,
        ...parts,
        ...filled,
        source: { ...from, steps },
      } as Aggregate;
    });
}

function source(tie: Tie): fc.Arbitrary<Source> {
  const step = fc.record({ source: anyName, where: maybe(tie("row")) });
  const later = fc.record({
    ...{ source: anyName, where: maybe(tie("row")) },
    within: maybe(duration),
    without: maybe(step.map(defined)),
  });
  return fc
    .tuple(
      step,
      fc.array(later, { maxLength: 2 }),
      maybe(fc.constantFrom(...SCOPE_KEYS, "person" as const)),
    )
    .map(([first, rest, of]) =>
      defined({ steps: [first, ...rest].map((s): Step => defined(s)), of }),
    );
}

function window(moment: fc.Arbitrary<Expression>): fc.Arbitrary<Window> {
  const unit = fc.constantFrom("minute", "hour", "day", "week", "month", "year");
  return fc.oneof(
    duration.map((d): Window => ({ kind: "last", duration: d })),
    fc
      .tuple(anyNumber, anyNumber, unit)
      .map(([from, to, u]): Window => ({ kind: "ago", from, to: amountOf(to, u), unit: u })),
    fc
      .record({
        which: fc.constantFrom("this", "previous"),
        unit: fc.constantFrom("day", "week", "month", "year"),
      })
      .map((r): Window => ({ kind: "calendar", ...r })),
    fc.tuple(instant, instant, fc.constantFrom("from", "to", "both")).map(
      ([from, to, ends]): Window => ({
        kind: "range",
        ...(ends !== "to" && { from }),
        ...(ends !== "from" && { to }),
      }),
    ),
    fc
      .record({ season: anyName, phase: maybe(anyName) })
      .map((r): Window => defined({ kind: "season", ...r })),
    fc
      .record({ side: fc.constantFrom("after", "before"), within: maybe(duration), moment })
      .map((r): Window => defined({ kind: "relative", ...r })),
  );
}

/** Of a moment, `from D` and `to D` side by side would read as one window. */
function staysApart(windows: readonly Window[]): boolean {
  return windows.every((w, i) => {
    const next = windows[i + 1];
    const merges =
      w.kind === "range" && w.to === undefined && next?.kind === "range" && next.from === undefined;
    return !merges;
  });
}

function withSource<T>(node: T, name: string): T {
  if (Array.isArray(node)) return node.map((inner) => withSource(inner, name)) as T;
  if (typeof node !== "object" || node === null) return node;
  const entries = Object.entries(node).map(([key, inner]) => [
    key,
    key === "source" && inner === UNFILLED ? name : withSource(inner, name),
  ]);
  return Object.fromEntries(entries) as T;
}

/** Without the keys whose value is undefined. */
function defined<T extends object>(node: T): T {
  return Object.fromEntries(Object.entries(node).filter(([, value]) => value !== undefined)) as T;
}
