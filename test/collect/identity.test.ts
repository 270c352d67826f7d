/** Strangers become customers, and one person too many becomes two again: calls as a site sends them. */

import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { mergeIdentifiers, splitIdentifier } from "../../src/collect/index.js";
import { openSmallStore, type SmallStore } from "./small-store.js";

let store: SmallStore;
let files = 0;
beforeAll(async () => {
  store = await openSmallStore();
});
beforeEach(() => store.clear());

const SEGMENT = { preset: "segment" };
const day = (n: number) => Date.UTC(2024, 2, n, 12);

type Call = Readonly<Record<string, unknown>>;
const call = (on: number, type: string, more: Call): Call => ({
  type,
  messageId: JSON.stringify([on, type, more]),
  timestamp: new Date(day(on)).toISOString(),
  receivedAt: new Date(day(on)).toISOString(),
  ...more,
});
const view = (on: number, who: Call) =>
  call(on, "track", { event: "Product Viewed", properties: { product_id: "p" }, ...who });
const identify = (on: number, userId: string, anonymousId: string, traits: Call = {}) =>
  call(on, "identify", { userId, anonymousId, traits });

async function take(...calls: readonly Call[]): Promise<void> {
  files += 1;
  const text = calls.map((c) => JSON.stringify(c)).join("\n");
  await store.import(store.write(`calls-${files}.ndjson`, text), SEGMENT, day(20));
  await store.warehouse.reloadIdentity();
}

/** As of a day: `device d1, user_id ann: 3` for each person, with how many facts they have. */
async function people(on: number): Promise<readonly string[]> {
  const person = `dictGetOrDefault('identity_at', 'person', alias, ${day(on)}, alias)`;
  const rows = await store.query<{ who: string[]; n: string }>(
    `SELECT arraySort(groupUniqArray(concat(id_kind, ' ', id_value))) AS who, sum(n) AS n FROM (
       SELECT ${person} AS person, a.id_kind AS id_kind, a.id_value AS id_value, f.n AS n FROM (
         SELECT alias, toUInt64(count()) AS n FROM facts WHERE known_at <= fromUnixTimestamp64Milli(${day(on)})
         GROUP BY alias) AS f INNER JOIN (SELECT DISTINCT alias, id_kind, id_value FROM aliases) AS a USING (alias))
     GROUP BY person ORDER BY who`,
  );
  return rows.map(({ who, n }) => `${who.join(", ")}: ${n}`);
}

describe("a visitor", () => {
  it("is a person from the first event, and the customer's past from the day they say who they are", async () => {
    await take(view(1, { anonymousId: "d1" }), view(2, { anonymousId: "d1" }));
    expect(await people(3)).toEqual(["anonymous_id d1: 2"]);
    await take(identify(4, "ann", "d1"), identify(4, "ann", "d1"), view(5, { anonymousId: "d1" }));
    expect(await people(3)).toEqual(["anonymous_id d1: 2"]);
    expect(await people(6)).toEqual(["anonymous_id d1, user_id ann: 4"]);
  });

  it("stays theirs when a second customer uses the device, and nobody's on a kiosk", async () => {
    await take(
      view(1, { anonymousId: "d1" }),
      identify(2, "ann", "d1"),
      identify(3, "bob", "d1"),
      view(4, { anonymousId: "d1", userId: "bob" }),
    );
    expect(await people(5)).toEqual(["anonymous_id d1, user_id ann: 2", "user_id bob: 2"]);
    await take(identify(6, "cy", "d1"), identify(7, "dee", "d1"));
    expect(await people(6)).toContain("anonymous_id d1, user_id ann: 2");
    expect(await people(8)).toContain("anonymous_id d1: 1");
  });

  it("follows aliases through chains and circles", async () => {
    const alias = (on: number, previousId: string, userId: string) =>
      call(on, "alias", { previousId, userId });
    const four = ["u1", "u2", "u3", "u4"].map((userId) => view(1, { userId }));
    await take(...four, view(1, { anonymousId: "d1" }), alias(2, "d1", "u1"));
    await take(alias(3, "u1", "u2"));
    await take(alias(5, "u3", "u4"));
    await take(alias(4, "u2", "u3"));
    expect(await people(3)).toContain("anonymous_id d1, user_id u1, user_id u2: 3");
    expect(await people(5)).toEqual([
      "anonymous_id d1, user_id u1, user_id u2, user_id u3, user_id u4: 5",
    ]);
    await take(alias(6, "u4", "u1"));
    expect(await people(7)).toEqual(await people(5));
  });

  it("is joined by no address that stands for nobody, and an address of two is neither's", async () => {
    await take(
      identify(1, "ann", "d1", { email: "test@example.com" }),
      identify(1, "bob", "d2", { email: "test@example.com" }),
      identify(2, "cy", "d3", { email: "house@example.com" }),
      identify(3, "dee", "d4", { email: "house@example.com" }),
      call(2, "identify", { anonymousId: "d5", traits: { email: "house@example.com" } }),
    );
    expect(await people(2)).toContain("email house@example.com, user_id cy: 2");
    expect(await people(4)).toEqual([
      "email house@example.com: 1",
      "user_id ann: 1",
      "user_id bob: 1",
      "user_id cy: 1",
      "user_id dee: 1",
    ]);
  });
});

