/**
 * The gift days of the countries, as rules (see `day-rule.ts`): what shops there prepare for, and
 * nobody's list of public holidays. `EVERYWHERE` holds in each country unless its own row says
 * otherwise. A store adds, changes and switches off days in its settings.
 *
 * Lunar days follow the calendar of Umm al-Qura; where the moon is watched for, the day announced
 * can differ by one.
 */

/** Days that are no gift days: shops sell more on them, but not for somebody's birthday. */
export const SALE_DAYS: ReadonlySet<string> = new Set([
  ...["us_thanksgiving", "black_friday", "cyber_monday", "singles_day"],
]);

type Rules = Readonly<Record<string, string>>;

export const EVERYWHERE: Rules = {
  valentines_day: "02-14",
  singles_day: "11-11",
  us_thanksgiving: "4th thursday of november",
  black_friday: "us_thanksgiving + 1 day",
  cyber_monday: "us_thanksgiving + 4 days",
};

const SECOND_SUNDAY_OF_MAY = "2nd sunday of may";
const THIRD_SUNDAY_OF_JUNE = "3rd sunday of june";

/** The most frequent pair. */
const PARENTS: Rules = { mothers_day: SECOND_SUNDAY_OF_MAY, fathers_day: THIRD_SUNDAY_OF_JUNE };

const SAINT_JOSEPH: Rules = { fathers_day: "03-19" };
const NORDIC_FATHERS_DAY: Rules = { fathers_day: "2nd sunday of november" };
const ARAB_PARENTS: Rules = { mothers_day: "03-21", fathers_day: "06-21" };
const WOMENS_DAY: Rules = { womens_day: "03-08" };

/** When presents are given: on the eve, or on the day. */
const CHRISTMAS_EVE: Rules = { christmas: "12-24" };
const CHRISTMAS_DAY: Rules = { christmas: "12-25" };
const NEW_YEAR: Rules = { new_year: "12-31" };
const EIDS: Rules = { eid_al_fitr: "islamic 10-01", eid_al_adha: "islamic 12-10" };
const LUNAR_NEW_YEAR: Rules = { lunar_new_year: "chinese 01-01" };
const QIXI: Rules = { qixi: "chinese 07-07" };

