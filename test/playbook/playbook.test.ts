/** The texts themselves: sound, complete, laid out as the formatter would, usable from `dist`. */

import { describe, expect, it } from "vitest";
import { eventOf } from "../../src/collect/events/index.js";
import { type NoteKey, noteFaults, noteOf } from "../../src/segment/notes.js";
import { checkLibrary, makePlan } from "../../src/segment/plan/index.js";
import { playbookTexts } from "../../src/segment/playbook/index.js";
import { DEFAULT_SETTINGS } from "../../src/segment/settings.js";
import { formatDocument, parseDocument, stripSpans } from "../../src/segment/syntax/index.js";
import { SOURCES } from "../../src/segment/vocabulary.js";
import { parsed, playbookLibrary } from "./library.js";

const segments = playbookTexts().flatMap(({ text }) =>
  parsed(text).declarations.filter((d) => d.kind === "segment"),
);

describe("the playbook", () => {
  it.each(playbookTexts())("$file parses without a remark", ({ text }) => {
    expect(parseDocument(text).diagnostics).toEqual([]);
  });

  it.each(playbookTexts())(
    "$file is written as the formatter writes it, comments and line breaks aside",
    ({ text }) => {
      const tree = parsed(text);
      const formatted = formatDocument(tree);
      expect(words(formatted)).toEqual(words(text));
      expect(stripSpans(parsed(formatted))).toEqual(stripSpans(tree));
    },
  );

  it("plans without a remark, every definition of it", () => {
    const library = playbookLibrary();
    expect(checkLibrary(library)).toEqual([]);
    const { plan } = makePlan(library);
    expect([...plan!.segments, ...plan!.families].map((s) => s.name).sort()).toEqual(
      segments.map((s) => s.name).sort(),
    );
  });

  it("has no name twice, and those of the brief", () => {
    const names = playbookTexts().flatMap(({ text }) =>
      parsed(text).declarations.map((d) => d.name),
    );
    expect(new Set(names).size).toBe(names.length);
    expect(names).toEqual(expect.arrayContaining([...EXPECTED]));
  });

  it.each(segments.map((s) => [s.name, s] as const))("%s has a title and sound notes", (_, s) => {
    expect(s.title).toBeTruthy();
    expect(noteFaults(s.notes, new Set(segments.map(({ name }) => name)))).toEqual([]);
    const keys = s.notes.map(({ key }) => key);
    for (const { text } of s.notes) expect(text.trim()).not.toBe("");
    expect(keys).toEqual(expect.arrayContaining(["group", "intent", "needs"]));
    // A guard says what it shuts or limits, any other how to speak and how much to offer.
    if (noteOf(s.notes, "guard") === undefined) {
      expect(keys).toEqual(expect.arrayContaining(["channel", "timing", "cap"]));
    }
    for (const phase of noteOf(s.notes, "phase")?.split(", ") ?? []) {
      expect(PHASES).toContain(phase);
    }
    for (const need of noteOf(s.notes, "needs")?.split(/, | or /) ?? []) {
      const event = /^'(.+)'$/.exec(need)?.[1];
      if (event !== undefined) {
        expect(eventOf(event)?.name).toBe(event);
        continue;
      }
      const [source = "", ...path] = need.split(".");
      if (source === "person" || path[0] === "props") continue;
      expect(SOURCES.has(source)).toBe(true);
      if (path.length > 0) expect(SOURCES.get(source)?.fields).toContain(path.join("."));
    }
  });

  it("has the twenty rows, the guards and the examples, each place in the orders once", () => {
    const told = (key: NoteKey) =>
      segments.flatMap((s) => {
        const text = noteOf(s.notes, key);
        return text === undefined ? [] : [text];
      });
    const numbers = (count: number, from = 1) =>
      Array.from({ length: count }, (_, i) => String(i + from));
    expect([...new Set(told("number"))].sort(byNumber)).toEqual(numbers(20));
    expect([...new Set(told("guard"))].sort()).toEqual(["G1", "G2", "G3", "G4", "G5"]);
    expect(told("example").sort()).toEqual(numbers(5, 0));
    const rows = (key: NoteKey) =>
      [...new Set(segments.filter((s) => noteOf(s.notes, key)).map((s) => placed(s, key)))]
        .sort((a, b) => byNumber(a.split(" ")[0], b.split(" ")[0]))
        .map((text) => text.split(" ")[1]);
    expect(rows("moment")).toEqual(["13", "12", "16", "15", "14", "20", "18", "17", "19"]);
    expect(rows("value")).toEqual([
      "1",
      "11",
      "2",
      "4",
      "7",
      "3",
      "5",
      "6",
      "9",
      "10",
      "8",
      "19",
      "20",
    ]);
    const limited = segments.filter((s) => noteOf(s.notes, "cap_when") !== undefined);
    expect(limited.map((s) => noteOf(s.notes, "number")).sort(byNumber)).toEqual([
      "1",
      "2",
      "4",
      "11",
    ]);
  });

  it("gives way to a store's own definitions", () => {
    const library = playbookLibrary(
      undefined,
      "attribute churn_limit = 90\nattribute left_out = vip and bucket(2, 'x') = 0",
    );
    expect(checkLibrary(library)).toEqual([
      expect.objectContaining({ code: "circular", message: expect.stringContaining("left_out") }),
    ]);
    const sound = playbookLibrary(
      undefined,
      "attribute churn_limit = 90\nattribute left_out = business_buyer or person.tags contains 'staff'",
    );
    expect(checkLibrary(sound)).toEqual([]);
  });
});

const EXPECTED = [
  ...["vip", "loyal", "frequent", "frequent_small", "big_ticket", "new_buyer"],
  ...["new_high_potential", "second_order_overdue", "at_risk_high_value", "lapsed"],
  ...["lapsed_one_time", "lapsed_repeat", "lapsed_repeat_with_balance", "season_only"],
  ...["discount_driven", "full_price", "cart_abandoner", "checkout_abandoner", "payment_failed"],
  ...["product_viewer", "searcher", "no_result", "watcher", "affine_category", "affine_brand"],
  ...["gift_giver", "engaged_non_buyer", "anonymous_high_intent", "first_time_visitor"],
  ...["orders_n", "orders_12m", "net_12m", "net_24m", "net_total", "aov", "d_last", "overdue"],
  ...["expected_gap", "disc_share", "disc_expected", "ret_rate", "dept_share", "cat_share"],
  ...["brand_share", "departments_n", "new_arrival_share", "margin", "margin_after_returns"],
  ...["season_share", "season_orders", "clicks_30d", "best_channel", "responded", "sessions_7d"],
  ...["last_seen", "views_session", "depth", "dwell", "journey", "decision_time", "balance"],
  ...["points", "subscribed_at_email", "open_complaint", "rating_min_90d", "country", "gender"],
  ...["shops_for", "stage", "value_tier", "rfm_group", "cluster"],
] as const;

/** The phases of the season that come with the program. */
const PHASES = DEFAULT_SETTINGS.seasons.flatMap(({ phases }) => phases.map(({ name }) => name));

const byNumber = (a = "", b = ""): number => Number(a) - Number(b);

const placed = (s: (typeof segments)[number], key: NoteKey): string =>
  `${noteOf(s.notes, key)} ${noteOf(s.notes, "number")}`;

/** A text without comments, its words as a list. */
function words(text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.replace(/#.*$/, ""))
    .join(" ")
    .replace(/([()])/g, " $1 ")
    .trim()
    .split(/\s+/);
}
