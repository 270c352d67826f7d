export {
  DEMO_EDITION,
  DEMO_END,
  type DemoOptions,
  type DemoSummary,
  makeDemo,
  PERSONAS,
  STORE_DOMAIN,
  TRUTH_FILE,
  type Truth,
} from "./demo/index.js";
export {
  ANONYMOUS_DAYS,
  type Erased,
  type ErasureOptions,
  erasePerson,
  expireAnonymous,
  exportPerson,
  finishErasure,
  isErasing,
  listErasures,
  type PersonExport,
  removeHidden,
} from "./erasure/index.js";
export { expandPaths, type FoundFile } from "./files/source-paths.js";
export {
  type Corrections,
  HYGIENE_FILE,
  HYGIENE_GROUPS,
  type HygieneGroup,
  type HygieneReport,
  type MarkReport,
  markPeople,
  PROPOSED_ENTRIES,
  proposalText,
  readCorrections,
  reportHygiene,
} from "./hygiene/index.js";
export {
  type DecisionOptions,
  type Move,
  mergeIdentifiers,
  splitIdentifier,
} from "./identity/index.js";
export { type ImportOptions, type ImportProgress, importFiles } from "./import-files.js";
export type { GroupCommitState } from "./intake/group-commit.js";
export {
  type IntakeEntry,
  type IntakeLog,
  type IntakeLogOptions,
  LOG_RETENTION_DAYS,
  type LoggedEntry,
  openIntakeLog,
} from "./intake/log.js";
export { continueLog, countWaiting } from "./intake/log-place.js";
export { loggedMessages } from "./intake/logged-messages.js";
export {
  type Projection,
  type ProjectionOptions,
  type ProjectionState,
  startProjection,
} from "./intake/projection.js";
export {
  answerRequest,
  envelopeOf,
  eraseRequested,
  isSignedBy,
  listRequests,
  type PrivacyRequest,
  type ReadWebhooks,
  readShopify,
  TOPICS as SHOPIFY_TOPICS,
} from "./intake/shopify/index.js";
export { recoverImports } from "./landing/landing.js";
export { currencyOfImports } from "./money/currency.js";
export type { VatSettings } from "./money/vat.js";
export { PRESETS, readPreset } from "./pipeline/presets.js";
export { type Mapping, type Part, readMapping, readParts } from "./pipeline/read-mapping.js";
export type { ImportSummary } from "./pipeline/summary.js";
export {
  type Proposal,
  type ProposedField,
  type ProposedRule,
  type ProposeOptions,
  proposeMapping,
  type Sureness,
} from "./propose/index.js";
export { type Difference, type Reconciliation, reconcile } from "./reconcile.js";
export type { LeftAlone } from "./rejects/refused.js";
export { listRejected, type Rejected, type RejectedRow } from "./rejects/rejected.js";
export { type AmendedValue, listUnsettled, type Unsettled } from "./rejects/unsettled.js";
export { normaliseIdentifier } from "./values/value-sql.js";
