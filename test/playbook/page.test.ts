/** docs/playbook.md lists the ready segments as their files do. `UPDATE_DOCS=1` rewrites the list. */

import { readFileSync, writeFileSync } from "node:fs";
import { expect, it } from "vitest";
import { playbookSection } from "./page.js";

const PAGE = new URL("../../docs/playbook.md", import.meta.url);
const [BEGIN, END] = ["<!-- begin: made from the files -->", "<!-- end -->"];

it("docs/playbook.md lists every ready segment with its notes", () => {
  const page = readFileSync(PAGE, "utf8");
  const [before = "", rest = ""] = page.split(BEGIN);
  const after = rest.split(END)[1] ?? "";
  const wanted = `${before}${BEGIN}\n\n${playbookSection()}\n\n${END}${after}`;
  if (process.env.UPDATE_DOCS) writeFileSync(PAGE, wanted);
  expect(readFileSync(PAGE, "utf8")).toBe(wanted);
});
