/** The days of the calendar against dates that calendars and governments have published. */

import { describe, expect, test } from "vitest";
import {
  CODES,
  countriesWith,
  daysNamed,
  daysOf,
  faultsOf,
  type GiftCalendar,
  GROUP_DAYS,
  isoDate,
  type OwnDays,
  occasionOn,
  occasionsOf,
  occasionTable,
  parseDayRule,
  spellingsOf,
} from "./index.js";

const dates = (country: string, name: string, year: number, own: OwnDays = {}) =>
  daysNamed(year, name, daysOf(country, own)).map(isoDate);

const day = (date: string): number => Date.parse(date) / 86_400_000;

describe("published dates", () => {
  test.each([
    ["US", "mothers_day", "2024-05-12 2025-05-11 2026-05-10"],
    ["US", "fathers_day", "2024-06-16 2025-06-15 2026-06-21"],
    ["US", "us_thanksgiving", "2023-11-23 2024-11-28 2025-11-27"],
    ["US", "black_friday", "2023-11-24 2024-11-29 2025-11-28 2026-11-27"],
    ["US", "cyber_monday", "2023-11-27 2024-12-02 2025-12-01 2026-11-30"],
    ["GB", "mothers_day", "2023-03-19 2024-03-10 2025-03-30 2026-03-15"],
    ["FR", "mothers_day", "2020-06-07 2023-06-04 2024-05-26 2025-05-25 2026-05-31"],
    ["DE", "fathers_day", "2024-05-09 2025-05-29 2026-05-14"],
    ["AT", "fathers_day", "2024-06-09 2025-06-08"],
    ["CH", "fathers_day", "2024-06-02 2025-06-01"],
    ["ES", "fathers_day", "2025-03-19"],
    ["ES", "mothers_day", "2024-05-05 2025-05-04"],
    ["PL", "mothers_day", "2025-05-26"],
    ["SE", "mothers_day", "2024-05-26 2025-05-25"],
    ["NO", "mothers_day", "2024-02-11 2025-02-09"],
    ["FI", "fathers_day", "2024-11-10 2025-11-09"],
    ["DK", "fathers_day", "2025-06-05"],
    ["AU", "fathers_day", "2024-09-01 2025-09-07"],
    ["BR", "fathers_day", "2024-08-11 2025-08-10"],
    ["BR", "valentines_day", "2025-06-12"],
    ["AR", "mothers_day", "2024-10-20 2025-10-19"],
    ["RU", "mothers_day", "2023-11-26 2024-11-24"],
    ["TR", "mothers_day", "2024-05-12 2025-05-11"],
    ["TR", "eid_al_fitr", "2023-04-21 2024-04-10 2025-03-30 2026-03-20"],
    ["TR", "eid_al_adha", "2023-06-28 2024-06-16 2025-06-06 2026-05-27"],
    ["CN", "lunar_new_year", "2023-01-22 2024-02-10 2025-01-29 2026-02-17"],
    ["CN", "qixi", "2024-08-10 2025-08-29"],
  ])("%s, %s: %s", (country, name, expected) => {
    for (const date of expected.split(" "))
      expect(dates(country, name, Number(date.slice(0, 4)))).toEqual([date]);
  });

  test.each([
    ["easter", "1954-04-18 1981-04-19 2019-04-21 2024-03-31 2025-04-20 2026-04-05 2038-04-25"],
    ["orthodox easter", "2021-05-02 2023-04-16 2024-05-05 2025-04-20 2026-04-12"],
    ["hebrew 01-01", "2024-10-03 2025-09-23 2026-09-12"],
    ["last monday of may", "2024-05-27 2025-05-26"],
    ["02-29", "2024-02-29"],
  ])("%s: %s", (rule, expected) => {
    const own: OwnDays = { XX: { asked: { rule, gift: true } } };
    for (const date of expected.split(" "))
      expect(dates("XX", "asked", Number(date.slice(0, 4)), own)).toEqual([date]);
  });
});

test("a lunar day may fall twice into a year, a leap day into none", () => {
  expect(dates("AE", "eid_al_fitr", 2033)).toHaveLength(2);
  const own: OwnDays = { XX: { leap: { rule: "02-29", gift: true } } };
  expect(dates("XX", "leap", 2025, own)).toEqual([]);
});

