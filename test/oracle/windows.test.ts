import { describe, expect, test } from "vitest";
import { DEFAULT_SETTINGS } from "../../src/segment/settings.js";
import { DAY_MS, fact, HOUR_MS, holds, order, utc, valueIn, viewed } from "./check.js";

const NOON = utc("2023-05-10T12:00");

describe("in last", () => {
  const facts = [viewed(NOON)];
  test("holds from the instant of the fact", () => {
    expect(valueIn("count(viewed in last 7 days)", facts, { now: NOON })).toBe(1);
  });
  test("holds until a millisecond before W has passed, and no longer", () => {
    expect(valueIn("count(viewed in last 7 days)", facts, { now: NOON + 7 * DAY_MS - 1 })).toBe(1);
    expect(
      valueIn("count(viewed in last 7 days)", [...facts, order("2023-01-01")], {
        now: NOON + 7 * DAY_MS,
      }),
    ).toBe(0);
  });
  test("counts a day as 24 hours when the clocks change", () => {
    // Berlin, 2023-03-26: the local day has 23 hours.
    const at = utc("2023-03-25T12:00");
    const question = { now: at + DAY_MS - 1, zone: "Europe/Berlin" };
    expect(valueIn("count(viewed in last 1 day)", [viewed(at)], question)).toBe(1);
    expect(
      valueIn("count(viewed in last 1 day)", [viewed(at)], { ...question, now: at + DAY_MS }),
    ).toBe(0);
  });
  test("adds months to the local date: 31 January leaves with the last of February, at its time of day", () => {
    const facts = [order("2023-01-31T09:30")];
    const leaves = utc("2023-02-28T09:30");
    expect(valueIn("count(order in last 1 month)", facts, { now: leaves - 1 })).toBe(1);
    expect(valueIn("count(order in last 1 month)", facts, { now: leaves })).toBe(0);
  });
  test("keeps the local time of day over a clock change in months", () => {
    // 10:00 in Berlin is 09:00 UTC in winter and 08:00 UTC in summer.
    const facts = [order("2023-03-10T09:00")];
    const leaves = utc("2023-04-10T08:00");
    const zone = "Europe/Berlin";
    expect(valueIn("count(order in last 1 month)", facts, { now: leaves - 1, zone })).toBe(1);
    expect(valueIn("count(order in last 1 month)", facts, { now: leaves, zone })).toBe(0);
  });
  test("takes the earlier reading of a local time that does not exist", () => {
    // 02:30 on 26 March 2023 does not exist in Berlin; read as summer time it is 00:30 UTC.
    const facts = [order("2023-02-26T01:30")];
    const zone = "Europe/Berlin";
    expect(
      valueIn("count(order in last 1 month)", facts, { now: utc("2023-03-26T00:30") - 1, zone }),
    ).toBe(1);
    expect(
      valueIn("count(order in last 1 month)", facts, { now: utc("2023-03-26T00:30"), zone }),
    ).toBe(0);
  });
  test("takes the earlier reading of a local time that comes twice", () => {
    // 02:30 on 29 October 2023 comes twice in Berlin; first in summer time, at 00:30 UTC.
    const facts = [order("2023-09-29T00:30")];
    const count = (now: number) =>
      valueIn("count(order in last 1 month)", facts, { now, zone: "Europe/Berlin" });
    expect(count(utc("2023-10-29T00:30") - 1)).toBe(1);
    expect(count(utc("2023-10-29T00:30"))).toBe(0);
  });
  test("lets 29 February leave on 28 February a year later", () => {
    const facts = [order("2024-02-29T10:00")];
    expect(
      valueIn("count(order in last 1 year)", facts, { now: utc("2025-02-28T10:00") - 1 }),
    ).toBe(1);
    expect(valueIn("count(order in last 1 year)", facts, { now: utc("2025-02-28T10:00") })).toBe(0);
  });
});

describe("between A and B ago", () => {
  test("holds from A after the fact until before B after it", () => {
    const facts = [viewed(NOON)];
    const count = (now: number) =>
      valueIn("count(viewed between 30 and 90 days ago)", facts, { now });
    expect(count(NOON + 30 * DAY_MS - 1)).toBe(0);
    expect(count(NOON + 30 * DAY_MS)).toBe(1);
    expect(count(NOON + 90 * DAY_MS - 1)).toBe(1);
    expect(count(NOON + 90 * DAY_MS)).toBe(0);
  });
});

