/**
 * Bad and hostile texts through the doors that people use: a store's file (`loadLibrary`) and an
 * expression (`countPeople`). A fault is told with its place and a way out; whatever was written,
 * nothing but a diagnostic or an AppError is thrown, and the store stays as it was.
 */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AppError } from "../../src/base/index.js";
import {
  countPeople,
  DEFAULT_SETTINGS,
  DiagnosticsError,
  explainPerson,
  loadLibrary,
  reportSegments,
} from "../../src/segment/index.js";
import { factRow, type Warehouse } from "../../src/store/index.js";
import { hostileTexts } from "../hostile-texts.js";
import { demoRows, insertRows } from "./demo-rows.js";
import { oneEngine } from "./snapshot.js";

const NOW = Date.UTC(2026, 10, 1);
const TIME_LIMIT_MS = 60_000;

const load = (text: string) => loadLibrary([{ file: "own.tess", text }], DEFAULT_SETTINGS);
const { library } = load("");

const engine = oneEngine("chdb");
let warehouse: Warehouse;
let untouched: unknown;

beforeAll(async () => {
  warehouse = await engine.open();
  await insertRows(warehouse, demoRows({ people: 30 }));
  const props = {
    size: 5,
    "a`b": 1,
    "": 2,
    "x'y": 3,
    nested: { "'; DROP TABLE facts; --": "yes" },
  };
  const at = { ts: NOW - 1000, knownAt: NOW - 1000, kind: "searched" };
  const facts = hostileTexts
    .filter((value) => value !== "" && !value.includes("\0"))
    .map((coupon, i) =>
      factRow({ ...at, alias: 1n + BigInt(i), factId: BigInt(i + 1), query: coupon, props }),
    );
  await warehouse.insert("facts", facts);
  untouched = await contents();
});
afterAll(async () => {
  expect(await contents(), "no text has changed the store").toEqual(untouched);
  await engine.close();
});

async function contents() {
  const { rows: tables } = await warehouse.query(
    "SELECT name, total_rows FROM system.tables WHERE database = currentDatabase() ORDER BY name",
  );
  return tables;
}

const count = (expression: string) => countPeople(warehouse, library, expression, { asOf: NOW });

/** What was refused, as its diagnostics; undefined if it was answered. Other errors are bugs. */
async function outcome(expression: string) {
  try {
    const { count: n, people } = await count(expression);
    expect(n).toBeGreaterThanOrEqual(0);
    expect(n).toBeLessThanOrEqual(people);
    return n;
  } catch (error) {
    if (error instanceof DiagnosticsError) {
      for (const d of error.diagnostics) {
        expect(d.message).not.toBe("");
        expect(d.span.start).toBeLessThanOrEqual(d.span.end);
        expect(d.span.end).toBeLessThanOrEqual(expression.length);
      }
      expect(error.diagnostics.length).toBeGreaterThan(0);
      return error.diagnostics;
    }
    if (error instanceof AppError) return error;
    throw new Error(`a bug: ${expression.slice(0, 200)}`, { cause: error });
  }
}

