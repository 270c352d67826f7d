/**
 * When people come back for the first time: the curve of Kaplan and Meier (1958) over the days from
 * the first order day to the second. Who is not back yet is *censored*: they count among those who
 * could come back for as long as they have been watched, and then leave the count without having
 * come. Leaving them out, as a plain median of the returns does, would be too early; counting them
 * as never returning, too late.
 *
 * Many never come back, so the curve need not reach one half. What a store can act on is the
 * earliest day by which half of those who are expected back *within the horizon* are back: the day
 * on which the curve reaches half of its height at the horizon.
 */

import type { Count } from "../../segment/index.js";

export interface Step {
  /** Days since the first order day. */
  readonly day: number;
  /** Watched for so long, and not back before: who could come back on this day. */
  readonly atRisk: number;
  readonly returned: number;
  /** Estimated share of all who are back by the end of this day. */
  readonly back: number;
  /** Greenwood's sum (1926) up to this day: Var(back) = (1 - back)^2 x this. */
  readonly greenwood: number;
}

/** A step for each day on which anybody came back. Of people censored on that day, all were at risk. */
export function returnCurve(returned: readonly Count[], censored: readonly Count[]): Step[] {
  const days = new Map<number, { returned: number; censored: number }>();
  const on = (day: number) => {
    const found = days.get(day) ?? { returned: 0, censored: 0 };
    days.set(day, found);
    return found;
  };
  for (const { value, n } of returned) on(value).returned += n;
  for (const { value, n } of censored) on(value).censored += n;
  let atRisk = [...returned, ...censored].reduce((sum, { n }) => sum + n, 0);
  let away = 1;
  let greenwood = 0;
  const steps: Step[] = [];
  for (const [day, leaving] of [...days].sort(([a], [b]) => a - b)) {
    if (leaving.returned > 0) {
      away *= 1 - leaving.returned / atRisk;
      // Where all come back on one day nobody is left, and the curve is certain to be at its end.
      if (atRisk > leaving.returned)
        greenwood += leaving.returned / (atRisk * (atRisk - leaving.returned));
      steps.push({ day, atRisk, returned: leaving.returned, back: 1 - away, greenwood });
    }
    atRisk -= leaving.returned + leaving.censored;
  }
  return steps;
}

export interface ReturnDay {
  readonly day: number;
  /** 95 %: [first, last] day that the data do not speak against. */
  readonly interval: readonly [number, number];
  /** Estimated share of all who come back within the horizon. */
  readonly backWithinHorizon: number;
}

/**
 * The earliest day by which `share` of those who are expected back within `horizonDays` are back;
 * undefined where nobody came back within it.
 *
 * The interval holds the days t at which F(t) = share x F(horizon) cannot be refused at 5 %, as
 * Brookmeyer and Crowley (1982) do for the median. Here the height at the horizon is an estimate
 * too, and goes into the variance: with S = 1 - F and V Greenwood's sum,
 * Var(F(t) - share F(h)) = S(t)^2 V(t) + share^2 S(h)^2 V(h) - 2 share S(t) S(h) V(t).
 */
export function dayByWhich(
  curve: readonly Step[],
  { share, horizonDays }: { readonly share: number; readonly horizonDays: number },
): ReturnDay | undefined {
  const steps = curve.filter(({ day }) => day <= horizonDays);
  const end = steps.at(-1);
  if (end === undefined) return undefined;
  const wanted = share * end.back;
  const reached = steps.find(({ back }) => back >= wanted - ROUNDING) ?? end;
  const plausible = steps.filter(({ back, greenwood }) => {
    const away = 1 - back;
    const endAway = 1 - end.back;
    const variance =
      away ** 2 * greenwood +
      share ** 2 * endAway ** 2 * end.greenwood -
      2 * share * away * endAway * greenwood;
    return Math.abs(back - wanted) <= Z_95 * Math.sqrt(Math.max(0, variance));
  });
  return {
    day: reached.day,
    interval: [
      Math.min(reached.day, plausible[0]?.day ?? reached.day),
      Math.max(reached.day, plausible.at(-1)?.day ?? reached.day),
    ],
    backWithinHorizon: end.back,
  };
}

/** Of the products that the curve is made of. */
const ROUNDING = 1e-12;

/** Two-sided 95 % of the normal distribution. */
const Z_95 = 1.959964;
