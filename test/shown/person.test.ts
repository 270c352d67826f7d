/** One person whole, on a small store: who they are, what they allowed, since when they are in what. */

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { aliasOf } from "../../src/base/index.js";
import {
  DEFAULT_SETTINGS,
  explainRules,
  findPerson,
  makeLibrary,
  portrayPerson,
  refresh,
} from "../../src/segment/index.js";
import { type Fact, factRow, identityRow, type Warehouse } from "../../src/store/index.js";
import { engines } from "../engines.js";
import { parsed } from "../playbook/library.js";

const day = (n: number, hour = 0) => Date.UTC(2026, 4, n, hour);
const AS_OF = day(20);

const library = makeLibrary([{ document: parsed(`
  attribute limit_days = 30
  attribute orders_n = count(order)
  attribute last_order = last(order)
  attribute age = person.age + 0
  segment buyer "Buyer" with value "2" with cap "L3" count(order) >= 1
  segment recent with value "1" with cap "L1" with cap_when "count(order) >= 2" last(order) in last 30 days
  segment looker with moment "1" with channel "email 4 h" with cap "L0" count(viewed) >= 1
  segment watcher with moment "2" with channel "push, email" with cap "L4" count(viewed) >= 1
  segment no_email with guard "G1" with blocks "email" with needs "person.never" count(unsubscribed) >= 1
  segment lacks_facts with needs "reviewed" count(order) >= 1
  segment fond_of(c) "Fond of" with cap "follows value" count(line where category = c) >= 1`) }],
  DEFAULT_SETTINGS); // biome-ignore format: a text

const ann = aliasOf("user_id", "ann");
const annPhone = aliasOf("anonymous_id", "a-1");

