/**
 * The sizes of the ready segments on Online Retail as of 2011-12-10 (4,372 people, 4,338 buyers),
 * and between which numbers a size would still make sense to a person who knows the rule.
 */

export interface Size {
  readonly name: string;
  readonly size: number;
  readonly between: readonly [number, number];
}

const size = (name: string, n: number, low: number, high: number): Size => ({
  name,
  size: n,
  between: [low, high],
});

export const SIZES: readonly Size[] = [
  // Stages are exclusive and exhaustive; nobody who bought is a visitor. Limits are the defaults: new 30
  // days, second order 60, churned 180, frequent 4 orders a year.
  size("stage visitor", 34, 34, 34),
  size("stage new", 252, 150, 400),
  size("stage active", 3225, 2500, 3600),
  size("stage churned", 861, 600, 1200),
  size("one_time_only", 207, 150, 252),
  size("reactivated", 328, 150, 600),
  size("single_purchase", 619, 400, 900),
  size("was_active_longer", 242, 120, 450),
  // Tiers are fifths of the buyers; who only sent things back is low.
  size("tier top", 868, 867, 869),
  size("tier mid", 1735, 1733, 1737),
  size("tier low", 1769, 1767, 1771),
  size("business_buyer", 21, 10, 22),
  size("vip", 404, 300, 434),
  size("loyal", 1075, 700, 1500),
  size("frequent", 1447, 900, 1700),
  size("frequent_small", 614, 400, 900),
  size("big_ticket", 320, 150, 500),
  size("new_buyer", 433, 300, 600),
  size("new_high_potential", 44, 40, 47),
  size("second_order_overdue", 437, 300, 600),
  size("at_risk_high_value", 145, 60, 250),
  size("lapsed", 856, 600, 1200),
  size("lapsed_one_time", 615, 400, 900),
  size("lapsed_repeat", 241, 120, 450),
  // The file knows no discounts, but prices below the usual one of the 30 days before.
  size("discount_driven", 265, 100, 450),
  size("full_price", 1831, 1200, 2300),
  // It knows no balance, no visit, no earlier November, no category or brand.
  size("lapsed_repeat_with_balance", 0, 0, 0),
  size("lapsed_hot", 0, 0, 0),
  size("season_only", 0, 0, 0),
  size("season_only_sure", 0, 0, 0),
  size("affine_category", 0, 0, 0),
  size("affine_brand", 0, 0, 0),
];

/** With a season from November to Christmas, whose first one the file has: December 2010. */
export const CHRISTMAS_SIZES: readonly Size[] = [
  size("season_only", 149, 50, 400),
  size("season_only_sure", 0, 0, 0),
  size("second_order_overdue", 437, 300, 600),
  size("lapsed", 737, 500, 1000),
];
