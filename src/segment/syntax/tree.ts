/**
 * The tree of the segment language: what a text says, before anything is known about what it
 * means. The parser makes it, the formatter writes it back (`parse(format(t)) = t` up to spans),
 * the planner gives it types, and the test oracle interprets it directly. It is plain JSON, so the
 * API and the page exchange the same thing (`tree-schema.ts` describes it once, in zod).
 *
 * Every node has a `kind`, and a `span` of UTF-16 offsets into its source text (absent in trees
 * that were not parsed from text). Nothing here is resolved: `vip` is only a name.
 */

/** Half-open range of UTF-16 offsets into the source text. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** What every node carries. */
export interface Node {
  readonly span?: Span;
}

/** The keys by which facts of one person can be grouped; `person` is the outermost scope. */
export const SCOPE_KEYS = [
  "product",
  "category",
  "department",
  "brand",
  "order",
  "cart",
  "session",
] as const;
export type ScopeKey = (typeof SCOPE_KEYS)[number];

export const UNITS = ["minute", "hour", "day", "week", "month", "year"] as const;
export type Unit = (typeof UNITS)[number];

/** A length of time as written. Minutes to weeks are exact; months and years are calendar steps. */
export interface Duration extends Node {
  readonly amount: number;
  readonly unit: Unit;
}

// ---------------------------------------------------------------------------------------------
// Declarations

export interface Document extends Node {
  readonly kind: "document";
  readonly declarations: readonly Declaration[];
}

export type Declaration = AttributeDeclaration | SegmentDeclaration;

/** `attribute net_12m = ...`, `attribute dept_share(d) = ...`, `attribute in_cart per product = ...` */
export interface AttributeDeclaration extends Node {
  readonly kind: "attribute";
  readonly name: string;
  readonly parameters: readonly string[];
  /** The scope that the expression is evaluated in; absent means the person. */
  readonly per?: ScopeKey;
  readonly body: Expression | Classification;
}

/** `one of visitor when count(placed) = 0, new when ..., churned otherwise`: first true case wins. */
export interface Classification extends Node {
  readonly kind: "classification";
  readonly cases: readonly { readonly value: string; readonly when: Expression }[];
  readonly otherwise: string;
}

/** `segment vip "VIP" with intent "keep" net_12m >= p90 and ...`, families as `segment affine(c) ...`. */
export interface SegmentDeclaration extends Node {
  readonly kind: "segment";
  readonly name: string;
  readonly parameters: readonly string[];
  readonly title?: string;
  /** The `with key "text"` lines in order: intent, channel, timing, cap, ... */
  readonly notes: readonly { readonly key: string; readonly text: string }[];
  readonly condition: Expression;
  /** Families only: keep a person's best arguments, `top 3 by cat_share(c)`. */
  readonly top?: { readonly count: number; readonly by: Expression };
}

// ---------------------------------------------------------------------------------------------
// Expressions (boolean, number, text, moment and duration alike; the planner sorts them out)

export type Expression =
  | Literal
  | DurationLiteral
  | InstantLiteral
  | Name
  | Call
  | Trait
  | Field
  | Aggregate
  | Percentile
  | Usual
  | Arithmetic
  | Negate
  | Since
  | Logic
  | Not
  | Comparison
  | IsValue
  | IsSet
  | Between
  | InWindow
  | InSeason
  | Quantifier;

/** `3`, `0.5`, `'shoes'`, `true`. */
export interface Literal extends Node {
  readonly kind: "literal";
  readonly value: number | string | boolean;
}

/** `30 days` as a value. */
export interface DurationLiteral extends Node {
  readonly kind: "duration";
  readonly duration: Duration;
}

/** `2011-12-10` (local midnight in the store's zone) or `2011-12-10T00:00:00Z`, as written. */
export interface InstantLiteral extends Node {
  readonly kind: "instant";
  readonly text: string;
}

/** A bare name: an attribute, a segment, a parameter, or inside `where` a field of the row. */
export interface Name extends Node {
  readonly kind: "name";
  readonly name: string;
}