/** By ISO 3166 code. */
export const COUNTRIES: Readonly<Record<string, Rules>> = {
  AE: { ...EIDS, ...ARAB_PARENTS },
  AR: { mothers_day: "3rd sunday of october", fathers_day: THIRD_SUNDAY_OF_JUNE, ...CHRISTMAS_EVE },
  AT: { mothers_day: SECOND_SUNDAY_OF_MAY, fathers_day: "2nd sunday of june", ...CHRISTMAS_EVE },
  AU: {
    mothers_day: SECOND_SUNDAY_OF_MAY,
    fathers_day: "1st sunday of september",
    ...CHRISTMAS_DAY,
  },
  BE: {
    mothers_day: SECOND_SUNDAY_OF_MAY,
    fathers_day: "2nd sunday of june",
    saint_nicholas: "12-06",
    ...CHRISTMAS_DAY,
  },
  BG: { mothers_day: "03-08", ...CHRISTMAS_DAY },
  BR: {
    valentines_day: "06-12",
    mothers_day: SECOND_SUNDAY_OF_MAY,
    fathers_day: "2nd sunday of august",
    ...CHRISTMAS_DAY,
  },
  CA: { ...PARENTS, ...CHRISTMAS_DAY },
  CH: { mothers_day: SECOND_SUNDAY_OF_MAY, fathers_day: "1st sunday of june", ...CHRISTMAS_EVE },
  CL: { ...PARENTS, ...CHRISTMAS_DAY },
  CN: { ...PARENTS, ...LUNAR_NEW_YEAR, ...QIXI },
  CO: { ...PARENTS, ...CHRISTMAS_DAY },
  CZ: { ...PARENTS, ...CHRISTMAS_EVE },
  DE: { mothers_day: SECOND_SUNDAY_OF_MAY, fathers_day: "easter + 39 days", ...CHRISTMAS_EVE },
  DK: { mothers_day: SECOND_SUNDAY_OF_MAY, fathers_day: "06-05", ...CHRISTMAS_EVE },
  EE: { mothers_day: SECOND_SUNDAY_OF_MAY, ...NORDIC_FATHERS_DAY, ...CHRISTMAS_EVE },
  EG: { ...EIDS, ...ARAB_PARENTS },
  ES: { mothers_day: "1st sunday of may", ...SAINT_JOSEPH, ...CHRISTMAS_DAY, three_kings: "01-06" },
  FI: { mothers_day: SECOND_SUNDAY_OF_MAY, ...NORDIC_FATHERS_DAY, ...CHRISTMAS_EVE },
  FR: {
    // Whitsun goes first.
    mothers_day: "last sunday of may unless easter + 49 days then 1st sunday of june",
    fathers_day: THIRD_SUNDAY_OF_JUNE,
    ...CHRISTMAS_DAY,
  },
  GB: { mothers_day: "easter - 21 days", fathers_day: THIRD_SUNDAY_OF_JUNE, ...CHRISTMAS_DAY },
  GR: { ...PARENTS, ...CHRISTMAS_DAY },
  HK: { ...PARENTS, ...LUNAR_NEW_YEAR, ...CHRISTMAS_DAY },
  HR: { mothers_day: SECOND_SUNDAY_OF_MAY, ...SAINT_JOSEPH, ...CHRISTMAS_EVE },
  HU: { mothers_day: "1st sunday of may", fathers_day: THIRD_SUNDAY_OF_JUNE, ...CHRISTMAS_EVE },
  ID: { ...EIDS, mothers_day: "12-22", fathers_day: "11-12" },
  IE: { mothers_day: "easter - 21 days", fathers_day: THIRD_SUNDAY_OF_JUNE, ...CHRISTMAS_DAY },
  IN: { ...PARENTS },
  IT: { mothers_day: SECOND_SUNDAY_OF_MAY, ...SAINT_JOSEPH, ...WOMENS_DAY, ...CHRISTMAS_DAY },
  JO: { ...EIDS, ...ARAB_PARENTS },
  JP: { ...PARENTS, white_day: "03-14", ...CHRISTMAS_EVE },
  KR: { parents_day: "05-08", white_day: "03-14", seollal: "chinese 01-01", ...CHRISTMAS_DAY },
  KW: { ...EIDS, mothers_day: "03-21" },
  LT: { mothers_day: "1st sunday of may", fathers_day: "1st sunday of june", ...CHRISTMAS_EVE },
  LV: {
    mothers_day: SECOND_SUNDAY_OF_MAY,
    fathers_day: "2nd sunday of september",
    ...CHRISTMAS_EVE,
  },
  MX: {
    mothers_day: "05-10",
    fathers_day: THIRD_SUNDAY_OF_JUNE,
    ...CHRISTMAS_EVE,
    three_kings: "01-06",
  },
  MY: { ...PARENTS, ...EIDS, ...LUNAR_NEW_YEAR },
  NL: { ...PARENTS, saint_nicholas: "12-05", ...CHRISTMAS_DAY },
  NO: { mothers_day: "2nd sunday of february", ...NORDIC_FATHERS_DAY, ...CHRISTMAS_EVE },
  NZ: {
    mothers_day: SECOND_SUNDAY_OF_MAY,
    fathers_day: "1st sunday of september",
    ...CHRISTMAS_DAY,
  },
  PE: { ...PARENTS, ...CHRISTMAS_EVE },
  PH: { ...PARENTS, ...CHRISTMAS_DAY },
  PL: { mothers_day: "05-26", fathers_day: "06-23", ...WOMENS_DAY, ...CHRISTMAS_EVE },
  PT: { mothers_day: "1st sunday of may", ...SAINT_JOSEPH, ...CHRISTMAS_EVE },
  QA: { ...EIDS, mothers_day: "03-21" },
  RO: {
    mothers_day: "1st sunday of may",
    fathers_day: "2nd sunday of may",
    ...WOMENS_DAY,
    ...CHRISTMAS_EVE,
  },
  RU: { mothers_day: "last sunday of november", ...WOMENS_DAY, ...NEW_YEAR },
  SA: { ...EIDS, mothers_day: "03-21" },
  SE: { mothers_day: "last sunday of may", ...NORDIC_FATHERS_DAY, ...CHRISTMAS_EVE },
  SG: { ...PARENTS, ...LUNAR_NEW_YEAR, ...CHRISTMAS_DAY },
  SI: { mothers_day: "03-25", ...CHRISTMAS_DAY },
  SK: { ...PARENTS, ...CHRISTMAS_EVE },
  TH: { mothers_day: "08-12", fathers_day: "12-05" },
  TR: { ...PARENTS, ...EIDS, ...WOMENS_DAY, teachers_day: "11-24", ...NEW_YEAR },
  TW: { mothers_day: SECOND_SUNDAY_OF_MAY, fathers_day: "08-08", ...LUNAR_NEW_YEAR, ...QIXI },
  UA: { ...PARENTS, ...WOMENS_DAY, ...CHRISTMAS_DAY },
  US: { ...PARENTS, ...CHRISTMAS_DAY },
  ZA: { ...PARENTS, ...CHRISTMAS_DAY },
};