describe("calendar windows", () => {
  test("begin and end at midnight of the store's zone", () => {
    // Midnight in Istanbul is 21:00 UTC.
    const facts = [viewed("2023-05-09T21:00"), viewed("2023-05-09T20:59")];
    const question = { now: "2023-05-10T10:00", zone: "Europe/Istanbul" };
    expect(valueIn("count(viewed today)", facts, question)).toBe(1);
    expect(valueIn("count(viewed yesterday)", facts, question)).toBe(1);
  });
  test("have weeks from Monday", () => {
    // 2023-05-08 was a Monday.
    const facts = [viewed("2023-05-07T23:59"), viewed("2023-05-08T00:00")];
    expect(valueIn("count(viewed in this week)", facts, { now: "2023-05-14T23:59" })).toBe(1);
    expect(valueIn("count(viewed in previous week)", facts, { now: "2023-05-14T23:59" })).toBe(1);
    expect(valueIn("count(viewed in previous week)", facts, { now: "2023-05-15" })).toBe(1);
  });
  test("know the previous year and month", () => {
    const facts = [order("2022-12-31T23:59"), order("2023-01-01T00:00")];
    expect(valueIn("count(order in previous year)", facts, { now: "2023-01-01" })).toBe(1);
    expect(valueIn("count(order in previous month)", facts, { now: "2023-02-28" })).toBe(1);
  });
});

describe("ranges and seasons", () => {
  test("a range takes its start and not its end", () => {
    const facts = [order("2023-11-01T00:00"), order("2023-12-01T00:00")];
    expect(
      valueIn("count(order from 2023-11-01 to 2023-12-01)", facts, { now: "2024-01-01" }),
    ).toBe(1);
    expect(valueIn("count(order to 2023-11-01)", facts, { now: "2024-01-01" })).toBe(0);
    expect(valueIn("count(order from 2023-11-01T00:00:01Z)", facts, { now: "2024-01-01" })).toBe(1);
  });
  test("a season is any year's, and its phases are parts", () => {
    const facts = [order("2021-11-27T00:00"), order("2022-11-30T23:59"), order("2022-12-01T00:00")];
    expect(valueIn("count(order in season november)", facts, { now: "2024-01-01" })).toBe(2);
    expect(valueIn("count(order in season november.peak)", facts, { now: "2024-01-01" })).toBe(1);
  });
  test("a season may cross the new year", () => {
    const winter = { name: "winter", from: "12-15", to: "02-01", phases: [] };
    const facts = [
      "2022-12-14T23:59",
      "2022-12-15T00:00",
      "2023-01-31T23:59",
      "2023-02-01T00:00",
    ].map((at) => order(at));
    const settings = { ...DEFAULT_SETTINGS, seasons: [winter] };
    expect(valueIn("count(order in season winter)", facts, { now: "2024-01-01", settings })).toBe(
      2,
    );
  });
});

describe("windows beside a moment", () => {
  const facts = [order(NOON), viewed(NOON), viewed(NOON + 2 * HOUR_MS), viewed(NOON - 2 * HOUR_MS)];
  const now = NOON + DAY_MS;
  test("leave out the moment itself", () => {
    expect(valueIn("count(viewed after first(order))", facts, { now })).toBe(1);
    expect(valueIn("count(viewed before first(order))", facts, { now })).toBe(1);
  });
  test("take the far end in", () => {
    expect(valueIn("count(viewed within 2 hours after first(order))", facts, { now })).toBe(1);
    expect(valueIn("count(viewed within 2 hours before first(order))", facts, { now })).toBe(1);
    expect(valueIn("count(viewed within 119 minutes after first(order))", facts, { now })).toBe(0);
    expect(valueIn("count(viewed within 119 minutes before first(order))", facts, { now })).toBe(0);
  });
  test("hold nothing if the moment is missing", () => {
    expect(valueIn("count(viewed after first(refund))", facts, { now })).toBe(0);
    expect(valueIn("count(viewed before first(refund))", facts, { now })).toBe(0);
  });
  test("all hold together", () => {
    expect(valueIn("count(viewed after first(order) in last 1 hour)", facts, { now })).toBe(0);
  });
});

describe("since", () => {
  test("days are calendar days in the store's zone, time is exact", () => {
    const facts = [order("2023-05-09T21:30")];
    const now = "2023-05-10T20:59";
    expect(valueIn("days since last(order)", facts, { now })).toBe(1);
    expect(valueIn("days since last(order)", facts, { now, zone: "Europe/Istanbul" })).toBe(0);
    expect(valueIn("time since last(order) / 1 minute", facts, { now })).toBe(23 * 60 + 29);
  });
  test("of a missing moment is missing", () => {
    expect(holds("not (days since last(order) >= 0)", [viewed(NOON)], { now: NOON })).toBe(true);
    expect(holds("time since last(order) < 7 days", [viewed(NOON)], { now: NOON })).toBe(false);
    expect(holds("first(order) in last 30 days", [viewed(NOON)], { now: NOON })).toBe(false);
  });
  test("a moment is asked in a window", () => {
    const facts = [order(NOON), fact("page", NOON + 1)];
    expect(
      holds("first(order) in last 30 days and not (last(page) before first(order))", facts, {
        now: NOON + 1,
      }),
    ).toBe(true);
  });
});
