/** The preset `segment`: calls as Segment's specification writes them, in files. */

import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { readMapping } from "../../src/collect/index.js";
import { paid, shopifyExport } from "./shopify-export.js";
import { openSmallStore, type SmallStore } from "./small-store.js";

let store: SmallStore;
beforeAll(async () => {
  store = await openSmallStore();
});
beforeEach(() => store.clear());

let sent = 0;

/** A call; each has a message id of its own unless told. */
function call(type: string, at: string, more: Record<string, unknown>) {
  sent += 1;
  const timestamp = `2024-03-${at}Z`;
  return { type, messageId: `m${sent}`, timestamp, receivedAt: timestamp, ...more };
}
const track = (event: string, at: string, properties: object, more: object = { userId: "u1" }) =>
  call("track", at, { event, properties, ...more });

function importCalls(calls: readonly object[], mapping: object = { preset: "segment" }) {
  const path = store.write("calls.ndjson", calls.map((c) => JSON.stringify(c)).join("\n"));
  return store.import(path, mapping as never);
}

const facts = (columns: string, where = "1") =>
  store.query<Record<string, unknown>>(`SELECT ${columns} FROM facts WHERE ${where} ORDER BY ALL`);

/** The example of the specification: 19 + 2 x 3 - 2.5 = 22.5. */
const SOLD = {
  order_id: "50314b8e",
  total: 27.5,
  subtotal: 22.5,
  revenue: 25,
  shipping: 3,
  tax: 2,
  discount: 2.5,
  coupon: "hasbros",
  currency: "USD",
  products: [
    {
      product_id: "507f",
      sku: "45790-32",
      name: "Monopoly",
      price: 19,
      quantity: 1,
      category: "Games",
    },
    { product_id: "505b", sku: "46493-32", name: "Uno", price: 3, quantity: 2, category: "Games" },
  ],
};

