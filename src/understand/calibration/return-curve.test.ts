import { describe, expect, it } from "vitest";
import { dayByWhich, returnCurve } from "./return-curve.js";

const days = (...values: number[]) => values.map((value) => ({ value, n: 1 }));

/**
 * Remission of 21 patients with 6-mercaptopurine, in weeks (Freireich and others, 1963), as printed
 * with Kaplan-Meier estimates and Greenwood's standard errors in Kleinbaum and Klein, Survival
 * Analysis, chapter 2.
 */
const RELAPSED = days(6, 6, 6, 7, 10, 13, 16, 22, 23);
const CENSORED = days(6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35);

describe("the return curve", () => {
  it("gives the published estimates and standard errors", () => {
    const curve = returnCurve(RELAPSED, CENSORED).map((step) => [
      step.day,
      step.atRisk,
      (1 - step.back).toFixed(4),
      ((1 - step.back) * Math.sqrt(step.greenwood)).toFixed(4),
    ]);
    expect(curve).toEqual([
      [6, 21, "0.8571", "0.0764"],
      [7, 17, "0.8067", "0.0869"],
      [10, 15, "0.7529", "0.0963"],
      [13, 12, "0.6902", "0.1068"],
      [16, 11, "0.6275", "0.1141"],
      [22, 7, "0.5378", "0.1282"],
      [23, 6, "0.4482", "0.1346"],
    ]);
  });

  it("is the same for counts as for people one by one", () => {
    const counted = returnCurve(
      [{ value: 6, n: 3 }, ...days(7, 10, 13, 16, 22, 23)],
      [...days(6, 9, 10, 11, 17, 19, 20, 25, 34, 35), { value: 32, n: 2 }],
    );
    expect(counted).toEqual(returnCurve(RELAPSED, CENSORED));
  });

  it("of nobody is empty", () => {
    expect(returnCurve([], [])).toEqual([]);
    expect(returnCurve([], days(3, 400))).toEqual([]);
  });
});

describe("the day by which half are back", () => {
  it("without censoring is the median of those who come back within the horizon", () => {
    // Back after 10, 20, 30, 40 days and one after 500; five never, watched for 1000 days.
    const curve = returnCurve(days(10, 20, 30, 40, 500), [{ value: 1000, n: 5 }]);
    const found = dayByWhich(curve, { share: 0.5, horizonDays: 365 });
    expect(found?.backWithinHorizon).toBeCloseTo(0.4, 12);
    // 2 of 4, not 3 of 5: the return after 500 days lies behind the horizon.
    expect(found?.day).toBe(20);
    expect(dayByWhich(curve, { share: 0.25, horizonDays: 365 })?.day).toBe(10);
    expect(dayByWhich(curve, { share: 0.5, horizonDays: 1000 })?.day).toBe(30);
  });

  it("counts those who were not watched for long enough neither as back nor as lost", () => {
    // Half of those watched are back on day 10. Ten more came in yesterday: they change nothing.
    const watched = days(10, 10, 50, 50);
    const away = [{ value: 400, n: 4 }];
    const found = dayByWhich(returnCurve(watched, away), { share: 0.5, horizonDays: 365 });
    const fresh = [...away, { value: 1, n: 10 }];
    expect(dayByWhich(returnCurve(watched, fresh), { share: 0.5, horizonDays: 365 })).toEqual(
      found,
    );
    expect(found?.day).toBe(10);
    // By hand: five are at risk on day 10; two leave on day 20, so two are at risk on day 30:
    const late = returnCurve([...days(10), ...days(30)], [...days(20, 20), ...days(400)]);
    // 1 - 4/5 = 0.2 are back, then 1 - 4/5 x 1/2 = 0.6. Half of 0.6 is reached on day 30.
    expect(late.map((s) => Number(s.back.toFixed(12)))).toEqual([0.2, 0.6]);
    expect(dayByWhich(late, { share: 0.5, horizonDays: 365 })?.day).toBe(30);
  });

  it("is not there where nobody came back within the horizon", () => {
    const curve = returnCurve(days(500), days(600));
    expect(dayByWhich(curve, { share: 0.5, horizonDays: 365 })).toBeUndefined();
  });

  it("is certain where everybody comes back on one day", () => {
    const found = dayByWhich(returnCurve([{ value: 7, n: 50 }], []), {
      share: 0.5,
      horizonDays: 365,
    });
    expect(found).toEqual({ day: 7, interval: [7, 7], backWithinHorizon: 1 });
  });

  it("has an interval that covers the true day in about 19 of 20 stores", () => {
    // 60 % come back, after times with mean 80 days; each has been watched for 30 to 730 days.
    const never = 0.4;
    const meanDays = 80;
    const within = 1 - Math.exp(-365 / meanDays);
    const truth = Math.ceil(-meanDays * Math.log(1 - within / 2));
    const random = seeded(20_261_101);
    const stores = 600;
    let covered = 0;
    for (let store = 0; store < stores; store++) {
      const returned: number[] = [];
      const censored: number[] = [];
      for (let person = 0; person < 250; person++) {
        const watched = Math.floor(30 + 700 * random());
        const back = Math.ceil(-meanDays * Math.log(1 - random()));
        if (random() > never && back <= watched) returned.push(back);
        else censored.push(watched);
      }
      const curve = returnCurve(days(...returned), days(...censored));
      const found = dayByWhich(curve, { share: 0.5, horizonDays: 365 })!;
      if (found.interval[0] <= truth && truth <= found.interval[1]) covered++;
    }
    expect(covered / stores).toBeGreaterThan(0.92);
    expect(covered / stores).toBeLessThan(0.985);
  });
});

/** Park and Miller's generator (1988): the same on every machine. */
function seeded(seed: number): () => number {
  let state = seed % 2_147_483_647;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}
