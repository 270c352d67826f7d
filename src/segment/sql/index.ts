/** Plan -> ClickHouse. Pure: text and parameters out, nothing is run here. */
export {
  type CompiledPlan,
  type CompiledStatistics,
  compileMembers,
  compilePlan,
  compileStatistics,
  type People,
} from "./compile.js";
export type { Known } from "./known.js";
export { PERSON_AT, PERSON_NOW } from "./scan.js";
export type { Stage, Statement } from "./stages.js";
export { CALENDAR_PARTS, FOREVER } from "./time.js";
