/** The groups of the hygiene report, in the order in which it lists them. */

import { IDENTIFIERS } from "./identifiers.js";
import { LEFT_OUT } from "./left-out.js";
import { RECORDS } from "./records.js";

export const GROUPS = [...LEFT_OUT, ...IDENTIFIERS, ...RECORDS] as const;
