/** Gift days of many countries, and the occasions that lead up to them. Pure: no clock. */

export {
  countriesWith,
  daysNamed,
  daysOf,
  faultsOf,
  type GiftCalendar,
  type OwnDay,
  type OwnDays,
  spellingsOf,
} from "./country-calendar.js";
export { type DayRule, dayOf, daysIn, isoDate, namesIn, parseDayRule } from "./day-rule.js";
export { CODES, GROUP_DAYS, occasionOn, occasionsOf, occasionTable } from "./occasions.js";
export { periodsBetween } from "./season-days.js";
