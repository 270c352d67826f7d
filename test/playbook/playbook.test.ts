/** The texts themselves: sound, complete, laid out as the formatter would, usable from `dist`. */

import { describe, expect, it } from "vitest";
import { checkLibrary, makePlan } from "../../src/segment/plan/index.js";
import { playbookTexts } from "../../src/segment/playbook/index.js";
import { formatDocument, parseDocument, stripSpans } from "../../src/segment/syntax/index.js";
import { SOURCES } from "../../src/segment/vocabulary.js";
import { parsed, playbookLibrary } from "./library.js";

const NOTES = ["group", "intent", "channel", "timing", "cap", "needs"];

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
    expect([...plan!.segments, ...plan!.families].map((s) => s.name)).toEqual(
      segments.map((s) => s.name),
    );
  });

  it("has the segments 1 to 11 and 17 with their subs, and no name twice", () => {
    const names = playbookTexts().flatMap(({ text }) =>
      parsed(text).declarations.map((d) => d.name),
    );
    expect(new Set(names).size).toBe(names.length);
    expect(names).toEqual(expect.arrayContaining([...EXPECTED]));
  });

  it.each(segments.map((s) => [s.name, s] as const))("%s has a title and every note", (_, s) => {
    expect(s.title).toBeTruthy();
    expect(s.notes.map((n) => n.key)).toEqual(NOTES);
    for (const { text } of s.notes) expect(text.trim()).not.toBe("");
    const note = (key: string) => s.notes.find((n) => n.key === key)?.text ?? "";
    expect(note("cap")).toMatch(/^(L[0-5]\b|follows value)/);
    for (const need of note("needs").split(", ")) {
      const [source = "", field] = need.split(".");
      expect(SOURCES.has(source)).toBe(true);
      if (field !== undefined) expect(SOURCES.get(source)?.fields).toContain(field);
    }
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
  ...[
    "vip",
    "loyal",
    "frequent",
    "frequent_small",
    "big_ticket",
    "new_buyer",
    "new_high_potential",
  ],
  ...["second_order_overdue", "at_risk_high_value", "lapsed", "lapsed_one_time", "lapsed_repeat"],
  ...["season_only", "discount_driven", "full_price", "affine_category", "affine_brand"],
] as const;

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