/** `dept_share('women')`, `affine_category('shoes')`, and the functions of `FUNCTIONS`. */
export interface Call extends Node {
  readonly kind: "call";
  readonly name: string;
  readonly args: readonly Expression[];
}

/**
 * Scalar functions of numbers; `lower(t)` and `length(t)` are of a text; `coalesce(a, b)`, of any
 * type, is the first that is not missing;
 * `bucket(n, 'salt')` is a stable number 0..n-1 of the person.
 */
export const FUNCTIONS = [
  "ln",
  "exp",
  "abs",
  "round",
  "floor",
  "least",
  "greatest",
  "coalesce",
  "lower",
  "length",
  "bucket",
] as const;

/** `person.country`: the last known value of a trait. */
export interface Trait extends Node {
  readonly kind: "trait";
  readonly path: readonly string[];
}

/**
 * `line.net` inside an aggregate: a field of the row. `viewed.props.color.name` has the path
 * ["props", "color", "name"]. Inside `where`, fields are written bare (`department = 'shoes'`,
 * `props.color = 'red'`): a one-part bare field is a `Name`, a longer one a `Field` without source.
 */
export interface Field extends Node {
  readonly kind: "field";
  readonly source?: string;
  readonly path: readonly string[];
}

export const AGGREGATE_FUNCTIONS = [
  "count",
  "sum",
  "average",
  "min",
  "max",
  "median",
  "first",
  "last",
  "share",
] as const;
export type AggregateFunction = (typeof AGGREGATE_FUNCTIONS)[number];

/**
 * One number, value or moment made from a person's facts:
 *
 *   count(viewed where price > 50 in last 7 days)
 *   count(order days in last 365 days)        `per` = "day": distinct local days
 *   count(distinct line.product)              `distinct`, value = the field
 *   sum(line.net where department = 'shoes')  value = an expression over the row
 *   first(order)                              no value: the moment
 *   count(line of same category after first(viewed))
 *   count(viewed then order within 3 days without removed in last 30 days)
 */
export interface Aggregate extends Node {
  readonly kind: "aggregate";
  readonly fn: AggregateFunction;
  readonly source: Source;
  readonly distinct?: boolean;
  readonly per?: "day" | "week" | "month";
  /** What is summed, averaged, ...; absent for `count(x)`, and for the moment of `first(x)`. */
  readonly value?: Expression;
  readonly windows: readonly Window[];
}

/** A stream of facts: one step, or an ordered sequence whose facts are those of its last step. */
export interface Source extends Node {
  readonly steps: readonly Step[];
  /** Look from a keyed scope to a coarser one: `of same category`, `of person`. */
  readonly of?: ScopeKey | "person";
}

export interface Step extends Node {
  readonly source: string;
  readonly where?: Expression;
  /** From the second step on: at most this long after the step before. */
  readonly within?: Duration;
  /** From the second step on: no such fact strictly between. */
  readonly without?: { readonly source: string; readonly where?: Expression };
}

/** All windows of an aggregate must hold. */
export type Window =
  | LastWindow
  | AgoWindow
  | CalendarWindow
  | RangeWindow
  | SeasonWindow
  | RelativeWindow;

/** `in last 7 days`: inside while `ts <= now < ts + W`. */
export interface LastWindow extends Node {
  readonly kind: "last";
  readonly duration: Duration;
}

/** `between 30 and 90 days ago`: inside while `ts + 30 d <= now < ts + 90 d`. */
export interface AgoWindow extends Node {
  readonly kind: "ago";
  readonly from: number;
  readonly to: number;
  readonly unit: Unit;
}

/** `in this month`, `in previous year`, `today`, `yesterday`: weeks begin on Monday. */
export interface CalendarWindow extends Node {
  readonly kind: "calendar";
  readonly which: "this" | "previous";
  readonly unit: "day" | "week" | "month" | "year";
}

/** `from 2011-11-01 to 2011-12-01`, `from X`, `to X`: half-open, `from <= ts < to`. */
export interface RangeWindow extends Node {
  readonly kind: "range";
  readonly from?: string;
  readonly to?: string;
}

