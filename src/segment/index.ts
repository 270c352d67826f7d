/** The heart: what a text means, and who is in what, since when, until when. */

export {
  countriesWith,
  daysOf,
  faultsOf,
  type GiftCalendar,
  isoDate,
  namesIn,
  type OwnDay,
  occasionsOf,
  parseDayRule,
} from "./calendar/index.js";
export { runHistoryTest, runStoreTest, type TestResult } from "./expectations/run-tests.js";
export { hasHistory, readSuite, type SegmentTest, type Suite } from "./expectations/suite.js";
export { type UnavailableSegment, unavailableSegments } from "./membership/availability.js";
export { checkTexts } from "./membership/check-texts.js";
export { compareLibraries, type SizeChange } from "./membership/compare-libraries.js";
export type { Consent, ConsentStatement } from "./membership/consents.js";
export { costWarnings } from "./membership/costs.js";
export { type Described, describeDefinitions } from "./membership/describe.js";
export { type Count, distributionsOf } from "./membership/distributions.js";
export {
  type Evaluator,
  evaluatePeople,
  makeEvaluator,
  type PersonResult,
} from "./membership/evaluate.js";
export { type Explanation, explainPerson } from "./membership/explain.js";
export { findPerson } from "./membership/find-person.js";
export type { EvaluationTime } from "./membership/inputs.js";
export {
  DiagnosticsError,
  type LoadedLibrary,
  loadLibrary,
  type TextFile,
} from "./membership/library.js";
export {
  listPeople,
  type PeopleList,
  type PeopleQuery,
  type PersonRow,
} from "./membership/list-people.js";
export { type Frequency, type OrderFigures, orderFigures } from "./membership/order-figures.js";
export {
  type PeopleColumn,
  readColumns,
  splitColumns,
  usualColumns,
} from "./membership/people-columns.js";
export {
  type AttributeValue,
  consentsOfPerson,
  type DatedMembership,
  type Identifier,
  type Portrait,
  portrayPerson,
} from "./membership/portrait.js";
export { lastRefresh, type RefreshReport, refresh } from "./membership/refresh.js";
export * from "./membership/reports.js";
export type { SeenLink } from "./membership/seen-links.js";
export {
  explainPair,
  explainRules,
  isSegment,
  type Membership,
  type RulesOfPair,
  type RulesOfPerson,
} from "./membership/standing.js";
export { computeStatistics, MINIMUM_POPULATION, type Statistics } from "./membership/statistics.js";
export type { Timeline, TimelineFact } from "./membership/timeline.js";
export type { Contest, Decision, Ruled, RuledCap, RuledMessage } from "./order-of-rules.js";
export {
  checkLibrary,
  type Library,
  makeLibrary,
  makePlan,
  type Plan,
  type Planned,
  type SourceDocument,
  type Wanted,
} from "./plan/index.js";
export { playbookTexts } from "./playbook/index.js";
export {
  type Activity,
  DEFAULT_SETTINGS,
  type Season,
  type StoreSettings,
  withDefaultSeasons,
} from "./settings.js";
export { type FactName, type Touched, touchedBy } from "./sql/index.js";
export * from "./syntax/index.js";
export { FIELDS, RECORD_KINDS, SESSION_GAP_MS, SITE_KINDS, SOURCES } from "./vocabulary.js";
