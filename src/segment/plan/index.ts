/** Tree -> typed plan. Pure: no clock, no engine. */

export { hasKey } from "./aggregates.js";
export type { Definition } from "./context.js";
export { join as joinDegrees, nowDegree } from "./now-degree.js";
export {
  checkLibrary,
  type Library,
  makeLibrary,
  makePlan,
  type Planned,
  type SourceDocument,
  type Wanted,
} from "./planner.js";
export { outerTruth, replaceOuter, simplify } from "./quantify.js";
export { STATISTIC_KEY_LENGTH } from "./statistics.js";
export type * from "./types.js";
export { familiesIn, namedTruths, statisticsIn, visitTruth, visitValue } from "./walk.js";
export { seasonWindow } from "./windows.js";
