/** The inputs of an evaluation, bound: the time, the zone, the frozen statistics, the people. */

import { assert } from "../../base/index.js";
import type { Parameters } from "../../store/index.js";
import { calendarParameters } from "./calendar.js";
import type { Statistics } from "./statistics.js";

/** As of T: `now` and `knownAt` are both T. Ahead of time: only `now` lies in the future. */
export interface EvaluationTime {
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly knownAt?: number;
  readonly timeZone: string;
}

/** All that the statement names; naming something that is not there is a bug. */
export function boundParameters(
  text: string,
  own: Parameters,
  at: EvaluationTime,
  statistics: Statistics,
  extra: Parameters = {},
): Parameters {
  const all: Record<string, Parameters[string]> = {
    ...own,
    ...calendarParameters(at.now, at.timeZone),
    previous: at.now,
    ...extra,
    now: at.now,
    known: at.knownAt ?? at.now,
    zone: at.timeZone,
  };
  const bound: Record<string, Parameters[string]> = {};
  for (const [, name = ""] of text.matchAll(/\{(\w+):/g)) {
    if (name.startsWith("stat_")) {
      const statistic = statistics.get(name.slice("stat_".length));
      assert(statistic !== undefined, `the statistic ${name} is computed before it is used`);
      bound[name] = statistic.value;
    } else {
      const value = all[name];
      assert(value !== undefined, `the parameter ${name} is bound`);
      bound[name] = value;
    }
  }
  return bound;
}
