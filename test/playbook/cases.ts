/**
 * For each segment of the playbook: people who are in and people who narrowly are not, and when the
 * clock alone would turn that around.
 */

import type { Table } from "./case.js";
import { ATTRIBUTES } from "./cases-attributes.js";
import { EXAMPLES } from "./cases-examples.js";
import { GUARDS } from "./cases-guards.js";
import { LIFECYCLE } from "./cases-lifecycle.js";
import { MOMENT } from "./cases-moment.js";
import { TASTE } from "./cases-taste.js";
import { VALUE } from "./cases-value.js";

export const TABLES: readonly Table[] = [
  ...LIFECYCLE,
  ...VALUE,
  ...MOMENT,
  ...TASTE,
  ...GUARDS,
  ...EXAMPLES,
  ...ATTRIBUTES,
];
