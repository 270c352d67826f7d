import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expandPaths } from "../../src/collect/index.js";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "tessera-paths-"));
  mkdirSync(join(folder, "exports", "2024"), { recursive: true });
  mkdirSync(join(folder, "empty"));
  const names = [
    "b.csv",
    "a.csv",
    "Z.csv",
    "[x].csv",
    ".hidden",
    "~$a.xlsx",
    "Thumbs.db",
    "2024/c.csv.gz",
    "2024/d.json",
  ];
  for (const name of names) writeFileSync(join(folder, "exports", name), name);
  mkdirSync(join(folder, "exports", "__MACOSX"));
  writeFileSync(join(folder, "exports", "__MACOSX", "a.csv"), "");
  mkdirSync(join(folder, "round"));
  writeFileSync(join(folder, "round", "{a,b}.csv"), "");
  symlinkSync("../round", join(folder, "round", "again"));
  symlinkSync("gone", join(folder, "round", "broken.csv"));
  symlinkSync(join(folder, "exports", "a.csv"), join(folder, "link.csv"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const expand = async (...paths: string[]) =>
  (await expandPaths(paths.map((path) => join(folder, path)))).map(({ path }) =>
    path.slice(folder.length + 1),
  );

describe("the files that a command means", () => {
  it("are those of a folder and its folders, by name", async () => {
    expect(await expand("exports")).toEqual(
      ["2024/c.csv.gz", "2024/d.json", "Z.csv", "[x].csv", "a.csv", "b.csv"].map(
        (name) => `exports/${name}`,
      ),
    );
  });

  it("are found where a link leads in a circle or nowhere", async () => {
    expect(await expand("round")).toEqual(["round/broken.csv", "round/{a,b}.csv"]);
  });

  it("are those that match a pattern, by name", async () => {
    expect(await expand("exports/{a,b}.csv")).toEqual(["exports/a.csv", "exports/b.csv"]);
    expect(await expand("exports/**/*.gz")).toEqual(["exports/2024/c.csv.gz"]);
  });

  it("are taken once, in the order given, and literally where they exist", async () => {
    expect(await expand("exports/b.csv", "link.csv", "exports/*.csv")).toEqual([
      "exports/b.csv",
      "link.csv",
      "exports/Z.csv",
      "exports/[x].csv",
    ]);
    expect(await expand("exports/[x].csv")).toEqual(["exports/[x].csv"]);
  });

  it("say whether they were named", async () => {
    const named = async (path: string) =>
      (await expandPaths([join(folder, path)])).map((file) => file.named);
    expect(await named("exports/b.csv")).toEqual([true]);
    expect(await named("exports/b.*")).toEqual([false]);
    expect(new Set(await named("exports"))).toEqual(new Set([false]));
  });

  it("are missed by name", async () => {
    await expect(expand("no.csv")).rejects.toThrow(/There is no file .*no\.csv/);
    await expect(expand("*.parquet")).rejects.toThrow(/No file matches .*\*\.parquet/);
    await expect(expand("empty")).rejects.toThrow(/The folder .*empty holds no files/);
  });
});
