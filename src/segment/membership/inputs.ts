/** The inputs of an evaluation, bound: the time, the zone, the frozen statistics, the people. */

import { assert } from "../../base/index.js";
import type { Parameters } from "../../store/index.js";
import { CELL_SEPARATOR } from "../sql/index.js";
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
    const asked = /^(stat|cells|usual)_([0-9a-f]+)(?:_(\d+))?$/.exec(name);
    if (asked !== null) {
      const [, what, key = "", dimensions] = asked;
      const statistic = statistics.get(key);
      assert(statistic !== undefined, `the statistic ${name} is computed before it is used`);
      const cells = (statistic.cells ?? []).filter((c) => c.values.length === Number(dimensions));
      bound[name] =
        what === "stat"
          ? statistic.value
          : cells.map((c) => (what === "usual" ? c.value : c.values.join(CELL_SEPARATOR)));
    } else {
      const value = all[name];
      assert(value !== undefined, `the parameter ${name} is bound`);
      bound[name] = value;
    }
  }
  return bound;
}
