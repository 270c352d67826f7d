/** Plan -> ClickHouse. Pure: text and parameters out, nothing is run here. */
export { type CompiledMembers, type CompiledPlan, compileMembers, compilePlan } from "./compile.js";
export { type CompiledStatistics, compileStatistics } from "./compile-statistics.js";
export { type CompiledUsual, compileUsual } from "./compile-usual.js";
export { type FactName, type Touched, touchedBy } from "./kinds-read.js";
export { type Known, type Place, placeOf, WORD_BITS } from "./known.js";
export { type CompiledFigures, compileFrequencies, compileOrderFigures } from "./order-figures.js";
export { FILTERS, type People } from "./people.js";
export { CELL_SEPARATOR, propertySetSql } from "./rows.js";
export type { Stage, Statement } from "./stages.js";
export { CALENDAR_PARTS, FOREVER } from "./time.js";
export { PERSON_AT, PERSON_NOW, visibleFacts } from "./visible-facts.js";
