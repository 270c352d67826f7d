/** What is wrong with the data, by name, and what a person says about it. */

export {
  type Corrections,
  HYGIENE_FILE,
  parseCorrections,
  readCorrections,
} from "./corrections.js";
export { GROUP_KEYS, type GroupKey } from "./group.js";
export { GROUPS as HYGIENE_GROUPS } from "./groups.js";
export { identitySql, junkParameters } from "./junk.js";
export { type MarkReport, markPeople } from "./marks.js";
export { PROPOSED_ENTRIES, proposalText } from "./proposal.js";
export { type HygieneGroup, type HygieneReport, reportHygiene } from "./report.js";
