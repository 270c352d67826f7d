/**
 * The plan: what a text means, typed and resolved, as plain JSON. Names are gone (attributes are
 * written out, parameters replaced), every aggregate knows its facts, every window its length.
 * `sql/` turns it into ClickHouse; `membership/` runs it; neither looks at the tree again, except
 * that `text` keeps the words for explanations.
 *
 * Truth is carried through evaluation as a *signed due*: +t = true until t, -t = false until t
 * (t in ms; FOREVER when nothing but a new fact can change it). With it `and` is the minimum, `or`
 * the maximum and `not` the negation, and the result is again the exact-or-earlier instant at which
 * the whole could change: see `sql/signed-due.ts`.
 */

import type { GiftCalendar } from "../calendar/index.js";
import type { AggregateFunction, ScopeKey } from "../syntax/tree.js";

export type ValueType = "number" | "text" | "boolean" | "moment" | "duration";

/** Where an aggregate's facts are grouped: the person, or one of the person's keys. */
export type Level = "person" | ScopeKey;

/** Local days, ISO weeks, months. */
export type Period = "day" | "week" | "month";

/** Exact milliseconds, or calendar months in the store's zone. */
export type Length = { readonly ms: number } | { readonly months: number };

export type PlanWindow =
  | { readonly kind: "last"; readonly length: Length }
  | { readonly kind: "ago"; readonly from: Length; readonly to: Length }
  | {
      readonly kind: "calendar";
      readonly which: "this" | "previous";
      readonly unit: "day" | "week" | "month" | "year";
    }
  | { readonly kind: "range"; readonly from?: number; readonly to?: number }
  /** Local month-days as MMDD numbers, `to` exclusive; `from > to` crosses the new year. */
  | { readonly kind: "season"; readonly from: number; readonly to: number }
  /** Local days since 1970, `to` exclusive, in order: a season that leans on gift days. */
  | { readonly kind: "days"; readonly periods: readonly (readonly [from: number, to: number])[] }
  | {
      readonly kind: "relative";
      readonly side: "after" | "before";
      readonly within?: Length;
      readonly moment: Value;
    };

/** One row of facts: a value or a condition made of its fields. */
export type RowExpression =
  | {
      readonly kind: "column";
      readonly column: string;
      readonly type: ValueType;
      readonly nullable: boolean;
      readonly decimal: boolean;
    }
  | {
      readonly kind: "property";
      readonly path: readonly string[];
      readonly type: ValueType | "any";
    }
  /** The fact's own moment. */
  | { readonly kind: "at" }
  /** The gift day that the order was made for, as text: by its country and local day. */
  | { readonly kind: "occasion"; readonly calendar: GiftCalendar }
  /** `gap.days`: only inside aggregates over `gap`. */
  | { readonly kind: "gap days" }
  /** The local day, week or month of the fact, as a text: only among the values of a `usual`. */
  | { readonly kind: "period"; readonly per: Period }
  /** The statistic's value for the row's own values of its dimensions. */
  | { readonly kind: "usual"; readonly key: string; readonly by: readonly RowExpression[] }
  | {
      readonly kind: "literal";
      readonly value: number | string | boolean;
      readonly type: ValueType;
    }
  | {
      readonly kind: "arithmetic";
      readonly type: ValueType;
      readonly op: "+" | "-" | "*" | "/";
      readonly left: RowExpression;
      readonly right: RowExpression;
    }
  | {
      readonly kind: "function";
      readonly type: ValueType;
      readonly name: string;
      readonly args: readonly RowExpression[];
    }
  | {
      readonly kind: "compare";
      readonly op: CompareOperator;
      readonly left: RowExpression;
      readonly right: RowExpression;
    }
  | { readonly kind: "set"; readonly operand: RowExpression }
  /** A moment of the row in windows that do not move with the clock. */
  | {
      readonly kind: "inside";
      readonly operand: RowExpression;
      readonly windows: readonly PlanWindow[];
    }
  | { readonly kind: "and" | "or"; readonly operands: readonly RowExpression[] }
  | { readonly kind: "not"; readonly operand: RowExpression };

export type CompareOperator = "=" | "!=" | "<" | "<=" | ">" | ">=" | "contains" | "starts with";

export interface Step {
  readonly source: string;
  /** Of `gap`: the facts between whose days it is, where they are not kept orders. */
  readonly of?: Pick<Step, "source" | "where">;
  readonly where?: RowExpression;
  readonly within?: Length;
  readonly without?: { readonly source: string; readonly where?: RowExpression };
}

/** A stream of facts at a level; more than one step = a sequence. */
export interface Stream {
  readonly level: Level;
  readonly steps: readonly Step[];
}

export interface AggregateValue {
  readonly kind: "aggregate";
  readonly type: ValueType;
  readonly fn: Exclude<AggregateFunction, "share">;
  readonly stream: Stream;
  readonly distinct: boolean;
  readonly per?: Period;
  readonly value?: RowExpression;
  readonly windows: readonly PlanWindow[];
}