describe("a decision", () => {
  const merged = [
    view(1, { anonymousId: "d1" }),
    identify(2, "ann", "d1", { email: "a@example.com" }),
    identify(3, "ann", "d2"),
    view(3, { anonymousId: "d2" }),
  ];
  const together = "anonymous_id d1, anonymous_id d2, user_id ann: 4";

  it("to split undoes a merge from then on, and stands when the files come again", async () => {
    await take(...merged);
    const options = { now: day(5) };
    const moves = await splitIdentifier(store.warehouse, "d1", { ...options, dryRun: true });
    expect(moves).toMatchObject([{ kind: "anonymous_id", value: "d1", facts: 1 }]);
    expect(await people(6)).toEqual([together]);
    expect(await splitIdentifier(store.warehouse, "d1", options)).toEqual(moves);
    const apart = ["anonymous_id d1: 1", "anonymous_id d2, user_id ann: 3"];
    expect([await people(4), await people(6)]).toEqual([[together], apart]);
    const size = await store.query("SELECT count() FROM identity");
    await take(...merged);
    await take(identify(7, "ann", "d1"));
    expect((await people(8))[0]).toBe("anonymous_id d1: 1");
    expect(await store.query("SELECT count() FROM identity")).toEqual(size);
  });

  it("to merge takes it back, and joins whom nothing joined", async () => {
    await take(...merged, view(1, { userId: "bob" }));
    await splitIdentifier(store.warehouse, "d1", { now: day(5) });
    await mergeIdentifiers(store.warehouse, ["d1", "bob"], { now: day(6) });
    await mergeIdentifiers(store.warehouse, ["bob", "ann"], { now: day(7) });
    expect((await people(6))[0]).toBe("anonymous_id d1, user_id bob: 2");
    expect(await people(7)).toEqual([
      "anonymous_id d1, anonymous_id d2, user_id ann, user_id bob: 5",
    ]);
    const again = mergeIdentifiers(store.warehouse, ["d2", "bob"], { now: day(8) });
    await expect(again).rejects.toThrow("one person already");
  });

  it("parts those who are found through each other", async () => {
    const alias = (previousId: string, userId: string) => call(2, "alias", { previousId, userId });
    await take(
      view(1, { userId: "u1" }),
      view(1, { userId: "u2" }),
      alias("u1", "u2"),
      alias("u2", "u1"),
    );
    expect(await people(3)).toEqual(["user_id u1, user_id u2: 2"]);
    const outcomes = await Promise.allSettled(
      ["u1", "u2"].map((u) =>
        splitIdentifier(store.warehouse, `user_id:${u}`, { now: day(4), dryRun: true }),
      ),
    );
    expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    const leaves = outcomes[0]!.status === "fulfilled" ? "user_id:u1" : "user_id:u2";
    await splitIdentifier(store.warehouse, leaves, { now: day(4) });
    expect(await people(5)).toEqual(["user_id u1: 1", "user_id u2: 1"]);
  });

  it("is refused for what is nobody's, and for what a person is known by", async () => {
    await take(...merged);
    const split = (text: string) => splitIdentifier(store.warehouse, text, { now: day(5) });
    await expect(split("zoe")).rejects.toMatchObject({ code: "input.missing" });
    await expect(split("ann")).rejects.toMatchObject({
      code: "input.invalid",
      hint: expect.stringContaining("anonymous_id:d1"),
    });
  });
});
