import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { eraseRejects, rejectsNaming } from "../erasure/erase-texts.js";
import { intakeRejectsPath, openIntakeRejectLog, trimIntakeRejects } from "./rejects.js";

const AT = Date.UTC(2024, 2, 10, 12, 30);
const HOUR = 3_600_000;
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tessera-rejects-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const of = (importId: number, at = AT) =>
  openIntakeRejectLog(folder, { importId, at, file: "intake log" });
const reject = (line: number, value = "v") => ({ line, column: "", value, reason: "no JSON" });
const lines = (at = AT) =>
  readFileSync(intakeRejectsPath(folder, at), "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line).line);

it("keeps the rejects of an hour's imports in one file, and takes back those of a refused import", () => {
  for (let id = 1; id <= 500; id++) {
    const log = of(id, AT + id);
    log.add(reject(id));
    log.close();
  }
  expect(readdirSync(join(folder, "rejects"))).toHaveLength(1);
  const refused = of(501);
  for (let n = 0; n < 5000; n++) refused.add(reject(n, "x".repeat(200)));
  refused.close();
  refused.discard();
  refused.discard();
  expect(lines()).toEqual(Array.from({ length: 500 }, (_, i) => i + 1));
});

it("loses no row to a line that a crash cut off", () => {
  const first = of(1);
  first.add(reject(1));
  first.close();
  appendFileSync(intakeRejectsPath(folder, AT), '{"file":"intake l');
  const next = of(2);
  next.add(reject(2, "one\u2028two"));
  next.close();
  expect(readFileSync(intakeRejectsPath(folder, AT), "utf8").trim().split("\n")).toHaveLength(3);
});

it("forgets an hour when all of it is past the retention", () => {
  for (const at of [AT, AT + HOUR]) {
    const log = of(1, at);
    log.add(reject(1));
    log.close();
  }
  trimIntakeRejects(folder, AT + HOUR / 2 - 1);
  expect(readdirSync(join(folder, "rejects"))).toHaveLength(2);
  trimIntakeRejects(folder, AT + HOUR / 2);
  expect(existsSync(intakeRejectsPath(folder, AT))).toBe(false);
  expect(lines(AT + HOUR)).toEqual([1]);
});

it("are looked through, and erased, while other work goes on", async () => {
  const log = of(1);
  for (let n = 0; n < 20_000; n++)
    log.add(reject(n, n % 1000 === 0 ? "user-ann" : `user\u2028${n}`));
  log.close();
  let turns = 0;
  const count = () => {
    turns += 1;
    timer = setImmediate(count);
  };
  let timer = setImmediate(count);
  const named = [{ kind: "user_id", value: "user-ann" }];
  expect(await eraseRejects(folder, named)).toBe(20);
  clearImmediate(timer);
  expect(turns).toBeGreaterThan(20);
  for await (const { line } of rejectsNaming(folder, named)) expect(line).toBe("none");
  expect(lines()).toHaveLength(19_980);
});
