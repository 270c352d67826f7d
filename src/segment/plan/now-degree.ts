/**
 * How `now` enters a value: not at all (0), linearly (1), or in a way that the language does not
 * allow (2). Between two changes of its aggregates a value of degree 1 moves along a straight line
 * of days or of milliseconds, so the instant at which a comparison turns can be computed.
 */

import type { Value } from "./types.js";

export interface NowDegree {
  readonly degree: 0 | 1 | 2;
  /** Which clock moves it; `mixed` cannot be solved and is refused. */
  readonly clock?: "days" | "time" | "mixed";
}

const STILL: NowDegree = { degree: 0 };
const BENT: NowDegree = { degree: 2 };

export function nowDegree(value: Value): NowDegree {
  switch (value.kind) {
    case "since":
      return nowDegree(value.moment).degree === 0 ? { degree: 1, clock: value.measure } : BENT;
    case "arithmetic": {
      const left = nowDegree(value.left);
      const right = nowDegree(value.right);
      if (value.op === "+" || value.op === "-") return join(left, right);
      if (left.degree === 0 && right.degree === 0) return STILL;
      if (value.op === "*") return left.degree === 0 ? right : right.degree === 0 ? left : BENT;
      return right.degree === 0 ? left : BENT;
    }
    case "function":
      // Which argument it is changes only with the facts, never along the clock.
      if (value.name === "coalesce") return value.args.map(nowDegree).reduce(join);
      return value.args.every((a) => nowDegree(a).degree === 0) ? STILL : BENT;
    case "literal":
    case "aggregate":
    case "statistic":
    case "bucket":
    case "label":
      return STILL;
  }
}

export function join(a: NowDegree, b: NowDegree): NowDegree {
  const degree = Math.max(a.degree, b.degree) as 0 | 1 | 2;
  const clock =
    a.clock === undefined
      ? b.clock
      : b.clock === undefined || a.clock === b.clock
        ? a.clock
        : "mixed";
  return clock === undefined ? { degree } : { degree, clock };
}