/** Numbers, texts, moments, durations (ms). Missing = NULL. */
export type Value =
  | {
      readonly kind: "literal";
      readonly type: ValueType;
      readonly value: number | string | boolean;
    }
  | AggregateValue
  | { readonly kind: "statistic"; readonly type: "number"; readonly key: string }
  | {
      readonly kind: "arithmetic";
      readonly type: ValueType;
      readonly op: "+" | "-" | "*" | "/";
      readonly left: Value;
      readonly right: Value;
    }
  | {
      readonly kind: "function";
      readonly type: ValueType;
      readonly name: string;
      readonly args: readonly Value[];
    }
  | {
      readonly kind: "bucket";
      readonly type: "number";
      readonly count: number;
      readonly salt: string;
    }
  | {
      readonly kind: "since";
      readonly type: "number" | "duration";
      readonly measure: "days" | "time";
      readonly moment: Value;
    }
  | { readonly kind: "label"; readonly type: "text"; readonly classification: Classification };

export interface Classification {
  readonly name: string;
  readonly cases: readonly { readonly value: string; readonly when: Truth }[];
  readonly otherwise: string;
}

export type Truth =
  | { readonly kind: "constant"; readonly value: boolean }
  | {
      readonly kind: "and" | "or";
      readonly operands: readonly Truth[];
      /** That a classification has one of these values, each operand being one: for explanations. */
      readonly label?: { readonly name: string; readonly values: string };
    }
  | { readonly kind: "not"; readonly operand: Truth }
  /** `named`: the segment or attribute that this is, so that it is computed once. */
  | { readonly kind: "named"; readonly name: string; readonly truth: Truth; readonly text?: string }
  | Leaf
  /** By the clock alone: while the local day lies in one of the periods, [from, to) in days since 1970. */
  | {
      readonly kind: "in days";
      readonly periods: readonly (readonly [from: number, to: number])[];
      readonly text: string;
    }
  | {
      readonly kind: "quantifier";
      readonly quantity: "some" | "every" | { readonly atLeast: number };
      readonly key: ScopeKey;
      readonly body: Truth;
      readonly text: string;
    }
  | {
      readonly kind: "member";
      readonly family: string;
      readonly argument: string;
      readonly text: string;
    };

/** A comparison: the atom of truth, and the unit of explanation. */
export type Leaf =
  | {
      readonly kind: "compare";
      readonly op: CompareOperator;
      readonly left: Value;
      readonly right: Value;
      readonly text: string;
    }
  | { readonly kind: "set"; readonly operand: Value; readonly text: string }
  | {
      readonly kind: "in window";
      readonly moment: Value;
      readonly windows: readonly PlanWindow[];
      readonly text: string;
    };

/** A frozen input of the whole store. */
export type Statistic = PercentileStatistic | UsualStatistic;

interface FrozenInput {
  readonly key: string;
  readonly text: string;
  /** 0 = needs no other statistic; n = needs some of level n - 1. */
  readonly depth: number;
}

/** A type-7 quantile over people, or over the facts of all people. */
export interface PercentileStatistic extends FrozenInput {
  readonly percent: number;
  readonly of:
    | {
        readonly kind: "people";
        readonly value: Value;
        readonly among?: Truth;
        readonly window?: Length;
        /** Who is asked has such a fact; absent = a kept order. */
        readonly buyers?: Step;
      }
    /** `among`: of people for whom it holds; absent = of all people. */
    | {
        readonly kind: "facts";
        readonly stream: Stream;
        readonly value: RowExpression;
        readonly among?: Truth;
      };
}

/**
 * What is usual for the facts that share these values: one number for each combination of them, for
 * each beginning of a combination (`category` of `category and month`), and over all.
 */
export interface UsualStatistic extends FrozenInput {
  readonly of: {
    readonly kind: "usual";
    readonly fn: "share" | "average" | "median";
    readonly step: Step;
    readonly value: RowExpression;
    readonly by: readonly RowExpression[];
    readonly windows: readonly PlanWindow[];
  };
}

export interface PlannedSegment {
  readonly name: string;
  readonly title?: string;
  readonly notes: readonly { readonly key: string; readonly text: string }[];
  readonly truth: Truth;
  readonly text: string;
}

export interface PlannedFamily {
  readonly name: string;
  readonly title?: string;
  readonly notes: readonly { readonly key: string; readonly text: string }[];
  readonly key: ScopeKey;
  readonly truth: Truth;
  readonly top?: { readonly count: number; readonly by: Value };
  readonly text: string;
}

export interface PlannedAttribute {
  readonly name: string;
  readonly type: ValueType;
  readonly value: Value | { readonly kind: "truth"; readonly truth: Truth };
  readonly text: string;
}

/** Everything that one pass evaluates. */
export interface Plan {
  readonly segments: readonly PlannedSegment[];
  readonly families: readonly PlannedFamily[];
  readonly attributes: readonly PlannedAttribute[];
  readonly statistics: readonly Statistic[];
}
