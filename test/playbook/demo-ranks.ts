/**
 * The segments that compare a person with the others, written out by hand: percentiles of the demo
 * store's people first, then who is above them. No word of the language is used here.
 */

import type { Fact } from "../../src/store/index.js";
import type { DemoPerson } from "./demo-people.js";
import type { Rule } from "./demo-rules.js";

const DAY = 86_400_000;

export interface Ranks {
  /** Without the segments that another one excludes. */
  readonly rules: Readonly<Record<string, Rule>>;
  readonly tier: (facts: readonly Fact[]) => "top" | "mid" | "low";
}

export function ranksOf(
  people: readonly DemoPerson[],
  end: number,
  rules: Readonly<Record<string, Rule>>,
): Ranks {
  const monthsAgo = (n: number) => {
    const at = new Date(end);
    return Date.UTC(at.getUTCFullYear(), at.getUTCMonth() - n, 1);
  };
  const kept = (facts: readonly Fact[], months = Number.POSITIVE_INFINITY) =>
    facts.filter(
      (f) =>
        f.kind === "order" &&
        f.kept !== false &&
        (months === Number.POSITIVE_INFINITY || f.ts > monthsAgo(months)),
    );
  const daysOf = (orders: readonly Fact[]) => [
    ...new Set(orders.map(({ ts }) => Math.floor(ts / DAY))),
  ];
  const net = (facts: readonly Fact[], months: number) =>
    round(kept(facts, months).reduce((sum, f) => sum + Number(f.net), 0));
  const aov = (facts: readonly Fact[]) => {
    const baskets = kept(facts).flatMap(({ gross }) => (Number(gross) > 0 ? [Number(gross)] : []));
    return round(baskets.reduce((a, b) => a + b, 0) / baskets.length);
  };
  const gaps = (facts: readonly Fact[]) => {
    const days = daysOf(kept(facts));
    return days.slice(1).map((day, i) => day - days[i]!);
  };
  const buyers = people.filter(({ facts }) => kept(facts).length > 0).map(({ facts }) => facts);
  const buyersIn = (months: number) => buyers.filter((facts) => kept(facts, months).length > 0);
  const net12 = quantile(
    buyersIn(12).map((f) => net(f, 12)),
    0.9,
  );
  const net24 = [0.8, 0.4].map((q) =>
    quantile(
      buyersIn(24).map((f) => net(f, 24)),
      q,
    ),
  );
  const baskets = buyers.map(aov).filter((value) => !Number.isNaN(value));
  const [aov50, aov80] = [quantile(baskets, 0.5), quantile(baskets, 0.8)];
  const usual = quantile(buyers.flatMap(gaps), 0.5);
  const firstNet = (facts: readonly Fact[]) => Number(kept(facts)[0]!.net);
  const potential = quantile(buyers.filter(rules.new_buyer!).map(firstNet), 0.9);

  const overdue = (facts: readonly Fact[]) => {
    const own = gaps(facts);
    const logs = own.reduce((sum, gap) => sum + Math.log(gap), 3 * Math.log(usual));
    const since = Math.floor(end / DAY) - Math.floor(kept(facts).at(-1)!.ts / DAY);
    return since / Math.exp(logs / (own.length + 3));
  };
  const margin = (facts: readonly Fact[]) =>
    facts
      .filter((f) => f.kind === "line" && f.kept !== false)
      .reduce((sum, f) => sum + Number(f.net) - Number(f.cost), 0);
  const tier = (facts: readonly Fact[]) => {
    const spent = net(facts, 24);
    return spent >= net24[0]! ? "top" : spent >= net24[1]! ? "mid" : "low";
  };
  const active: Rule = (facts) => rules.active_customers!(facts);
  const here: Rule = (facts) => active(facts) || rules.new_customers!(facts);
  const some =
    (rule: Rule): Rule =>
    (facts) =>
      kept(facts).length > 0 && rule(facts);
  const rich: Rule = (facts) => tier(facts) === "top";
  const vip = some(
    (f) => here(f) && net(f, 12) >= net12 && daysOf(kept(f, 12)).length >= 3 && margin(f) > 0,
  );
  const late = some((f) => overdue(f) > 1.5);
  const most = Math.max(1.5, quantile(buyers.filter(active).map(overdue), 0.8));
  const latest = some((f) => overdue(f) > most);
  return {
    tier,
    rules: {
      vip,
      loyal: some((f) => here(f) && daysOf(kept(f)).length >= 3 && !late(f) && !vip(f)),
      frequent_small: some((f) => rules.frequent!(f) && aov(f) < aov50),
      big_ticket: some((f) => here(f) && [1, 2].includes(kept(f, 12).length) && aov(f) >= aov80),
      new_high_potential: some((f) => rules.new_buyer!(f) && firstNet(f) >= potential),
      at_risk_high_value: some(
        (f) => active(f) && daysOf(kept(f)).length >= 2 && rich(f) && late(f),
      ),
      active_risk_of_churn: (f) => active(f) && latest(f),
      active_best: (f) => active(f) && !latest(f) && rich(f) && rules.frequent!(f),
      active_high_spend_few_orders: (f) =>
        active(f) && !latest(f) && rich(f) && !rules.frequent!(f),
      active_rest: (f) => active(f) && !latest(f) && !rich(f),
      example_opening: some((f) => {
        const lines = f.filter(
          (l) => l.kind === "line" && l.kept !== false && l.ts > monthsAgo(24),
        );
        const spent = (own: readonly Fact[]) => own.reduce((sum, l) => sum + Number(l.net), 0);
        const women = spent(lines.filter((l) => l.department === "women"));
        return kept(f).at(-1)!.ts > end - 7 * DAY && rich(f) && women >= 0.5 * spent(lines);
      }),
    },
  };
}

/** Sums of cents, without the dust of doubles. */
const round = (amount: number): number => Math.round(amount * 1e6) / 1e6;

/** Type 7. */
function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (sorted.length - 1) * q;
  const [low, high] = [sorted[Math.floor(at)]!, sorted[Math.ceil(at)]!];
  return low + (high - low) * (at - Math.floor(at));
}