test("there are days of at least thirty countries, and each has a rule and spellings", () => {
  const countries = countriesWith({});
  expect(countries.length).toBeGreaterThanOrEqual(30);
  for (const country of countries) {
    expect(spellingsOf(country)).toContain(country.toLowerCase());
    for (const name of daysOf(country, {}).keys())
      expect(dates(country, name, 2026), `${country} ${name}`).not.toHaveLength(0);
  }
  expect(spellingsOf("DE")).toEqual(["de", "germany", "deutschland"]);
  expect(spellingsOf("GB")).toContain("uk");
});

test("what is no rule is said so, with the rules there are", () => {
  const texts = ["", "30-02", "02-30", "5th sunday of may", "easter + 400 days", "2026-02-30"];
  for (const text of [...texts, "islamic 14-01", "sunday of may", "a unless b"]) {
    const rule = parseDayRule(text);
    expect("fault" in rule && rule.fault, text).toContain("2nd sunday of may");
  }
});

test("days that lean on no day, or on themselves, are faults", () => {
  const own: OwnDays = {
    TR: {
      sale: { rule: "black_fridya + 1 day", gift: false },
      a: { rule: "b", gift: true },
      b: { rule: "a - 1 day", gift: true },
    },
  };
  expect(faultsOf("TR", own)).toEqual([
    "sale leans on black_fridya, which is no day",
    "a leans on b leans on a",
    "b leans on a leans on b",
  ]);
  expect(faultsOf("TR", {})).toEqual([]);
});

describe("occasions", () => {
  const calendar: GiftCalendar = { country: "TR", runUpDays: 21, own: {} };

  test("begin with the run-up and end with the day", () => {
    expect(occasionOn(day("2026-04-18"), "TR", calendar)).toBeUndefined();
    expect(occasionOn(day("2026-04-19"), "TR", calendar)).toBe("mothers_day 2026");
    expect(occasionOn(day("2026-05-10"), "TR", calendar)).toBe("mothers_day 2026");
    // Eid is on the 27th; its run-up of 21 days waits for Mother's Day.
    expect(occasionOn(day("2026-05-11"), "TR", calendar)).toBe("eid_al_adha 2026");
    expect(occasionOn(day("2026-05-28"), "TR", calendar)).toBeUndefined();
  });

  test("of a day in the new year begin in the old one", () => {
    expect(occasionOn(day("2025-12-26"), "ES", calendar)).toBe("three_kings 2026");
    expect(occasionOn(day("2025-12-25"), "ES", calendar)).toBe("christmas 2025");
  });

  test("days of sales are none, and a store adds, changes and switches off days", () => {
    expect(occasionOn(day("2026-11-27"), "US", calendar)).toBeUndefined();
    const own: OwnDays = {
      every: { valentines_day: "off" },
      TR: {
        mothers_day: { rule: "2nd sunday of june", gift: true },
        birthday: { rule: "09-10", gift: true },
      },
    };
    const changed = { ...calendar, own };
    expect(occasionOn(day("2026-02-14"), "TR", changed)).not.toBe("valentines_day 2026");
    expect(occasionOn(day("2026-05-10"), "TR", changed)).toBe("eid_al_adha 2026");
    expect(occasionOn(day("2026-06-14"), "TR", changed)).toBe("mothers_day 2026");
    expect(occasionOn(day("2026-09-01"), "TR", changed)).toBe("birthday 2026");
  });

  test("of an unknown country are those of every country", () => {
    expect(occasionOn(day("2026-02-14"), "", calendar)).toBe("valentines_day 2026");
    expect(occasionOn(day("2026-05-10"), "", calendar)).toBeUndefined();
  });

  test("the table for the engine says the same as the calendar, day by day", () => {
    const { countries, groups, others, periods, names } = occasionTable(calendar);
    expect(periods.every((p, i) => i === 0 || p > (periods[i - 1] ?? 0))).toBe(true);
    const look = (group: number, d: number) => {
      const asked = (group * GROUP_DAYS + d) * CODES + CODES - 1;
      return names[((periods.findLast((p) => p <= asked) ?? 0) % CODES) - 1];
    };
    for (const country of ["TR", "FR", "US", "AE", ""]) {
      const i = countries.indexOf(country.toLowerCase());
      const group = country === "" ? others : (groups[i] as number);
      const expected = occasionsOf(country, calendar, { from: 2023, to: 2028 });
      for (let d = day("2025-12-01"); d < day("2027-02-01"); d++) {
        const found = expected.find(({ from, to }) => from <= d && d <= to)?.name;
        expect(look(group, d), `${country} ${isoDate(d)}`).toBe(found);
      }
    }
    expect(groups[countries.indexOf("")]).toBe(groups[countries.indexOf("tr")]);
  });
});
