import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { sameStore } from "./store-command.js";

test("a suggested command names the folder so that a shell reads it back", () => {
  for (const data of ["shop/demo", "My Shop", "it's {1,2} $HOME `x` \\ * \n;", "-"]) {
    const typed = `printf '%s\\0'${sameStore({ data })}`;
    const words = execFileSync("sh", ["-c", typed]).toString().split("\0");
    expect(words).toEqual(["--data", data, ""]);
  }
  expect(sameStore({ data: "shop/demo" })).toBe(" --data shop/demo");
});
