/** The whole playbook on the people of all cases: members and attributes equal the oracle's. */

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { evaluatePeople, makeEvaluator } from "../../src/segment/membership/evaluate.js";
import { computeStatistics } from "../../src/segment/membership/statistics.js";
import { makePlan } from "../../src/segment/plan/index.js";
import { playbookTexts } from "../../src/segment/playbook/index.js";
import { DEFAULT_SETTINGS } from "../../src/segment/settings.js";
import type { Document } from "../../src/segment/syntax/index.js";
import { type Fact, factRow, type Warehouse } from "../../src/store/index.js";
import { engines } from "../engines.js";
import { evaluate } from "../oracle/index.js";
import { TABLES } from "./cases.js";
import { parsed, playbookLibrary } from "./library.js";
import { factsOf, instant, NOW, regularCustomers, ZONE } from "./store.js";

const settings = { ...DEFAULT_SETTINGS, timeZone: ZONE };
const options = { minimumPopulation: 1 };
const document: Document = {
  kind: "document",
  declarations: playbookTexts().flatMap(({ text }) => parsed(text).declarations),
};

const histories = TABLES.flatMap((t) => [...t.in, ...t.out]).map((c) => c.history);
const facts: readonly Fact[] = [
  ...regularCustomers(),
  ...histories.flatMap((history, i) => factsOf(1000n + BigInt(i), history)),
];

const [engine] = engines(["chdb"]);
let warehouse: Warehouse;
beforeAll(async () => {
  warehouse = await engine!.open();
  await warehouse.insert(
    "facts",
    facts.map((f) => factRow(f)),
  );
});
afterAll(() => engine!.close());

describe.each([
  ["in June", NOW],
  ["in the season", instant("2023-11-24T18:30")],
  ["after it", instant("2024-12-05T12:00")],
])("%s", (_, now) => {
  it("the playbook has the oracle's members and values", async () => {
    const { plan } = makePlan(playbookLibrary(settings), { attributes: "all" });
    const at = { now, timeZone: ZONE };
    const statistics = await computeStatistics(warehouse, plan!, at, options.minimumPopulation);
    const people = await evaluatePeople(warehouse, makeEvaluator(plan!), at, statistics);
    const expected = evaluate(document, { facts }, { now }, settings, options);

    expect(people.map((p) => p.person).sort(byNumber)).toEqual(expected.people);
    const members = new Map([
      ...plan!.segments.map(({ name }, i): [string, string[]] => [
        name,
        people.filter((p) => p.member[i]).map((p) => String(p.person)),
      ]),
      ...plan!.families.map(({ name }, i): [string, string[]] => [
        name,
        people.flatMap((p) =>
          p.families[i]!.filter((m) => m.member).map((m) => `${p.person}\u0000${m.argument}`),
        ),
      ]),
    ]);
    for (const [name, keys] of members) {
      expect(keys.sort(), name).toEqual([...expected.members.get(name)!].sort());
    }
    for (const [i, { name, type }] of plan!.attributes.entries()) {
      const values = expected.values(name);
      for (const { person, attributes } of people) {
        const [value, wanted] = [attributes[i], values.get(person)];
        const where = `${name} of ${person}`;
        if (wanted === undefined) expect(value, where).toBe(null);
        else if (type === "number") expect(Number(value), where).toBeCloseTo(wanted as number, 9);
        else if (type === "boolean") expect(Number(value) === 1, where).toBe(wanted);
        else if (type === "text") expect(value, where).toBe(wanted);
      }
    }
  });
});

const byNumber = (a: bigint, b: bigint): number => (a < b ? -1 : 1);