describe.each(engines(["chdb", "cluster"]))("a person on $name", (engine) => {
  let warehouse: Warehouse;
  beforeAll(async () => {
    warehouse = await engine.open();
    let id = 1n;
    const fact = (alias: bigint, kind: string, at: number, more: Partial<Fact> = {}): Fact => ({
      ...{ alias, kind, ts: at, knownAt: at, factId: id++ },
      ...more,
    });
    const facts: Fact[] = [
      fact(ann, "identified", day(1), {
        props: { age: 40, accepts_email: true, accepts_sms: true },
      }),
      fact(ann, "order", day(2), { order: "17", net: "30", refunded: "5.5", source: "shop" }),
      fact(ann, "line", day(2), {
        order: "17",
        product: "m1",
        category: "women's",
        source: "shop",
      }),
      fact(ann, "line", day(2), { order: "17", product: "x9", source: "shop" }),
      fact(ann, "unsubscribed", day(3), { channel: "email", name: "Unsubscribed" }),
      fact(annPhone, "viewed", day(4), { product: "m1", price: "12", knownAt: day(6) }),
      fact(ann, "searched", day(30), { query: "not yet" }),
      fact(aliasOf("user_id", "ann2"), "viewed", day(2)),
      fact(aliasOf("user_id", "ann2"), "page", day(3), { name: "Home", props: { path: "/" } }),
      fact(aliasOf("user_id", "ann2"), "page", day(4), { name: "Page", props: { path: "/mugs" } }),
      fact(aliasOf("user_id", "ann2"), "page", day(5), { name: "Page" }),
      fact(aliasOf("user_id", "ann2"), "order", day(6), { order: "18", net: "3", source: "shop" }),
      fact(aliasOf("user_id", "ann2"), "line", day(6), { order: "18", source: "shop" }),
      fact(aliasOf("email", "ann"), "viewed", day(2)),
    ];
    await warehouse.insert(
      "facts",
      facts.map((f) => factRow(f)),
    );
    const names = [
      ["user_id", "ann"],
      ["anonymous_id", "a-1"],
      ["user_id", "ann2"],
      ["email", "ann"],
    ] as const;
    await warehouse.insert(
      "aliases",
      names.map(([kind, value]) => {
        return { alias: aliasOf(kind, value), id_kind: kind, id_value: value, import_id: 1 };
      }),
    );
    const link = { alias: annPhone, person: ann, knownAt: day(5), sequence: 1, cause: "login" };
    await warehouse.insert("identity", [identityRow(link)]);
    await warehouse.insert("products", [
      {
        product: "m1",
        name: "Mug",
        ts: "1970-01-01 00:00:00.000",
        known_at: "1970-01-01 00:00:00.000",
      },
    ]);
    await warehouse.reloadIdentity();
  });
  afterAll(() => engine.close());

  const portray = (asOf: number, facts = 10) =>
    portrayPerson(warehouse, library, "user_id:ann", { asOf, facts });

  test("has identifiers with the reason and the day of each link", async () => {
    expect((await portray(AS_OF)).identifiers).toEqual([
      { kind: "user_id", value: "ann", since: null, cause: null },
      {
        kind: "anonymous_id",
        value: "a-1",
        since: new Date(day(5)).toISOString(),
        cause: "logged in with it",
      },
    ]);
    expect((await portray(day(4))).identifiers.map(({ value }) => value)).toEqual(["ann"]);
  });

  test("has consents as they were last said, and taken back", async () => {
    expect((await portray(AS_OF)).consents).toEqual([
      {
        ...{ channel: "email", purpose: "bulk", given: false, status: "denied" },
        ...{ since: new Date(day(3)).toISOString(), by: "unsubscribed" },
      },
      {
        ...{ channel: "sms", purpose: "bulk", given: true, status: "granted" },
        ...{ since: new Date(day(1)).toISOString(), by: "accepts_sms" },
      },
    ]);
    expect((await portray(day(2))).consents.map(({ given }) => given)).toEqual([true, true]);
  });

  test("has own attributes with their types, and none of the store's limits", async () => {
    expect((await portray(AS_OF)).attributes).toEqual([
      { name: "orders_n", type: "number", value: 1 },
      { name: "last_order", type: "moment", value: new Date(day(2)).toISOString() },
      { name: "age", type: "number", value: 40 },
    ]);
  });

  test("has a timeline in plain words: newest first, nothing from ahead, orders with their goods", async () => {
    const { timeline } = await portray(AS_OF);
    expect(timeline.total).toBe(4);
    expect(timeline.facts.map(({ text }) => text)).toEqual([
      "looked at Mug at 12.00",
      "Unsubscribed",
      "ordered for 30.00 net (17): Mug, x9, 5.50 paid back",
      "told of themselves: accepts_email true, accepts_sms true, age 40",
    ]);
    expect(timeline.facts[0]).toMatchObject({ knownAt: new Date(day(6)).toISOString() });
    expect((await portray(day(5), 1)).timeline).toMatchObject({ total: 3, facts: [{}] });
  });

  test("saw pages by name and path, and ordered what nobody names", async () => {
    const { timeline } = await portrayPerson(warehouse, library, "user_id:ann2", {
      asOf: AS_OF,
      facts: 10,
    });
    expect(timeline.facts.slice(0, 4).map(({ text }) => text)).toEqual([
      "ordered for 3.00 net (18)",
      "saw a page",
      "saw the page /mugs",
      "saw the page Home (/)",
    ]);
  });

  test("has memberships since when the log says, and none of segments that lack facts", async () => {
    const before = (await portray(AS_OF)).memberships;
    expect(before.map(({ key }) => key)).toEqual([
      ...["buyer", "recent", "looker", "watcher", "no_email", "fond_of('women\\'s')"],
    ]);
    expect(before.every(({ since }) => since === null)).toBe(true);
    await refresh(warehouse, library, { asOf: day(1, 1) });
    await refresh(warehouse, library, { asOf: day(7) });
    const after = new Map((await portray(AS_OF)).memberships.map((m) => [m.key, m]));
    expect(after.get("buyer")).toMatchObject({
      since: new Date(day(7)).toISOString(),
      cause: "merge",
      dueAt: null,
    });
    expect(after.get("recent")).toMatchObject({ dueAt: new Date(day(32)).toISOString() });
    // As of an instant before the second refresh, its log says nothing yet.
    const earlier = (await portray(day(6))).memberships.find(({ key }) => key === "buyer");
    expect(earlier).toMatchObject({ since: null });
  });

  test("the order of rules reads notes alone, and the conditions of caps of this person", async () => {
    const rules = await explainRules(warehouse, library, "user_id:ann", { asOf: AS_OF });
    expect(rules.guards).toMatchObject([{ key: "no_email", guard: "G1", blocks: ["email"] }]);
    expect(rules.message.winner).toEqual({
      key: "watcher",
      reason: "place 2, the first that may speak",
      channels: ["push"],
    });
    expect(rules.value.winner?.key).toBe("recent");
    expect(rules.cap.winner).toMatchObject({ key: "buyer", level: "L3" });
    expect(rules.cap.losers).toEqual([
      { key: "recent", reason: "its cap L1 holds only where count(order) >= 2" },
      { key: "watcher", reason: "L4 is higher than L3" },
    ]);
  });

  test("who is not known is compared with who is; who is several is asked which", async () => {
    const asked = (text: string) => findPerson(warehouse, text, AS_OF).catch((error) => error);
    expect(await asked("user_id:ann")).toBe(ann);
    expect(await asked(String(ann))).toBe(ann);
    expect(await asked(String(annPhone))).toBe(ann);
    expect(await asked("ann3")).toMatchObject({ hint: expect.stringContaining("user_id:ann2") });
    expect(await asked("ann")).toMatchObject({
      message: "ann stands for 2 people",
      hint: "say which identifier: email:ann, user_id:ann",
    });
    expect(await asked("' OR 1 = 1 --")).toMatchObject({ code: "input.missing" });
    const early = portrayPerson(warehouse, library, "user_id:ann", { asOf: day(0), facts: 1 });
    await expect(early).rejects.toMatchObject({ message: expect.stringContaining("no facts") });
  });
});
