export {
  type Corrections,
  type HygieneGroup,
  type HygieneReport,
  type MarkReport,
  markPeople,
  PROPOSED_ENTRIES,
  proposalText,
  readCorrections,
  reportHygiene,
} from "./hygiene/index.js";
export { type ImportOptions, type ImportProgress, importFiles } from "./import-files.js";
export { recoverImports } from "./landing.js";
export { type Mapping, type Part, readMapping, readParts } from "./mapping.js";
export { PRESETS, readPreset } from "./presets.js";
export {
  makeSample,
  SAMPLE_EDITION,
  SAMPLE_END,
  SAMPLE_ZONE,
  type SampleSummary,
} from "./sample/index.js";
export type { ImportSummary } from "./summary.js";
export { normaliseIdentifier } from "./value-sql.js";
