/** Tree -> typed plan. Pure: no clock, no engine. */
export { type Library, makeLibrary, makePlan, checkLibrary, type Planned, type SourceDocument, type Wanted } from "./planner.js";
export { hasKey } from "./aggregates.js";
export { join as joinDegrees, nowDegree } from "./now-degree.js";
export { outerTruth, replaceOuter, simplify } from "./quantify.js";
export { familiesIn, statisticsIn, visitTruth, visitValue } from "./walk.js";
export type * from "./types.js";