describe("calls of Segment", () => {
  it("become events with the product, the campaign and what else they say", async () => {
    const product = {
      product_id: "p1",
      sku: "S-1",
      price: 18.99,
      brand: "Hasbro",
      size: ["S", "M"],
    };
    const summary = await importCalls([
      track("Product Viewed", "01T10:00:00", product, {
        anonymousId: "d1",
        context: { campaign: { name: "spring" }, page: { path: "/p1" } },
      }),
      call("page", "01T10:01:00", { anonymousId: "d1", name: "Home", properties: { path: "/" } }),
      track("Products Searched", "01T10:02:00", { query: "uno", results_count: 0 }),
      track("Product List Viewed", "01T10:03:00", { category: "Games", products: SOLD.products }),
      track("Email Link Clicked", "01T10:04:00", { campaign_name: "may", human: false }),
      call("group", "01T10:05:00", { userId: "u1", groupId: "g", traits: { plan: "b2b" } }),
    ]);
    expect(summary).toMatchObject({ events: 6, people: 2, rowsRejected: 0 });
    const rows = await facts(
      "kind, name, product, category, campaign, channel, human, toString(price) AS price, toString(props) AS props",
    );
    expect(rows.map(({ kind }) => kind)).toEqual([
      ...["event", "listed", "message_clicked", "page", "searched", "viewed"],
    ]);
    const [group, listed, clicked, page, searched, viewed] = rows;
    expect(group).toMatchObject({ name: "Group", props: '{"plan":"b2b"}' });
    expect(listed).toMatchObject({ category: "Games" });
    expect(listed!.props).toContain("Monopoly");
    expect(clicked).toMatchObject({ campaign: "may", channel: "email", human: 0, props: "{}" });
    expect(page).toMatchObject({ name: "Home", props: '{"path":"\\/"}' });
    expect(searched).toMatchObject({ name: "Products Searched", props: "{}" });
    expect(viewed).toMatchObject({ product: "p1", price: "18.99", campaign: "spring" });
    expect(viewed!.props).toBe('{"size":["S","M"],"sku":"S-1"}');
  });

  it("that list products are a fact for each where the vocabulary has a product", async () => {
    const items = [
      { item_id: "a", price: 1, quantity: 2 },
      { item_id: "b", price: 5, colour: "red" },
    ];
    await importCalls([
      track("add_to_cart", "01T10:00:00", { cart_id: "c", currency: "EUR", items }),
    ]);
    expect(
      await facts("product, cart_id, ordinal, toString(price) AS price, toString(props) AS props"),
    ).toEqual([
      { product: "a", cart_id: "c", ordinal: 1, price: "1", props: "{}" },
      { product: "b", cart_id: "c", ordinal: 2, price: "5", props: '{"colour":"red"}' },
    ]);
  });

  it("count once by their message id, and were known when they were received", async () => {
    const late = track("Product Viewed", "01T10:00:00", { product_id: "p" });
    const retry = { ...late, receivedAt: "2024-03-02T10:00:00Z" };
    const summary = await importCalls([retry, late, retry]);
    expect(summary).toMatchObject({ events: 1 });
    expect(summary.notes).toContain(
      "2 events have the message id of another one and were taken once.",
    );
    expect(await facts("toString(ts) AS ts, toString(known_at) AS known")).toEqual([
      { ts: "2024-03-01 10:00:00.000", known: "2024-03-01 10:00:00.000" },
    ]);
    expect(await importCalls([retry])).toMatchObject({ events: 0, alreadyPresent: 1 });
  });

  it("identify: traits, and whose the device is; its history is the first person's", async () => {
    await importCalls([
      track("Product Viewed", "01T10:00:00", { product_id: "before" }, { anonymousId: "d1" }),
      call("identify", "02T10:00:00", {
        userId: "ann",
        anonymousId: "d1",
        traits: { email: "Ann@Example.com", country: "AT", plan: { tier: 1 } },
      }),
      call("identify", "03T10:00:00", { userId: "bob", anonymousId: "d1", traits: {} }),
      call("alias", "03T11:00:00", { userId: "bob", previousId: "d2" }),
      track("Product Viewed", "01T11:00:00", { product_id: "aliased" }, { anonymousId: "d2" }),
    ]);
    expect(await facts("country, toString(props) AS props", "kind = 'identified'")).toEqual([
      { country: "", props: "{}" },
      { country: "AT", props: expect.stringContaining('"plan":{"tier":"1"}') },
    ]);
    const known = await store.query(
      `SELECT a.id_value AS id, b.id_value AS person, toString(i.known_at) AS since FROM identity AS i
       INNER JOIN aliases AS a ON a.alias = i.alias INNER JOIN aliases AS b ON b.alias = i.person
       WHERE a.id_kind != 'user_id' ORDER BY id`,
    );
    expect(known).toEqual([
      { id: "ann@example.com", person: "ann", since: "2024-03-02 10:00:00.000" },
      { id: "d1", person: "ann", since: "2024-03-02 10:00:00.000" },
      { id: "d2", person: "bob", since: "2024-03-03 11:00:00.000" },
    ]);
  });

  it("Order Completed: the discount is spread over the lines, tax and shipping stand beside", async () => {
    const summary = await importCalls([track("Order Completed", "01T10:00:00", SOLD)]);
    expect(summary).toMatchObject({
      orders: 1,
      lines: 2,
      events: 0,
      revenue: "22.5",
      currency: "USD",
    });
    expect(
      await facts(
        "kind, product, toString(gross) AS gross, toString(discount) AS discount, toString(net) AS net, toString(shipping) AS shipping, coupon",
      ),
    ).toEqual([
      {
        kind: "line",
        product: "505b",
        gross: "6",
        discount: "0.6",
        net: "5.4",
        shipping: "0",
        coupon: "hasbros",
      },
      {
        kind: "line",
        product: "507f",
        gross: "19",
        discount: "1.9",
        net: "17.1",
        shipping: "0",
        coupon: "hasbros",
      },
      {
        kind: "order",
        product: "",
        gross: "25",
        discount: "2.5",
        net: "22.5",
        shipping: "3",
        coupon: "hasbros",
      },
    ]);
  });

  it("an order that client and server send both counts once, and without prices by its revenue", async () => {
    const bare = {
      order_id: "A",
      revenue: 10,
      products: [{ product_id: "x" }, { product_id: "y", quantity: 2 }],
    };
    const summary = await importCalls([
      track("Order Completed", "01T10:00:00", bare),
      track("Order Completed", "01T10:00:01", bare, { anonymousId: "d1" }),
      track("Order Completed", "01T11:00:00", { order_id: "B", total: 12, shipping: 2 }),
    ]);
    expect(summary).toMatchObject({ orders: 2, lines: 3, revenue: "20" });
    expect(await facts("order_id, product, toString(net) AS net", "kind = 'line'")).toEqual([
      { order_id: "A", product: "x", net: "3.3333" },
      { order_id: "A", product: "y", net: "6.6667" },
      { order_id: "B", product: "", net: "10" },
    ]);
  });

  it("Order Updated says what the order is, Order Completed when it was", async () => {
    await importCalls([
      track("Order Completed", "01T10:00:00", SOLD),
      track("Order Updated", "02T10:00:00", {
        ...SOLD,
        subtotal: 18,
        products: [SOLD.products[0]],
      }),
    ]);
    expect(await facts("toString(ts) AS ts, toString(net) AS net", "kind = 'order'")).toEqual([
      { ts: "2024-03-01 10:00:00.000", net: "18" },
    ]);
  });

  it("an order that the shop's export has too counts once, whichever came first", async () => {
    const same = readMapping(
      `record: events
source: segment
orders: {source: shopify}
columns: {type: type, name: event, message: messageId, time: timestamp, customer: userId, properties: properties}`,
      "m",
    );
    const calls = [
      track("Order Completed", "01T10:00:00", { ...SOLD, order_id: "#1001", currency: "EUR" }),
    ];
    const row = {
      name: "#1001",
      email: "a@example.com",
      order: paid(22.5),
      lines: [[1, "Uno", 22.5]],
    };
    const shop = store.write("orders.csv", shopifyExport([row as never]));
    await importCalls(calls, same);
    await store.import(shop, { preset: "shopify-orders" });
    const visible = () =>
      facts(
        "kind, order_id, toString(net) AS net",
        "kind IN ('order', 'line') AND (fact_id, version) NOT IN (SELECT fact_id, version FROM superseded)",
      );
    const first = await visible();
    expect(first.filter(({ kind }) => kind === "order")).toEqual([
      { kind: "order", order_id: "#1001", net: "22.5" },
    ]);
    await store.clear();
    await store.import(shop, { preset: "shopify-orders" });
    await importCalls(calls, same);
    expect(await visible()).toEqual(first);
  });

  it("that cannot be used are rejected one by one", async () => {
    const summary = await importCalls([
      track("Product Viewed", "01T10:00:00", { product_id: "p" }),
      call("trace", "01T10:00:00", { userId: "u" }),
      call("identify", "01T10:00:00", { traits: {} }),
      track("Order Completed", "01T10:00:00", { revenue: 3 }),
      call("track", "01T10:00:00", { userId: "u", event: "x", properties: [1] }),
    ]);
    expect(summary.firstRejects.map(({ line, column, reason }) => [line, column, reason])).toEqual([
      [2, "type", "none of track, page, screen, identify, group, alias"],
      [3, "userId", "missing"],
      [4, expect.anything(), "missing: this event is about an order"],
      [5, "properties", "not an object"],
    ]);
  });

  it("about an order are rejected where an amount is there and is no number", async () => {
    const order = (n: number, properties: object) =>
      track("Order Completed", "01T10:00:00", { order_id: `o${n}`, ...properties });
    const product = (n: number, own: object) => ({ product_id: `p${n}`, price: 5, ...own });
    const summary = await importCalls([
      order(1, { total: "abc" }),
      order(2, { total: 10, shipping: { name: "u1" } }),
      order(3, { products: [product(1, {}), product(2, { quantity: "two" })] }),
      track("Order Refunded", "01T10:00:00", { order_id: "o4", total: "$12" }),
      order(5, { subtotal: 1e15 }),
      order(6, { subtotal: "1,012.50", tax: null, discount: " ", products: [{ sku: "s" }] }),
      track("Product Viewed", "01T10:00:00", { product_id: "p", price: "on request" }),
    ]);
    const number = "not a number of at most 1000000000000";
    expect(summary.firstRejects).toEqual([
      { line: 1, column: "properties.total", value: "abc", reason: number },
      { line: 2, column: "properties.shipping", value: '{"name":"u1"}', reason: number },
      { line: 3, column: "properties.products[1].quantity", value: "two", reason: number },
      { line: 4, column: "properties.total", value: "$12", reason: number },
      {
        line: 5,
        column: "properties.subtotal",
        value: expect.stringMatching(/^1/),
        reason: number,
      },
    ]);
    expect(await facts("order_id, toFloat64(net) AS net", "kind = 'order'")).toEqual([
      { order_id: "o6", net: 1012.5 },
    ]);
    expect(await facts("toString(props) AS props", "kind = 'viewed'")).toEqual([
      { props: '{"price":"on request"}' },
    ]);
  });

  it("about an order are taken in without an amount that its others make up for, which is told", async () => {
    const sold = (n: number, properties: object) =>
      track("Order Completed", "01T10:00:00", {
        ...{ order_id: `o${n}`, products: [{ product_id: "p", price: 20, quantity: 1 }] },
        ...properties,
      });
    const summary = await importCalls([
      sold(1, { subtotal: 18, discount: "10%" }),
      sold(2, { revenue: 18, shipping: "free", tax: "incl." }),
      sold(3, { total: 25, shipping: 5, tax: 2, discount: "10%" }),
      sold(4, { total: "EUR 25", subtotal: 18 }),
      sold(5, { products: [{ product_id: "p", price: 18, cost: "n/a" }] }),
      sold(6, { discount: "10%" }),
      sold(7, { total: 25, shipping: "free", discount: "10%" }),
      track("Order Cancelled", "02T10:00:00", { order_id: "o5", total: "n/a" }),
      track("Order Refunded", "02T10:00:00", {
        ...{ order_id: "o4", total: 18, tax: "incl." },
        products: [{ product_id: "p", price: 18 }],
      }),
    ]);
    const reason = "not a number of at most 1000000000000";
    const left = (line: number, path: string, value: string) => {
      return { line, column: `properties.${path}`, value, reason };
    };
    expect(summary.firstRejects).toEqual([left(6, "discount", "10%"), left(7, "shipping", "free")]);
    expect(summary).toMatchObject({ rowsRejected: 2, rowsAmended: 7 });
    expect(summary.firstAmended).toEqual([
      left(1, "discount", "10%"),
      left(2, "shipping", "free"),
      left(2, "tax", "incl."),
      left(3, "discount", "10%"),
      left(4, "total", "EUR 25"),
      left(5, "products[0].cost", "n/a"),
      left(8, "total", "n/a"),
      left(9, "tax", "incl."),
    ]);
    const current =
      "kind = 'order' AND (fact_id, version) NOT IN (SELECT fact_id, version FROM superseded)";
    expect(await facts("order_id, kept, toFloat64(net) AS net", current)).toEqual([
      { order_id: "o1", kept: 1, net: 18 },
      { order_id: "o2", kept: 1, net: 18 },
      { order_id: "o3", kept: 1, net: 18 },
      { order_id: "o4", kept: 0, net: 0 },
      { order_id: "o5", kept: 0, net: 18 },
    ]);
  });
});
