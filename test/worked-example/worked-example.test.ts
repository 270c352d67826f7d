/** The worked example says what the program says: see page.ts. `npm run worked-example` renews it. */

import { describe, expect, test } from "vitest";
import { inventedNumbers, missingData, readPage, rerun } from "./page.js";

describe.each(readPage().filter(({ text }) => text.includes("```sh")))("$title", (section) => {
  test("every number of a comment is in an output", () => {
    expect(inventedNumbers(section)).toEqual([]);
  });

  const missing = missingData(section);
  if (missing !== undefined)
    console.warn(`skipped: ${section.title}: the data set ${missing} is no part of the project`);
  test.skipIf(missing !== undefined)(
    "its commands print what the page shows",
    {
      timeout: 600_000,
    },
    async () => {
      expect((await rerun(section)).text).toBe(section.text);
    },
  );
});
