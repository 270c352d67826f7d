// From the page to a person: what the snippet sends for a visit that ends in an order, read by the
// preset `segment`.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openSmallStore, type SmallStore } from "../collect/small-store.js";
import { openShop } from "./shop.js";

const shop = await openShop();

afterAll(() => shop?.close());

describe.skipIf(!shop)("what the snippet sends", () => {
  let store: SmallStore;
  beforeAll(async () => {
    store = await openSmallStore();
  });

  test("becomes facts of one person, from their first page to their order", async () => {
    const page = await shop!.visit("import", { options: { autoPages: true } });
    await page.evaluate(`
      tessera.productViewed({ product_id: "p1", price: 20, currency: "EUR" });
      tessera.productAdded({ product_id: "p1", price: 20, quantity: 2, cart_id: "c1" });
      tessera.checkoutStarted({ order_id: "o1", products: [{ product_id: "p1" }] });
      tessera.identify("u1", { email: "ann@example.com" });
      tessera.orderCompleted({ order_id: "o1", currency: "EUR", total: 40,
        products: [{ product_id: "p1", price: 20, quantity: 2 }] });
      tessera.consent({ analytics: true, marketing: true });
      history.pushState({}, "", "thanks");
    `);
    const messages = await shop!.server.received("import", 9);
    const lines = messages.map((message) => JSON.stringify(message)).join("\n");
    const summary = await store.import(store.write("calls.ndjson", lines), {
      preset: "segment",
    } as never);
    expect(summary).toMatchObject({ rowsRead: 9, rowsRejected: 0 });

    const facts = await store.query<{ kind: string; facts: number; people: string[] }>(
      `SELECT toString(kind) AS kind, toUInt32(count()) AS facts, groupUniqArray(
         toString(dictGetOrDefault('identity_now', 'person', alias, alias))) AS people
       FROM facts GROUP BY kind ORDER BY kind`,
    );
    expect(facts.map(({ kind, facts: count }) => [kind, count])).toEqual([
      ["added", 1],
      ["checkout", 1],
      ["event", 1],
      ["identified", 2],
      ["line", 1],
      ["order", 1],
      ["page", 2],
      ["view_ended", 1],
      ["viewed", 1],
    ]);
    expect(new Set(facts.flatMap(({ people }) => people)).size).toBe(1);
    const identified = await store.query<{ email: string; analytics: boolean | null }>(
      `SELECT toString(props.email) AS email, props.accepts_site_analytics.:Bool AS analytics
       FROM facts WHERE kind = 'identified' ORDER BY email DESC`,
    );
    expect(identified).toEqual([
      { email: "ann@example.com", analytics: null },
      { email: "", analytics: true },
    ]);
    const [ended] = await store.query<{ product: string; depth: number; dwell: number }>(
      `SELECT product, toUInt32(props.depth.:Int64) AS depth, toUInt32(props.dwell_ms.:Int64) AS dwell
       FROM facts WHERE name = 'Product View Ended'`,
    );
    expect(ended!.product).toBe("p1");
    expect(ended!.depth).toBeGreaterThan(0);
    expect(ended!.dwell).toBeLessThan(60_000);
  });
});
