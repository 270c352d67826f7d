/** Facts written down become the rows that an import would have made. */

import { describe, expect, test } from "vitest";
import { aliasOf } from "../../base/index.js";
import { SOURCES } from "../vocabulary.js";
import { readHistory, readInstant } from "./history.js";

const ZONE = "Europe/Istanbul";
const rows = (text: string) => {
  const { history, faults } = readHistory(text, ZONE);
  expect(faults).toEqual([]);
  return history.facts;
};

test("several people and times are a fact each", () => {
  const { history, faults } = readHistory("ann, bob: order net=20 at 2026-06-01, 2026-06-02", ZONE);
  expect(faults).toEqual([]);
  expect(history.facts.map((row) => [history.names.get(row.alias as bigint), row.ts])).toEqual([
    ["ann", "2026-05-31 21:00:00.000"],
    ["ann", "2026-06-01 21:00:00.000"],
    ["bob", "2026-05-31 21:00:00.000"],
    ["bob", "2026-06-01 21:00:00.000"],
  ]);
  expect(new Set(history.facts.map(({ fact_id: id }) => id)).size).toBe(4);
  expect(history.aliases).toContainEqual(
    expect.objectContaining({ alias: aliasOf("user_id", "ann"), id_kind: "user_id" }),
  );
});

test("fields, properties, flags and the time of knowing are taken", () => {
  const [row] = rows(
    'ann: event name="Deposit Made" channel=web props={"a":{"b":[1, 2]}} human=no at 2026-06-01T10:30 known 2026-06-05T00:00:00Z',
  );
  expect(row).toMatchObject({
    kind: "event",
    name: "Deposit Made",
    channel: "web",
    props: { a: { b: [1, 2] } },
    human: 0,
    ts: "2026-06-01 07:30:00.000",
    known_at: "2026-06-05 00:00:00.000",
  });
  expect(rows("ann: order net=-2.5 kept=no at 2026-06-01")[0]).toMatchObject({
    net: "-2.5",
    kept: 0,
    placed: 1,
  });
  expect(rows("ann: line launched=2026-01-01 at 2026-06-01")[0]).toMatchObject({
    launched_at: "2025-12-31 21:00:00.000",
  });
});

test("every field of every kind that can be stored can be written", () => {
  const worked = ["at", "occasion", "amount", "days"];
  for (const { kinds, fields } of SOURCES.values()) {
    for (const kind of kinds.length > 0 ? kinds : ["event"]) {
      for (const field of fields.filter((name) => !worked.includes(name))) {
        const faults = ["1", "yes", "2026-01-01"].map(
          (value) =>
            readHistory(`ann: ${kind} ${field}=${value} at 2026-06-01`, ZONE).faults.length,
        );
        expect({ kind, field, taken: faults.includes(0) }).toEqual({ kind, field, taken: true });
      }
    }
  }
});

test("a merge is a row of identity", () => {
  const { history } = readHistory("# a remark\n\nmerge a -> b at 2026-06-01T00:00:00Z", ZONE);
  expect(history.identity).toEqual([
    expect.objectContaining({
      alias: aliasOf("user_id", "a"),
      person: aliasOf("user_id", "b"),
      known_at: "2026-06-01 00:00:00.000",
    }),
  ]);
});

describe("what cannot be read is said with its line", () => {
  test.each([
    ["ann order at 2026-06-01", "is no fact"],
    ["ann: order net=20", "is no fact"],
    ["ann: ordr at 2026-06-01", "no facts of the kind ordr"],
    ["ann: session at 2026-06-01", "no facts of the kind session"],
    ["ann: order nett=20 at 2026-06-01", "order has no field nett"],
    ["ann: order product=p at 2026-06-01", "order has no field product"],
    ["ann: order occasion=x at 2026-06-01", "order has no field occasion"],
    ["ann: order net=2x at 2026-06-01", "net=2x is no number"],
    ["ann: order net=0.00001 at 2026-06-01", "is no number"],
    ["ann: order kept=1 at 2026-06-01", "neither yes nor no"],
    ["ann: order at 2026-06-31", "is no time"],
    ["ann: order at tomorrow", "is no time"],
    ["ann: event props={a:1} at 2026-06-01", "is no JSON"],
    ['ann: event name="a\\x" at 2026-06-01', "is no text"],
    ["merge a -> b", "is no fact"],
  ])("%s", (line, message) => {
    const { faults, history } = readHistory(`# first\n${line}\nbob: order at 2026-06-01`, ZONE);
    expect(faults).toEqual([
      { line: 1, message: expect.stringContaining(message), hint: expect.any(String) },
    ]);
    expect(history.facts).toHaveLength(1);
  });
});

test.each([
  ["2026-06-01", Date.UTC(2026, 4, 31, 21)],
  ["2026-06-01T10:30", Date.UTC(2026, 5, 1, 7, 30)],
  ["2026-06-01T10:30:05.250Z", Date.UTC(2026, 5, 1, 10, 30, 5, 250)],
  ["2026-06-01T10:30:00+02:00", Date.UTC(2026, 5, 1, 8, 30)],
  ["2026-02-30", undefined],
  ["2026", undefined],
  ["", undefined],
])("the instant %s", (text, ms) => {
  expect(readInstant(text, ZONE)).toBe(ms);
});
