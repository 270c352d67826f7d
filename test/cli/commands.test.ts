/** Every command on the demo store and on a small file, as processes. */
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Answers, answerSchemas, type CommandName } from "../../src/cli/schemas.js";
import { startServer } from "../servers.js";
import {
  DEMO_INSTANT,
  makeDemoIn,
  removeFolder,
  shell,
  temporaryFolder,
  tessera,
} from "./run-command.js";

let cwd: string;
let demo: string;
beforeAll(async () => {
  cwd = temporaryFolder();
  demo = await makeDemoIn(cwd);
});
afterAll(() => removeFolder(cwd));

/** Runs with --json and checks the answer against the command's own schema. */
async function ask<C extends CommandName>(
  command: C,
  ...args: readonly string[]
): Promise<Answers[C]> {
  const { code, stdout, stderr } = await tessera([command, ...args, "--json"], { cwd });
  expect(stderr).toBe("");
  expect(code).toBe(0);
  return answerSchemas[command].strict().parse(JSON.parse(stdout)) as Answers[C];
}

const inDemo = () => ["--data", demo];

describe("on the demo store", () => {
  test("start finds the store that it made and says the same again", async () => {
    const marker = join(cwd, demo, "demo-store.json");
    const madeAt = statSync(marker).mtimeMs;
    const { made, folder, segments, examples, next } = await ask("start");
    expect({ made, folder }).toEqual({ made: false, folder: demo });
    expect(statSync(marker).mtimeMs).toBe(madeAt);
    expect(segments.asOf).toBe(DEMO_INSTANT);
    expect(examples.length).toBeGreaterThanOrEqual(4);
    expect(examples.filter(({ needs }) => needs.length > 0)).toEqual([]);
    for (const { key, people, steps } of examples) {
      const sizes = steps.map(({ size }) => size);
      expect(sizes.every((size, i) => size > 0 && size <= (sizes[i - 1] ?? people))).toBe(true);
      expect(sizes.at(-1)).toBe(segments.segments.find((s) => s.key === key)!.size);
    }
    for (const { command } of next) expect((await shell(command, { cwd })).code).toBe(0);
  });

  test("start's actions: nobody twice, and each command lists just those who are counted", async () => {
    const { actions, segments } = await ask("start");
    expect(actions).toHaveLength(3);
    const seen = new Set<unknown>();
    for (const { key, expr, people, size, averageOrder, worth, command } of actions) {
      expect(size).toBe(segments.segments.find((s) => s.key === key)!.size);
      expect(worth).toBeCloseTo(people * averageOrder, 6);
      const listed = await ask("people", expr, "--limit", "9999", ...inDemo());
      expect({ key, people: listed.total }).toEqual({ key, people });
      for (const { person } of listed.people) {
        expect(seen.has(person)).toBe(false);
        seen.add(person);
      }
      expect((await shell(command, { cwd })).stdout).toContain(people.toLocaleString("en"));
    }
    const worths = actions.map(({ worth }) => worth);
    expect(worths).toEqual([...worths].sort((a, b) => b - a));
  });

  test("segments have plausible sizes, most neither nobody nor everybody", async () => {
    const { asOf, people, segments } = await ask("segments", ...inDemo());
    // Devices on which somebody never logged in are people of their own.
    expect({ asOf, more: people >= 3000 && people < 4000 }).toEqual({
      asOf: DEMO_INSTANT,
      more: true,
    });
    const keys = segments.map(({ key }) => key);
    for (const key of ["vip", "loyal", "lapsed", "season_only"]) expect(keys).toContain(key);
    const filled = segments.filter(({ size }) => size > 0 && size < people);
    expect(filled.length).toBeGreaterThan(0.8 * segments.length);
  });

  test("count, cross and segments agree", async () => {
    const { count } = await ask("count", "vip", ...inDemo());
    const { segments } = await ask("segments", ...inDemo());
    expect(count).toBe(segments.find(({ key }) => key === "vip")!.size);
    const { steps, people } = await ask("cross", "count(order) >= 0", "vip", ...inDemo());
    expect(steps.map(({ size }) => size)).toEqual([people, count]);
  });

  test("behaviour on the site crosses with purchases", async () => {
    const expressions = ["vip", "count(session in last 14 days) >= 1"];
    const { steps } = await ask("cross", ...expressions, ...inDemo());
    expect(steps.map(({ expr }) => expr)).toEqual(expressions);
    expect(steps[1]!.size).toBeGreaterThan(0);
    expect(steps[1]!.size).toBeLessThan(steps[0]!.size);
  });

  test("as of an earlier day there were fewer people", async () => {
    const { asOf, people } = await ask("segments", "--as-of", "2025-11-15", ...inDemo());
    expect(asOf).toBe("2025-11-15T00:00:00.000Z");
    expect(people).toBeLessThan(3000);
  });

  test("explain shows values and thresholds, and agrees with count", async () => {
    const { member, conditions } = await ask("explain", "C0017", "vip", ...inDemo());
    expect(conditions.find(({ text }) => text === "net_12m >= p90")).toMatchObject({
      value: expect.any(Number),
      threshold: expect.any(Number),
      holds: member,
    });
  });

  test("explain takes any condition, a member of a family among them", async () => {
    const fond = "affine_category('dresses')";
    const { people } = await ask("people", fond, "--limit", "1", ...inDemo());
    const text = `count(order) >= 1 and ${fond} and not vip`;
    const found = await ask("explain", String(people[0]!.user_id), text, ...inDemo());
    const outer = found.conditions.filter(({ depth }) => depth === 0);
    expect(outer.map((condition) => condition.text)).toEqual([
      "count(order) >= 1",
      fond,
      "not vip",
    ]);
    expect(found.conditions.slice(0, 2).map(({ holds }) => holds)).toEqual([true, true]);
    const alone = await tessera(["explain", "C0017", "affine_category", ...inDemo()], { cwd });
    expect(alone).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("affine_category('...')"),
    });
  });

  test("people lists whom count counts, and writes a file that is whole or not there", async () => {
    const { count } = await ask("count", "vip", ...inDemo());
    const listed = await ask("people", "vip", "--sort", "revenue_12m", "--limit", "5", ...inDemo());
    expect(listed).toMatchObject({ total: count, given: 5, file: null });
    const revenues = listed.people.map((row) => Number(row.revenue_12m));
    expect(revenues).toEqual([...revenues].sort((a, b) => b - a));
    const written = await ask("people", "vip", "--out", "vip.csv", ...inDemo());
    expect(written).toMatchObject({ total: count, given: count, people: [], file: "vip.csv" });
    const lines = readFileSync(join(cwd, "vip.csv"), "utf8").trim().split("\n");
    expect(lines).toHaveLength(count + 1);
    const streamed = await tessera(["people", "vip", "--format", "csv", ...inDemo()], { cwd });
    expect(streamed.stdout.trim().split("\n")).toEqual(lines);
    const refused = await tessera(["people", "vip", "--out", "not/vip.csv", ...inDemo()], { cwd });
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining("no folder not") });
    expect(readdirSync(cwd).filter((name) => name.includes("partial"))).toEqual([]);
  });

  test("person and explain agree on a person's segments", async () => {
    const portrait = await ask("person", "C0017", "--facts", "3", ...inDemo());
    expect(portrait.identifiers[0]).toMatchObject({ kind: "user_id", value: "C0017", since: null });
    expect(portrait.timeline.facts).toHaveLength(3);
    const { code, stdout } = await tessera(["explain", "C0017", "--json", ...inDemo()], { cwd });
    expect(code).toBe(0);
    const rules = answerSchemas["explain PERSON"].strict().parse(JSON.parse(stdout));
    expect(rules.memberships.map(({ key }) => key)).toEqual(
      portrait.memberships.map(({ key }) => key),
    );
    for (const { segment, argument } of rules.memberships.slice(0, 3)) {
      if (argument !== "") continue;
      const explained = await ask("explain", "C0017", segment, ...inDemo());
      expect({ segment, member: explained.member }).toEqual({ segment, member: true });
    }
  });

  test("two segments are explained as a pair, with how many people are in both", async () => {
    const args = ["explain", "vip", "full_price", "--json", ...inDemo()];
    const { code, stdout } = await tessera(args, { cwd });
    expect(code).toBe(0);
    const pair = answerSchemas["explain SEGMENT SEGMENT"].strict().parse(JSON.parse(stdout));
    const { steps } = await ask("cross", "vip", "full_price", ...inDemo());
    expect(pair.people).toMatchObject({ first: steps[0]!.size, both: steps[1]!.size });
    expect(pair.cap.winner?.level).toBe("L1");
    expect(pair.elsewhere).not.toBeNull();
  });

  test("refresh again changes nobody's membership", async () => {
    const { people, entered, left, rehearsal } = await ask("refresh", ...inDemo());
    expect(people).toBeGreaterThanOrEqual(3000);
    expect({ entered, left, rehearsal }).toEqual({
      entered: 0,
      left: 0,
      rehearsal: false,
    });
  });

  test("sql and attributes need no facts", async () => {
    const { sql } = await ask("sql", "vip", "--data", "nowhere");
    expect(sql).toMatch(/SELECT[\s\S]+FROM facts/);
    const { sources, attributes } = await ask("attributes", "--data", "nowhere");
    expect(sources.map(({ name }) => name)).toContain("viewed");
    expect(attributes.map(({ name }) => name)).toContain("dept_share(d)");
    expect(existsSync(join(cwd, "nowhere"))).toBe(false);
  });

  test("check counts what a file declares", async () => {
    const text = 'attribute spent = sum(order.net)\nsegment big "Big" spent > 100 and vip\n';
    writeFileSync(join(cwd, "mine.tess"), text);
    const found = await ask("check", "mine.tess", ...inDemo());
    const files = ["mine.tess"];
    expect(found).toEqual({ ok: true, files, segments: 1, attributes: 1, diagnostics: [] });
  });

  test("tables align, and in a pipe nothing is coloured", async () => {
    for (const args of [["segments"], ["cross", "vip", "loyal"], ["explain", "C0017", "vip"]]) {
      const { stdout } = await tessera([...args, ...inDemo()], { cwd, env: { CI: "1" } });
      expect(stdout).not.toContain("\u001b");
      expect(stdout).toMatch(/\d/);
    }
  });
});

