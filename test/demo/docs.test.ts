/** What docs/demo.md says of the people of the demo store. That they are so: test/playbook. */

import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { PERSONAS } from "../../src/collect/index.js";

it("docs/demo.md lists the personas with their rules", () => {
  const page = readFileSync(new URL("../../docs/demo.md", import.meta.url), "utf8");
  for (const [persona, { perMille, rule }] of Object.entries(PERSONAS)) {
    expect(page).toContain(`| \`${persona}\` | ${perMille} | ${rule} |`);
  }
});
