import { resolve } from "node:path";
import { expect, test } from "vitest";
import { absoluteCommandLine } from "./command-line.js";
import { makeProgram } from "./program.js";

/** As it is sent, after the words of the command and the folder of the store. */
function sent(...words: string[]): string[] {
  let command = makeProgram();
  let depth = 0;
  for (const word of words) {
    const next = command.commands.find((one) => one.name() === word);
    if (next === undefined) break;
    command = next;
    depth += 1;
  }
  const line = absoluteCommandLine(command, words);
  expect(line.slice(0, depth + 2)).toEqual([
    ...words.slice(0, depth),
    ...["--data", resolve("./tessera-data")],
  ]);
  return line.slice(depth + 2);
}

test("files are made absolute, and nothing else", () => {
  expect(sent("import", "a.csv", "b/*.gz", "--map", "m.yaml", "--encoding", "latin1")).toEqual([
    ...[resolve("a.csv"), resolve("b/*.gz")],
    ...["--map", resolve("m.yaml"), "--encoding", "latin1"],
  ]);
  expect(sent("people", "vip", "--out=list.csv", "--limit=3", "--json")).toEqual([
    ...["vip", "--out", resolve("list.csv"), "--limit", "3", "--json"],
  ]);
  expect(sent("check", "one.tess")).toEqual([resolve("one.tess")]);
  expect(sent("count", "vip and aov > 3")).toEqual(["vip and aov > 3"]);
  expect(sent("import", "--", "--odd.csv")).toEqual(["--", resolve("--odd.csv")]);
  expect(sent("cross", "a", "b", "--all")).toEqual(["a", "b", "--all"]);
  expect(sent("keys", "revoke", "tw_1")).toEqual(["tw_1"]);
});

test("the store's folder that was named is the one of the sender", () => {
  const line = sent("segments", "--data", "shop");
  expect(line).toEqual(["--data", resolve("shop")]);
});