/** `in season november`, `in season november.peak`: any year's. */
export interface SeasonWindow extends Node {
  readonly kind: "season";
  readonly season: string;
  readonly phase?: string;
}

/** `after M`, `before M`, `within 7 days after M`, `within 7 days before M`; M itself is outside. */
export interface RelativeWindow extends Node {
  readonly kind: "relative";
  readonly side: "after" | "before";
  readonly within?: Duration;
  readonly moment: Expression;
}

/**
 * `p90` on the right of a comparison (of the left side), `p90(x)`, `p90(x among vip)`: a type-7
 * quantile over people; `store p50(gap.days)`, `store p50(gap.days among vip)`: over facts of these
 * people (`store` is true and `of` holds a single row expression).
 */
export interface Percentile extends Node {
  readonly kind: "percentile";
  readonly percent: number;
  readonly store?: boolean;
  readonly of?: Expression;
  readonly among?: Expression;
}

/**
 * `store share(line.net where discount > 0 by category and month)`: what is usual for facts like the
 * one at hand. `of` is an aggregate over the facts of all people, taken apart for each value of the
 * fields `by`; it stands inside another aggregate, whose row says which value is meant.
 */
export interface Usual extends Node {
  readonly kind: "usual";
  readonly of: Aggregate;
  readonly by: readonly string[];
}

export interface Arithmetic extends Node {
  readonly kind: "arithmetic";
  readonly op: "+" | "-" | "*" | "/";
  readonly left: Expression;
  readonly right: Expression;
}

export interface Negate extends Node {
  readonly kind: "negate";
  readonly operand: Expression;
}

/** `days since M`: calendar days in the store's zone; `time since M`: an exact duration. */
export interface Since extends Node {
  readonly kind: "since";
  readonly measure: "days" | "time";
  readonly moment: Expression;
}

/** `a and b and c`: at least two operands; a nested same-op operand means written brackets. */
export interface Logic extends Node {
  readonly kind: "and" | "or";
  readonly operands: readonly Expression[];
}

export interface Not extends Node {
  readonly kind: "not";
  readonly operand: Expression;
}

export const COMPARISON_OPERATORS = [
  "=",
  "!=",
  "<",
  "<=",
  ">",
  ">=",
  "contains",
  "starts with",
] as const;
export type ComparisonOperator = (typeof COMPARISON_OPERATORS)[number];

export interface Comparison extends Node {
  readonly kind: "comparison";
  readonly op: ComparisonOperator;
  readonly left: Expression;
  readonly right: Expression;
}

/** `stage is new or active`, `department is 'women' or 'men'`, `x is not 'y'`. */
export interface IsValue extends Node {
  readonly kind: "is";
  readonly negated?: boolean;
  readonly operand: Expression;
  /** Literals, or names (values of a classification). */
  readonly values: readonly (Literal | Name)[];
}

/** `x is set`, `x is not set`. */
export interface IsSet extends Node {
  readonly kind: "is set";
  readonly negated?: boolean;
  readonly operand: Expression;
}

/** `x between 2 and 5`: both ends inside. */
export interface Between extends Node {
  readonly kind: "between";
  readonly operand: Expression;
  readonly low: Expression;
  readonly high: Expression;
}

/** `first(order) in last 30 days`: is this moment inside the window. */
export interface InWindow extends Node {
  readonly kind: "in window";
  readonly moment: Expression;
  readonly windows: readonly Window[];
}

/** `now in season november.peak`: whether it is that time of the year, whoever is asked about. */
export interface InSeason extends Node {
  readonly kind: "in season";
  readonly season: string;
  readonly phase?: string;
}

/** `some product: ...`, `every order: ...`, `no cart: ...`, `at least 3 product: ...`. */
export interface Quantifier extends Node {
  readonly kind: "quantifier";
  readonly quantity: "some" | "every" | "no" | { readonly atLeast: number };
  readonly key: ScopeKey;
  readonly body: Expression;
}
