/** The questions about many people, as commands on a small demo store. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Answers, answerSchemas, type CommandName } from "../../src/cli/schemas.js";
import { DEMO_INSTANT, removeFolder, temporaryFolder, tessera } from "./run-command.js";

let cwd: string;
const SHOP = ["--data", "shop"];
const MONTH_BEFORE = "2026-10-01";

beforeAll(async () => {
  cwd = temporaryFolder();
  await run(["demo", "--people", "150", ...SHOP]);
  await run(["refresh", "--as-of", MONTH_BEFORE, ...SHOP]);
  await run(["refresh", ...SHOP]);
});
afterAll(() => removeFolder(cwd));

async function run(args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await tessera(args, { cwd });
  expect({ args, code, stderr: code === 0 ? "" : stderr }).toEqual({ args, code: 0, stderr: "" });
  return stdout;
}

/** Checked against the command's own schema. */
async function ask<C extends CommandName>(command: C, ...args: string[]): Promise<Answers[C]> {
  const stdout = await run([command, ...args, "--json", ...SHOP]);
  return answerSchemas[command].strict().parse(JSON.parse(stdout)) as Answers[C];
}

test("segments tell what changed since the refresh before", async () => {
  const { asOf, segments } = await ask("segments");
  expect(asOf).toBe(DEMO_INSTANT);
  const moved = segments.filter(({ trend }) => (trend?.entered ?? 0) > 0);
  expect(moved.length).toBeGreaterThan(5);
  for (const { trend } of moved) {
    expect(trend!.since).toBe(`${MONTH_BEFORE}T00:00:00.000Z`);
    expect(trend!.entered! - trend!.left!).toBe(trend!.difference);
  }
});

test("segments stand below what they are part of, and say what they need instead of zero", async () => {
  const { segments } = await ask("segments");
  const lines = (await run(["segments", ...SHOP])).split("\n");
  const at = (key: string) => lines.findIndex((line) => line.trim().startsWith(`${key} `));
  const part = segments.find(
    ({ partOf, group }) => segments.find(({ key }) => key === partOf)?.group === group,
  )!;
  expect(at(part.key)).toBeGreaterThan(at(part.partOf!));
  const depth = (key: string) => lines[at(key)]!.search(/\S/);
  expect(depth(part.key)).toBeGreaterThan(depth(part.partOf!));
  const lacking = segments.filter(({ available }) => !available);
  expect(lacking.length).toBeGreaterThan(0);
  for (const { key, needs } of lacking)
    expect(lines[at(key)]).toContain(`needs ${needs.join(", ")}`);
});

test("segments name the percentiles of few, refreshed or not", async () => {
  const { thin } = await ask("segments");
  const [fewest] = thin;
  const said = (await run(["segments", ...SHOP])).split("\n").at(-2)!;
  expect(said.startsWith(`Thin evidence: ${thin.length} percentiles`)).toBe(true);
  expect(said).toContain(`${fewest!.text} of ${fewest!.n}`);
  const { thin: then } = await ask("segments", "--as-of", "2026-10-20");
  for (const all of [thin, then])
    expect(all).toContainEqual({ text: "p90(net_12m)", n: expect.toSatisfy((n) => n < 200) });
});

test("cross prints combinations with members, and all of them when asked", async () => {
  const conditions = ["vip", "stage is active", "loyal"];
  const { combinations, people } = await ask("cross", ...conditions);
  expect(combinations).toHaveLength(8);
  expect(combinations!.reduce((n, { exactly }) => n + exactly, 0)).toBe(people);
  const rows = (text: string) => text.split("\n").filter((line) => /^[●·] /.test(line)).length;
  const filled = combinations!.filter(({ exactly }) => exactly > 0).length;
  expect(filled).toBeLessThan(8);
  expect(rows(await run(["cross", ...conditions, ...SHOP]))).toBe(filled);
  expect(rows(await run(["cross", ...conditions, "--all", ...SHOP]))).toBe(8);
});

test("cross takes a segment apart at its ands", async () => {
  const { steps } = await ask("cross", "vip");
  expect(steps.length).toBeGreaterThan(2);
  const { segments } = await ask("segments");
  expect(steps.at(-1)!.size).toBe(segments.find(({ key }) => key === "vip")!.size);
});

test.each([[[]], [["--as-of", "2026-10-20"]]])(
  "a family is broken down into its values, refreshed or not: %j",
  async (at) => {
    const by = ["breakdown", "true", "--by", "affine_brand", ...at] as const;
    const { rows, families, people, others } = await ask(...by);
    expect(families).toEqual(["affine_brand"]);
    const none = rows.find(({ values }) => values[0]!.text === null)!;
    const [first, ...more] = rows.filter((row) => row !== none);
    expect(more.length).toBeGreaterThan(1);
    const { count } = await ask("count", `affine_brand('${first!.values[0]!.text}')`, ...at);
    expect(first!.people).toBe(count);
    const sum = (some: typeof rows) => some.reduce((n, row) => n + row.people, 0);
    expect(sum(rows)).toBeGreaterThanOrEqual(people);
    const limited = await ask(...by, "--limit", "2");
    expect(limited.rows).toHaveLength(2);
    expect(limited.others).toBe(sum(rows) - sum(limited.rows));
    expect(others).toBe(0);
  },
);

