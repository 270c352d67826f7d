/**
 * What one evaluation carries with it: the facts of everybody at one instant, the declarations, and
 * the way back into the interpreter (so that its parts need not import each other in circles).
 */

import type { StoreSettings } from "../../src/segment/settings.js";
import type {
  Declaration,
  Expression,
  Percentile,
  ScopeKey,
} from "../../src/segment/syntax/tree.js";
import type { Fact } from "../../src/store/facts.js";
import type { Asked, Value } from "./values.js";

/** One fact of a source, or a derived session or gap. */
export interface Row {
  readonly ts: number;
  readonly factId: bigint;
  readonly fact?: Fact;
  /** Gaps only. */
  readonly days?: number;
}

export interface Key {
  readonly kind: ScopeKey;
  readonly value: string;
  /** The person's facts of this key, in order of time. */
  readonly facts: readonly Fact[];
}

/** Where an expression is evaluated. */
export interface Scope {
  readonly person: bigint;
  /** All visible facts of the person, in order of time. */
  readonly facts: readonly Fact[];
  readonly key?: Key;
  readonly parameters: ReadonlyMap<string, Value>;
  /** Inside an aggregate: the source whose fields are meant, and the row at hand. */
  readonly source?: string;
  readonly row?: Row;
  /** The left side of the comparison whose right side this is: what a bare `p90` is of. */
  readonly left?: Expression;
}

export interface Run {
  readonly now: number;
  readonly zone: string;
  readonly settings: StoreSettings;
  readonly declarations: ReadonlyMap<string, Declaration>;
  readonly people: ReadonlyMap<bigint, readonly Fact[]>;
  /** Below so many people a percentile is taken over all buyers ever. */
  readonly minimumPopulation: number;
  /** Below so many facts of a cell one dimension less is taken. */
  readonly minimumCell: number;
  /** Where percentiles come from; absent: this run itself. */
  readonly statistics?: Run;
  readonly memo: Map<string, unknown>;
  readonly value: (expression: Expression, scope: Scope, asked: Asked) => Value;
  readonly percentile: (node: Percentile, scope: Scope) => number | undefined;
  readonly isMember: (segment: string, person: bigint, args: readonly Value[]) => boolean;
}

/** The outermost scope of a person. */
export function personScope(
  run: Run,
  person: bigint,
  parameters?: ReadonlyMap<string, Value>,
): Scope {
  return { person, facts: run.people.get(person) ?? [], parameters: parameters ?? new Map() };
}

export const holds = (run: Run, condition: Expression, scope: Scope): boolean =>
  run.value(condition, scope, "truth") === true;

/** Remembers what does not change within a run. */
export function once<T>(run: Run, key: string, make: () => T): T {
  if (run.memo.has(key)) {
    const found = run.memo.get(key);
    if (found === IN_PROGRESS) throw new Error(`depends on itself: ${key}`);
    return found as T;
  }
  run.memo.set(key, IN_PROGRESS);
  try {
    const made = make();
    run.memo.set(key, made);
    return made;
  } finally {
    if (run.memo.get(key) === IN_PROGRESS) run.memo.delete(key);
  }
}

const IN_PROGRESS = Symbol("in progress");
