/** Plan -> ClickHouse. Pure: text and parameters out, nothing is run here. */
export { compilePlan, compileStatistics, type CompiledPlan, type People } from "./compile.js";
export { CALENDAR_PARTS, FOREVER } from "./time.js";