describe("a fault in an expression is told with its place and a way out", () => {
  it.each([
    ["an unknown attribute", "net_12n > 100", "net_12n", /did you mean `?net_12m/i],
    ["an unknown source", "count(ordr) > 1", "ordr", /order/],
    ["an unknown field", "sum(order.nett) > 1", "order.nett", /net/],
    ["an unknown segment's argument", "affine_categori('x')", "affine_categori", /affine_category/],
    ["a text compared with a number", "count(order) > '5'", "", /./],
    ["order among texts", "person.city > 'a'", "", /./],
    ["a number as a condition", "count(order)", "", /./],
    ["keys inside keys", "some product: some cart: count(added) > 1", "", /nest/i],
    ["fields of two sources", "sum(line.net - order.net) > 5", "", /./],
    ["an unclosed bracket", "(count(order) > 1", "", /./],
    ["an unclosed text", "person.city = 'a", "", /./],
    ["a wrong word", "count(order in lst 7 days) > 1", "lst", /last/],
  ])("%s: %s", async (_, expression, place, hint) => {
    const diagnostics = await outcome(expression);
    if (!Array.isArray(diagnostics)) throw new Error(`answered or failed: ${diagnostics}`);
    const [first] = diagnostics;
    expect(`${first.message} ${first.hint ?? ""}`).toMatch(hint);
    if (place !== "") expect(expression.slice(first.span.start, first.span.end)).toContain(place);
  });
});

describe("a fault in a store's file", () => {
  it.each([
    ["a circle of two", "attribute a = b + 1\nattribute b = a + 1", /itself|circ/i],
    ["a circle of segments", "segment a b\nsegment b not a", /itself|circ/i],
    ["a segment that is itself", "segment a not a", /itself|circ/i],
    [
      "a circle through a percentile",
      "attribute a = p90(b)\nattribute b = a + count(order)",
      /itself|circ/i,
    ],
    ["a name twice", "segment a count(order) > 1\nsegment a count(order) > 2", /twice/],
    ["a clash of types", "attribute a = 'x'\nsegment b a > 3", /./],
    ["too few arguments", "segment b dept_share() > 1", /./],
    ["too many arguments", "segment b net_12m('x') > 1", /./],
    ["a class that is none", "segment b stage is chrned", /churned/],
    ["several at once", "segment a x1 > 1\nsegment b x2 > 1\nsegment c x3 > 1", /x1/],
  ])("is told, and what is faulty is not evaluated: %s", async (_, text, message) => {
    const { diagnostics, library: faulty } = load(text);
    const errors = diagnostics.filter((d) => d.severity === "error");
    expect(errors.map((d) => `${d.message} ${d.hint ?? ""}`).join("\n")).toMatch(message);
    expect(errors.every((d) => d.file === "own.tess")).toBe(true);
    const [, kind, name] = /^(\w+) (\w+)/.exec(text)!;
    const asked = kind === "segment" ? name! : `${name} > 1`;
    const answer = countPeople(warehouse, faulty, asked, { asOf: NOW });
    await expect(answer).rejects.toBeInstanceOf(DiagnosticsError);
  });

  it("all of several faults are told at once", () => {
    const { diagnostics } = load("segment a x1 > 1\nsegment b x2 > 1\nsegment c 'C' 'x' > 3");
    expect(diagnostics.length).toBe(3);
  });
});

const INJECTIONS = [
  "'; DROP TABLE facts; --",
  "' OR 1 = 1 --",
  "') OR (SELECT 1) = 1 --",
  "{p0:String}",
  "{now:Int64}",
  "x', 'String') OR sleep(3) OR ('",
  "\\'); SELECT * FROM system.users --",
  "`; TRUNCATE TABLE facts; `",
  "/* */ UNION ALL SELECT 1",
  "$1 $& $` $'",
  "%s%n",
  "İstanbul ẞ 😀 👩‍👩‍👧 \u202e \ufeff",
  "\u2028\u2029\u0085",
  "[1,'x']",
  "NULL",
  "\\N",
  "",
];

/** A text literal of the language. */
const quoted = (value: string) =>
  `'${value
    .replace(/[\\']/g, "\\$&")
    .replace(/\n/g, "\\n")
    .replace(/\t/g, "\\t")
    .replace(
      /[\0\b\f\r\v\ud800-\udfff\u2028\u2029\u0085]/g,
      (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`,
    )}'`;

describe("a hostile text", () => {
  it.each(INJECTIONS)(
    "is only compared: %j",
    async (value) => {
      const literal = value.replace(/[\\']/g, "\\$&");
      expect(await outcome(`person.city = '${literal}'`)).toBe(0);
      expect(await outcome(`count(searched where query contains '${literal}z9z') >= 1`)).toBe(0);
      expect(await outcome(`count(order where coupon starts with '${literal}z9z') >= 1`)).toBe(0);
      expect(await outcome(`dept_share('${literal}') > 2`)).toBe(0);
      expect(typeof (await outcome(`bucket(10, '${literal}') < 5`))).toBe("number");
      expect(await outcome(`affine_category('${literal}')`)).toBe(0);
    },
    TIME_LIMIT_MS,
  );

  it.each(hostileTexts.filter((value) => value !== "" && !value.includes("\0")))(
    "finds exactly the fact that has it: %j",
    async (value) => {
      expect(await outcome(`count(searched where query = ${quoted(value)}) = 1`)).toBe(1);
    },
  );

  it.each([
    ["U+0000", "a\\u0000b"],
    ["a raw U+0000", "a\0b"],
    ["a lone high surrogate", "\\ud800"],
    ["a lone low surrogate", "\\udc00x"],
    ["a raw lone surrogate", "\ud800"],
    ["surrogates in the wrong order", "\\udc00\\ud800"],
    ["an emoji in two escapes", "\\ud83d\\ude00"],
    ["U+FFFF", "\\uffff"],
    ["control characters", "\\u0001\\u0007\\u001b"],
    ["100 kB", "x".repeat(100_000)],
    ["100 kB of quotes", "\\'".repeat(50_000)],
    ["100 kB of backslashes", "\\\\".repeat(50_000)],
    ["100 kB of emoji", "😀".repeat(25_000)],
  ])(
    "is answered or refused, never a bug: %s",
    async (_, literal) => {
      for (const expression of [
        `person.city = '${literal}'`,
        `person.city = "${literal}"`,
        `count(searched where query contains '${literal}') > 0`,
        `bucket(10, '${literal}') < 11 and person.city is set`,
      ]) {
        await outcome(expression);
      }
    },
    TIME_LIMIT_MS,
  );

  it.each([
    "searched.props.x'; DROP TABLE facts; --",
    "searched.props.`x`",
    "searched.props.a`b",
    "searched.props.x'y",
    'searched.props."x"',
    "searched.props.x\\",
    "searched.props.😀",
    "searched.props.ſ",
    "searched.props.{p0:String}",
    "searched.props._CAST",
    "searched.props.size",
    "searched.props.size.size.size",
    `searched.props.${"a".repeat(50_000)}`,
    `searched.props.${"a.".repeat(200)}a`,
    "searched.props.null",
    "searched.props.segment.where.in",
    "searched.props.__proto__.constructor",
  ])(
    "as the path of a property is answered or refused: %.60s",
    async (path) => {
      await outcome(`count(distinct ${path}) >= 1`);
      await outcome(`count(searched where ${path.replace("searched.", "")} = 5) >= 1`);
      await outcome(`person.${path.replace("searched.props.", "")} = 'x'`);
    },
    TIME_LIMIT_MS,
  );

  it.each([
    "__proto__",
    "constructor",
    "toString",
    "hasOwnProperty",
    "facts",
    "system",
    "p0",
    "known",
    "now_",
    "ua0",
    "signed",
    "person_",
    "t",
    "key",
    "x",
  ])(
    "as a name of an attribute, a segment and a family is a name and no more: %s",
    async (name) => {
      const text = `attribute ${name} = count(order)
segment ${name}_s ${name} >= 1 and some product: count(viewed) >= 0
segment ${name}_f(c) count(line where category = c) >= ${name}`;
      const loaded = load(text);
      const errors = loaded.diagnostics.filter((d) => d.severity === "error");
      if (errors.length > 0) return;
      const wanted = `${name}_s and ${name} >= 1 or ${name}_f('x')`;
      const found = await countPeople(warehouse, loaded.library, wanted, { asOf: NOW });
      expect(found.count).toBe(
        await outcome("count(order) >= 1 and some product: count(viewed) >= 0"),
      );
    },
    TIME_LIMIT_MS,
  );

  it.each([
    ...INJECTIONS,
    "__proto__",
    "18446744073709551616",
    "-1",
    "user_id:",
    ":",
    "\0",
    "\ud800",
  ])("as a person or a segment to explain is not known: %j", async (value) => {
    const asked = explainPerson(warehouse, library, value, "vip", { asOf: NOW });
    await expect(asked).rejects.toBeInstanceOf(AppError);
    const other = explainPerson(warehouse, library, "C0001", value, { asOf: NOW });
    const fault = await other.catch((error: unknown) => error);
    expect(fault instanceof AppError || fault instanceof DiagnosticsError).toBe(true);
  });

  it(
    "as a title and a note is carried as it is",
    async () => {
      const title = `<script>alert("x")</script> '; DROP TABLE facts; -- {p0:String}`;
      const { library: own } = load(
        `segment own_one ${JSON.stringify(title)} with intent ${JSON.stringify(title)} count(order) >= 1`,
      );
      const { segments } = await reportSegments(warehouse, own, { asOf: NOW });
      const found = segments.find((s) => s.key === "own_one")!;
      expect([found.name, found.notes[0]?.text]).toEqual([title, title]);
      expect(found.size).toBe(await outcome("count(order) >= 1"));
    },
    TIME_LIMIT_MS,
  );
});

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

const doubling = (steps: number) =>
  Array.from({ length: steps }, (_, i) =>
    i === 0 ? "attribute e0 = count(order)" : `attribute e${i} = e${i - 1} + e${i - 1}`,
  ).join("\n");

describe("a text that is too much", () => {
  const levels = (depth: number, open: string, close = "") =>
    `${open.repeat(depth)}count(order) >= 1${close.repeat(depth)}`;

  it.each([
    ["brackets", levels(150, "(", ")")],
    ["not", levels(150, "not ")],
    ["brackets and not", levels(75, "not (", ")")],
    ["signs", `${"-".repeat(150)}count(order) < 0`],
    ["functions", `${"abs(".repeat(150)}count(order)${")".repeat(150)} > 0`],
    ["a sum", `${"(1 + ".repeat(150)}count(order)${")".repeat(150)} > 0`],
    ["or in and in or", `${"(false or (true and ".repeat(75)}true${"))".repeat(75)}`],
  ])(
    "150 levels deep is answered or refused: %s",
    async (_, expression) => {
      await outcome(expression);
    },
    TIME_LIMIT_MS,
  );

  it.each([
    ["brackets", levels(90, "(", ")")],
    ["not", levels(90, "not ")],
    ["a sum", `${"(1 + ".repeat(45)}count(order)${")".repeat(45)} > 45`],
  ])(
    "as deep as is allowed is answered: %s",
    async (_, expression) => {
      expect(typeof (await outcome(expression))).toBe("number");
    },
    TIME_LIMIT_MS,
  );

  it(
    "150 definitions, each built on the one before, are answered or refused",
    async () => {
      const text = Array.from({ length: 150 }, (_, i) =>
        i === 0 ? "attribute d0 = count(order)" : `attribute d${i} = d${i - 1} + 1`,
      ).join("\n");
      const loaded = load(text);
      if (loaded.diagnostics.some((d) => d.severity === "error")) return;
      const asked = countPeople(warehouse, loaded.library, "d149 >= 150", { asOf: NOW });
      const found = await asked.then(
        (r) => r.count,
        (error: unknown) => error,
      );
      expect(
        typeof found === "number" || found instanceof DiagnosticsError || found instanceof AppError,
      ).toBe(true);
    },
    TIME_LIMIT_MS,
  );

  it(
    "definitions that double with each of ten steps are answered",
    async () => {
      const { library: own } = load(doubling(11));
      const { count: n } = await countPeople(warehouse, own, "e10 >= 1024", { asOf: NOW });
      expect(n).toBe(await outcome("count(order) >= 1"));
    },
    TIME_LIMIT_MS,
  );

  // The planner writes out every use of a name, so 30 short lines exhaust the memory of a process.
  it(
    "definitions that double 30 times are planned or refused, not fatal",
    async () => {
      const program = `import { DEFAULT_SETTINGS, loadLibrary } from "./dist/segment/index.js";
loadLibrary([{ file: "own.tess", text: ${JSON.stringify(doubling(30))} }], DEFAULT_SETTINGS);`;
      const args = ["--max-old-space-size=256", "--input-type=module", "-e", program];
      const child = spawn(process.execPath, args, { cwd: ROOT, stdio: "ignore" });
      const [code] = (await once(child, "exit")) as [number | null];
      expect(code).toBe(0);
    },
    TIME_LIMIT_MS,
  );

  it(
    "of 2,000 segments is read, checked and asked about in proportion to one of 200",
    async () => {
      const textOf = (length: number) =>
        Array.from(
          { length },
          (_, i) =>
            `segment many_${i} "Number ${i}" count(order in last ${1 + (i % 700)} days) >= ${1 + (i % 5)}`,
        ).join("\n");
      const timed = (text: string) => {
        const before = process.cpuUsage();
        const loaded = load(text);
        const { user, system } = process.cpuUsage(before);
        return { loaded, ms: (user + system) / 1000 };
      };
      load(textOf(200));
      const few = timed(textOf(200));
      const { loaded, ms } = timed(textOf(2000));
      expect(loaded.diagnostics).toEqual([]);
      const { count: n } = await countPeople(warehouse, loaded.library, "many_600 or many_1999", {
        asOf: NOW,
      });
      console.log(`200 and 2,000 segments: read and checked in ${few.ms} and ${ms} ms`);
      expect(n).toBeGreaterThan(0);
      // Ten times as much of it takes the square of the size 100 times as long.
      expect(ms / few.ms).toBeLessThan(50);
    },
    TIME_LIMIT_MS,
  );
});