describe("on a file", () => {
  const orders = [
    "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country",
    "1,A,Mug,2,2011-11-01 10:00:00,4.5,17850,United Kingdom",
    "1,A,Mug,2,2011-11-01 10:00:00,4.5,17850,United Kingdom",
    "2,B,Tea,1,2011-11-02 10:00:00,10,17850,France",
    "3,B,Tea,one,2011-11-03 10:00:00,10,17851,France",
    "",
  ].join("\n");
  const given = ["orders.csv", "--preset", "online-retail", "--data", "shop"];

  test("import counts, the second time adds nothing, and the store answers", async () => {
    writeFileSync(join(cwd, "orders.csv"), orders);
    const first = await ask("import", ...given);
    expect(first).toMatchObject({ rowsRead: 4, rowsRejected: 1, duplicates: 1 });
    expect(first).toMatchObject({ people: 1, orders: 2, lines: 3, events: 0, revenue: "28" });
    const [reject] = readFileSync(join(cwd, first.rejectFiles[0]!), "utf8").split("\n");
    expect(JSON.parse(reject!)).toMatchObject({ line: 5, column: "Quantity", value: "one" });
    const second = await ask("import", ...given);
    expect(second).toMatchObject({ orders: 0, lines: 0, revenue: "0" });
    const { count } = await ask("count", "sum(order.net) = 28", "--data", "shop");
    expect(count).toBe(1);
  });

  test("tessera.yaml and segments/ in the folder are used", async () => {
    writeFileSync(join(cwd, "shop", "tessera.yaml"), "timeZone: Asia/Tokyo\nasOf: 2011-11-03\n");
    const { asOf } = await ask("count", "count(order) >= 1", "--data", "shop");
    expect(asOf).toBe("2011-11-02T15:00:00.000Z");
  });

  test("data that ended is to be looked at from its end", async () => {
    const files = ["orders.csv", "--preset", "online-retail", "--data", "ended"];
    const { stdout } = await tessera(["import", ...files], { cwd });
    expect(stdout).toContain("npx tessera segments --data ended --as-of 2011-11-03");
    // Not once the store has newer facts: they would be hidden.
    const visit = {
      type: "page",
      messageId: "m",
      anonymousId: "a",
      timestamp: new Date(Date.now() - 1000),
    };
    writeFileSync(join(cwd, "visit.ndjson"), JSON.stringify(visit));
    await ask("import", "visit.ndjson", "--preset", "segment", "--data", "ended");
    const again = await tessera(["import", ...files], { cwd });
    expect(again.stdout).toMatch(/npx tessera segments --data ended\n$/);
  });

  test("with CLICKHOUSE_URL the facts are on the server", async () => {
    const server = await startServer();
    try {
      const env = { CLICKHOUSE_URL: `${server.url}/shop` };
      const remote = ["orders.csv", "--preset", "online-retail", "--data", "remote"];
      expect(await tessera(["import", ...remote], { cwd, env })).toMatchObject({ code: 0 });
      const args = ["count", "count(order) >= 1", "--data", "remote", "--json"];
      const { stdout } = await tessera(args, { cwd, env });
      expect(JSON.parse(stdout)).toMatchObject({ count: 1 });
      expect(existsSync(join(cwd, "remote", "warehouse"))).toBe(false);
    } finally {
      await server.stop();
    }
  });
});
