import { describe, expect, it } from "vitest";
import { clusteredError, quantile, quantileInterval } from "./quantiles.js";

const upTo = (n: number) => Array.from({ length: n }, (_, i) => ({ value: i + 1, n: 1 }));

describe("quantiles of counts", () => {
  it("are of type 7, whatever the order of the counts", () => {
    // 1, 2, 2, 2, 10: the 90th percentile lies 0.6 between the fourth and the fifth value.
    const counts = [
      { value: 10, n: 1 },
      { value: 2, n: 3 },
      { value: 1, n: 1 },
    ];
    expect(quantile(counts, 0.9)).toBeCloseTo(6.8, 12);
    expect(quantile(counts, 0.5)).toBe(2);
    expect([quantile(counts, 0), quantile(counts, 1)]).toEqual([1, 10]);
    expect(quantile([], 0.5)).toBeUndefined();
  });

  it("have Woodruff's interval", () => {
    // 200 values: the error of a share of 0.9 is sqrt(0.09 / 200) = 0.021213; 1.96 of it is 0.041577.
    const [low, high] = quantileInterval(upTo(200), 0.9);
    expect(low).toBeCloseTo(1 + 199 * (0.9 - 0.041577), 2);
    expect(high).toBeCloseTo(1 + 199 * (0.9 + 0.041577), 2);
    // At the end of the range there is nothing beyond.
    expect(quantileInterval(upTo(10), 0.95)[1]).toBe(10);
  });
});

describe("the error of a share whose values come in clusters", () => {
  it("is the plain one where each person brings one value", () => {
    // 90 people with a value below the limit (1 - 0.9), 10 above (0 - 0.9).
    const excess = [
      { value: 0.1, n: 90 },
      { value: -0.9, n: 10 },
    ];
    const plain = Math.sqrt((0.9 * 0.1) / 100);
    expect(clusteredError(excess, 100)).toBeCloseTo(plain * Math.sqrt(100 / 99), 12);
  });

  it("is greater where one person's values are alike", () => {
    // Ten values each, all below the limit or all above: it is as if there were 100 values.
    const excess = [
      { value: 10 * 0.1, n: 90 },
      { value: 10 * -0.9, n: 10 },
    ];
    const plain = Math.sqrt((0.9 * 0.1) / 1000);
    expect(clusteredError(excess, 1000) / plain).toBeCloseTo(Math.sqrt(10 * (100 / 99)), 12);
  });

  it("is unknown of one person", () => {
    expect(clusteredError([{ value: 1, n: 1 }], 10)).toBe(Number.POSITIVE_INFINITY);
  });
});
