/**
 * The demo store: a made-up retailer of clothes, shoes and things for the home, with two years of
 * orders and the site's events of the last two months. It ends at a fixed instant, so what the
 * program says about it is the same on every machine and every day.
 */

export {
  DEMO_EDITION,
  DEMO_END,
  type DemoOptions,
  type DemoSummary,
  makeDemo,
  TRUTH_FILE,
} from "./make-demo.js";
export { PERSONAS } from "./personas.js";
export { STORE_DOMAIN } from "./places.js";
export type { Truth } from "./truth.js";
