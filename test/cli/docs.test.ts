/**
 * What the pages tell people to type works as it stands. Every `sh` block with `npx tessera` runs,
 * page by page, in a fresh folder; a block marked `file=NAME` is written there first. A command that
 * only looks at the demo store says the same on every page, and runs on the first that has it.
 * `UPDATE_DOCS=1` rewrites the section of docs/cli.md that is made from the schemas.
 */
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { removeFolder, shell, temporaryFolder } from "./run-command.js";
import { schemaSection } from "./schema-section.js";

const page = (name: string) => new URL(`../../${name}`, import.meta.url);
const read = (name: string) => readFileSync(page(name), "utf8");

interface Block {
  readonly language: string;
  readonly file: string | undefined;
  readonly text: string;
}

function blocksOf(name: string): Block[] {
  return [...read(name).matchAll(/^```(\w+)(?: file=(\S+))?\n([\s\S]*?)^```$/gm)].map(
    ([, language = "", file, text = ""]) => ({ language, file, text }),
  );
}

/** The pages speak of this public file; a few of its lines do for the commands. */
const ONLINE_RETAIL = [
  "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country",
  "536365,85123A,WHITE HANGING HEART T-LIGHT HOLDER,6,12/1/2010 8:26,2.55,17850,United Kingdom",
  "536365,71053,WHITE METAL LANTERN,6,12/1/2010 8:26,3.39,17850,United Kingdom",
  "536370,22728,ALARM CLOCK BAKELIKE PINK,24,12/1/2010 8:45,3.75,12583,France",
  "C536379,D,Discount,-1,12/1/2010 9:41,27.5,14527,United Kingdom",
  "",
].join("\n");

/** Where `tessera start` has been typed once, for all pages; one that types it again finds the store. */
let started: string;
beforeAll(async () => {
  started = temporaryFolder();
  expect(await shell("npx tessera start", { cwd: started })).toMatchObject({ code: 0 });
});
afterAll(() => removeFolder(started));

let cwd: string;
beforeEach(() => {
  cwd = temporaryFolder();
  writeFileSync(join(cwd, "online_retail.csv"), ONLINE_RETAIL);
});
afterEach(() => removeFolder(cwd));

describe.each([
  "README.md",
  "docs/getting-started.md",
  "docs/cli.md",
  "docs/questions.md",
  "docs/files.md",
  "docs/demo.md",
  "docs/calibration.md",
  "docs/settings.md",
  "docs/segments.md",
  "docs/server.md",
  "docs/playbook.md",
])("%s", (name) => {
  test("its commands run as they stand", { timeout: 400_000 }, async () => {
    const blocks = blocksOf(name);
    const scripts = blocks.filter(({ language, text }) => language === "sh" && NPX.test(text));
    expect(scripts.length).toBeGreaterThan(0);
    for (const { file, text } of blocks) {
      if (file === undefined) continue;
      mkdirSync(dirname(join(cwd, file)), { recursive: true });
      writeFileSync(join(cwd, file), text);
    }
    cpSync(started, cwd, { recursive: true, force: false });
    const untouched = { demo: true };
    for (const { text: typed } of scripts) {
      const text = withoutKnownLooks(typed, untouched);
      const { code, stderr } = await shell(text, { cwd });
      expect({ text, code, stderr: code === 0 ? "" : stderr }).toEqual({
        text,
        code: 0,
        stderr: "",
      });
    }
  });
});

const NPX = /^npx tessera /m;
const LOOK =
  /^npx tessera (segments|count|cross|breakdown|overlap|compare|history|people|person|consents|explain|hygiene|calibrate|settings|test) (?!.*--(accept|withdraw|apply|propose)\b).*--data tessera-data\/demo\b/;

/** Looks at the demo store as `start` leaves it, of all pages so far. */
const looks = new Set<string>();

/** Without the looks that a page before has; as it stands where it is more than a line for each command. */
function withoutKnownLooks(script: string, untouched: { demo: boolean }): string {
  const lines = script.split("\n");
  const bare = lines.map((line) => line.replaceAll(/"[^"]*"/g, ""));
  const simple = bare.every((line) => line === "" || (NPX.test(line) && !/[|<>\\]/.test(line)));
  const rest = lines.filter((line) => {
    const command = line.replace(/ +#.*$/, "");
    const isLook = simple && LOOK.test(line);
    const isKnown = isLook && untouched.demo && looks.has(command);
    if (isLook && untouched.demo) looks.add(command);
    else if (line.includes("tessera-data/demo")) untouched.demo = false;
    return !isKnown;
  });
  return rest.join("\n");
}

test("every link in the pages leads somewhere", () => {
  for (const name of [
    "README.md",
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
    "docs/getting-started.md",
  ]) {
    for (const [, target = ""] of read(name).matchAll(/\]\((?!http)([^)#]+)/g)) {
      const url = new URL(target, page(name));
      expect(() => readFileSync(url), `${name} -> ${target}`).not.toThrow(/ENOENT/);
    }
  }
});

test("docs/cli.md shows the schemas as they are", () => {
  const text = read("docs/cli.md");
  const [before = "", rest = ""] = text.split("<!-- schemas -->\n");
  const [, after = ""] = rest.split("<!-- end of schemas -->");
  const wanted = `${before}<!-- schemas -->\n\n${schemaSection()}\n\n<!-- end of schemas -->${after}`;
  if (process.env.UPDATE_DOCS) writeFileSync(page("docs/cli.md"), wanted);
  else expect(text).toBe(wanted);
});

test("ARCHITECTURE.md stays short and names every folder of src", async () => {
  const text = read("ARCHITECTURE.md");
  expect(text.split("\n").length).toBeLessThanOrEqual(250);
  for (const [, path = ""] of text.matchAll(/`((?:src|test|bench|docs|bin|scripts)\/[\w./-]*)`/g)) {
    expect(() => readFileSync(page(path)), path).not.toThrow(/ENOENT/);
  }
});
