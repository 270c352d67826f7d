/**
 * docs/settings.md says what there is: its table is made from the schema, its examples are read by
 * it. `UPDATE_DOCS=1` rewrites what is made.
 */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readSettings } from "../../src/cli/settings-file.js";
import { settingValues } from "../../src/cli/settings-values.js";
import { countriesWith, loadLibrary } from "../../src/segment/index.js";

const page = new URL("../../docs/settings.md", import.meta.url);
const text = readFileSync(page, "utf8");

test("docs/settings.md lists every setting with its default", async () => {
  const found = await readSettings("nowhere");
  const { library } = loadLibrary([], found.settings);
  const rows = settingValues(found, library).map(({ key, about, unit, default: usual }) => {
    const value = Array.isArray(usual) ? usual.map(({ name }) => name).join(", ") : usual;
    const none = value === null || JSON.stringify(value) === "{}";
    return `| \`${key}\` | ${about} | ${none ? "none" : `${value} ${unit}`.trim()} |`;
  });
  const table = ["| key | meaning | default |", "|---|---|---|", ...rows].join("\n");
  const wanted = text
    .replace(
      /<!-- settings -->[\s\S]*<!-- end of settings -->/,
      `<!-- settings -->\n${table}\n<!-- end of settings -->`,
    )
    .replace(/<!-- countries -->\d* ?/, `<!-- countries -->${countriesWith({}).length} `);
  if (process.env.UPDATE_DOCS) writeFileSync(page, wanted);
  else expect(text).toBe(wanted);
});

test("the examples of docs/settings.md are settings", async () => {
  const folder = mkdtempSync(join(tmpdir(), "tessera-settings-doc-"));
  const examples = [...text.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(([, yaml = ""]) => yaml);
  expect(examples.length).toBeGreaterThan(4);
  for (const yaml of examples) {
    writeFileSync(join(folder, "tessera.yaml"), yaml);
    await expect(readSettings(folder), yaml).resolves.toBeDefined();
  }
  rmSync(folder, { recursive: true });
});
