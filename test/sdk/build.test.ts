// What `npm run build:sdk` makes, and that its users' own compilers take it.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildSdk, declareSdk } from "../../scripts/build-sdk.js";

const MAX_BYTES = 5_120;
const root = new URL("../../", import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), "tessera-sdk-"));

beforeAll(() => buildSdk(folder));
afterAll(() => rmSync(folder, { recursive: true }));

test.each(["tessera.js", "index.js"])("%s is at most 5 kB compressed", (file) => {
  const bytes = gzipSync(readFileSync(join(folder, file)), { level: 9 }).length;
  expect(bytes).toBeGreaterThan(1_000);
  expect(bytes).toBeLessThanOrEqual(MAX_BYTES);
});

test("the snippet has no dependencies", () => {
  const sources = readdirSync(join(root, "sdk/src")).map((file) =>
    readFileSync(join(root, "sdk/src", file), "utf8"),
  );
  const imported = sources.flatMap((text) => [...text.matchAll(/ from "([^"]+)"/g)]);
  expect(imported.length).toBeGreaterThan(10);
  expect(imported.filter(([, from]) => !from!.startsWith("./"))).toEqual([]);
});

test("the README's module compiles against the types, and a wrong property does not", () => {
  expect(declareSdk(folder)).toBe(0);
  const readme = readFileSync(join(root, "sdk/README.md"), "utf8");
  const example = /```ts\n(.*?)```/s.exec(readme)![1]!.replace("tessera-browser", "./index.js");
  const compile = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    const compiler = join(root, "node_modules/typescript/bin/tsc");
    const options = ["--noEmit", "--strict", "--target", "es2020", "--module", "esnext"];
    const more = ["--moduleResolution", "bundler", "--types", "", "--lib", "es2020,dom"];
    const given = [...options, ...more, join(folder, name)];
    return spawnSync(process.execPath, [compiler, ...given], { cwd: folder, encoding: "utf8" })
      .stdout;
  };
  expect(compile("good.ts", example)).toBe("");
  const wrong = `${example}\ntessera.orderCompleted({ order_id: 7, products: [] });`;
  expect(compile("wrong.ts", wrong)).toContain("'number' is not assignable to type 'string'");
});
