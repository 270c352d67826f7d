/**
 * `npm run worked-example`: writes the outputs in docs/worked-example.md anew; of some sections with
 * a word of their titles: `npm run worked-example -- Online`.
 */

import { writeFileSync } from "node:fs";
import { inventedNumbers, missingData, PAGE, readPage, rerun, type Section } from "./page.js";

const [wanted = ""] = process.argv.slice(2);
const sections: Section[] = [];
for (const section of readPage()) {
  if (!section.title.includes(wanted)) {
    sections.push(section);
    continue;
  }
  const missing = missingData(section);
  if (missing !== undefined) console.warn(`left as it is, no data: ${section.title} (${missing})`);
  sections.push(missing === undefined ? await rerun(section) : section);
  const invented = inventedNumbers(sections.at(-1) ?? section);
  if (invented.length > 0) console.warn(`${section.title}: no output shows ${invented.join(", ")}`);
}
writeFileSync(PAGE, sections.map(({ text }) => text).join(""));