test("who has no value of a family stands in one row, and the list of segments names families", async () => {
  const { rows, people } = await ask("breakdown", "true", "--by", "affine_brand");
  const { segments } = await ask("segments");
  const { size, family } = segments.find(({ key }) => key === "affine_brand")!;
  expect(family).toBe(true);
  expect(rows.find(({ values }) => values[0]!.text === null)!.people).toBe(people - size);
  expect(await run(["segments", ...SHOP])).toContain("tessera breakdown true --by");
});

test("a family can be broken down further, and among some people", async () => {
  const by = ["--by", "affine_brand", "--by", "value_tier"];
  const { rows } = await ask("breakdown", "stage is active", ...by);
  const row = rows.find(({ values }) => values[0]!.text !== null)!;
  const [brand, tier] = row.values.map(({ text }) => text);
  const crossed = `stage is active and affine_brand('${brand}') and value_tier is ${tier}`;
  expect((await ask("count", crossed)).count).toBe(row.people);
});

test("breakdown, overlap, compare and history answer as their schemas say", async () => {
  const broken = await ask("breakdown", "stage is churned", "--by", "aov", "--buckets", "2");
  expect(broken.rows.filter(({ values }) => values[0]!.text !== null)).toHaveLength(2);
  const { pairs } = await ask("overlap", "--sort", "lift");
  expect(pairs.map(({ lift }) => lift)).toEqual(
    pairs.map(({ lift }) => lift).sort((a, b) => b - a),
  );
  const { onlyA, both, a } = await ask("compare", "vip", "frequent");
  expect(onlyA + both).toBe(a.size);
  const history = ["--from", MONTH_BEFORE, "--step", "month"];
  const { points } = await ask("history", "vip", ...history);
  expect(points.map(({ source }) => source)).toEqual(["log", "log"]);
  const { points: evaluated } = await ask("history", "vip and true", ...history);
  expect(evaluated.map((p) => ({ ...p, source: "log" }))).toEqual(points);
});

test("history says what a segment needed before the store had it", async () => {
  const asked = ["looked_twice", "--from", "2026-08-26", "--to", "2026-10-25", "--step", "month"];
  const { points, lacks } = await ask("history", ...asked);
  expect(points.map(({ at }) => at.slice(5, 10))).toEqual(["08-26", "09-26", "10-25"]);
  expect(lacks).toEqual([{ segment: "looked_twice", needs: ["viewed"] }]);
  expect(points.map((point) => point.lacks.length)).toEqual([1, 0, 0]);
  const lines = (await run(["history", ...asked, ...SHOP])).split("\n");
  expect(lines.filter((line) => line.endsWith("needs viewed"))).toHaveLength(1);
  expect(lines.at(-2)).toContain("did not have at 1 of these instants: viewed");
});

test("tables align, and in a pipe nothing is coloured", async () => {
  for (const args of [
    ["breakdown", "vip", "--by", "stage"],
    ["overlap", "vip", "loyal"],
    ["compare", "vip", "loyal"],
    ["history", "vip", "--from", "2026-10-31"],
  ]) {
    const text = await run([...args, ...SHOP]);
    expect(text).not.toContain("\u001b");
    expect(text).toMatch(/\d/);
    expect(text.split("\n").every((line) => line === line.trimEnd())).toBe(true);
  }
});

const refusals: readonly (readonly [readonly string[], string])[] = [
  [["breakdown", "vip"], "--by"],
  [["breakdown", "vip", "--by", "stag"], "did you mean stage?"],
  [["breakdown", "vipp", "--by", "stage"], "did you mean vip?"],
  [["breakdown", "vip", "--by", "aov", "--buckets", "1"], "2 to 100 quantiles"],
  [["breakdown", "vip", "--by", "aov", "--buckets", "50,10"], "ascend"],
  [["breakdown", "vip", "--by", "aov", "--buckets", "few"], "0,50,100"],
  [["breakdown", "vip", "--by", "aov", "--limit", "0"], "1 or more"],
  [["count", "affine_brand"], "tessera breakdown true --by affine_brand"],
  [["overlap", "vip", "count(order) >="], "count(order) >="],
  [["overlap", "--sort", "name"], "jaccard"],
  [["compare", "vip"], "missing required argument"],
  [["compare", "vip", "loyl"], "did you mean loyal?"],
  [["history", "vip", "--from", "yesterday"], "2026-11-01T10:30:00Z"],
  [["history", "vip", "--from", "2026-10-02", "--to", "2026-10-01"], "lies after --to"],
  [["history", "vip", "--to", "2026-11-02"], "lies in the future"],
  [["history", "vip", "--from", "2010-01-01"], "--step week"],
  [["history", "vip", "--step", "hour"], "day, week, month"],
];

test.each(refusals)("%j is refused", async (args, says) => {
  const { code, stdout, stderr } = await tessera([...args, ...SHOP], { cwd });
  expect(stdout + stderr).toContain(says);
  expect(code).toBe(1);
});
