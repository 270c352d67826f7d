export {
  type Erased,
  type ErasureOptions,
  erasePerson,
  finishErasure,
  isErasing,
} from "./erase.js";
export { type ErasureRecord, listErasures, removeHidden } from "./erase-tables.js";
export { exportPerson, type PersonExport } from "./export-person.js";
export { ANONYMOUS_DAYS, expireAnonymous } from "./retention.js";
