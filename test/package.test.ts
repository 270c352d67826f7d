/** The package itself: what a fresh clone and a reader of an error rely on. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { errorCodes } from "../src/base/index.js";

const read = (name: string) => readFileSync(new URL(`../${name}`, import.meta.url), "utf8");

interface LockedPackage {
  readonly resolved?: string;
  readonly optionalDependencies?: Record<string, string>;
}

const lock = JSON.parse(read("package-lock.json")) as { packages: Record<string, LockedPackage> };

test("the lock names the packages of every platform, or `npm ci` refuses it", () => {
  // npm drops those that the registry it was written with does not serve.
  const paths = Object.keys(lock.packages);
  const absent = Object.values(lock.packages)
    .flatMap((locked) => Object.keys(locked.optionalDependencies ?? {}))
    .filter((name) => !paths.some((path) => path.endsWith(`node_modules/${name}`)));
  expect(absent).toEqual([]);
});

test("the lock names no registry", () => {
  const resolved = Object.values(lock.packages).filter((locked) => locked.resolved !== undefined);
  expect(resolved).toEqual([]);
});

test("versions are exact", () => {
  const { dependencies, devDependencies } = JSON.parse(read("package.json"));
  for (const version of Object.values({ ...dependencies, ...devDependencies })) {
    expect(version).toMatch(/^\d+\.\d+\.\d+(-[\w.]+)?$/);
  }
});

test("docs/errors.md lists every error code, and no other", () => {
  const documented = [...read("docs/errors.md").matchAll(/^\| `([^`]+)` \| ([^|]+) \|/gm)].map(
    ([, code, meaning]) => [code, meaning],
  );
  expect(Object.fromEntries(documented)).toEqual(errorCodes);
});
