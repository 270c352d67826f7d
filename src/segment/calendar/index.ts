/** Gift days of many countries, and the occasions that lead up to them. Pure: no clock. */

export {
  type CalendarDay,
  countriesWith,
  daysNamed,
  daysOf,
  faultsOf,
  type GiftCalendar,
  type OwnDay,
  type OwnDays,
  spellingsOf,
} from "./country-calendar.js";
export {
  type Day,
  type DayRule,
  dayOf,
  daysIn,
  isoDate,
  namesIn,
  parseDayRule,
  yearOf,
} from "./day-rule.js";
export {
  CODES,
  FIRST_YEAR,
  GROUP_DAYS,
  LAST_YEAR,
  type Occasion,
  type OccasionTable,
  occasionOn,
  occasionsOf,
  occasionTable,
} from "./occasions.js";
export { type Ends, periodsBetween } from "./season-days.js";
