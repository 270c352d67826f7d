// Orders and refunds by Shopify's webhooks, repeated and in any order, beside the shop's own exports.
import { describe, expect, it } from "vitest";
import { listUnsettled } from "../../src/collect/index.js";
import type { ShopOrder } from "../collect/shopify-export.js";
import { MUG, orderPayload, type Payload, refundPayload, TEA } from "./shopify-payloads.js";
import {
  current,
  EXPORTED,
  ORDER,
  orders,
  receive,
  refused,
  restart,
  type Sent,
  store,
  takeExport,
} from "./shopify-store.js";

const permutations = (items: readonly number[]): readonly (readonly number[])[] =>
  items.length === 0
    ? [[]]
    : items.flatMap((first) =>
        permutations(items.filter((item) => item !== first)).map((rest) => [first, ...rest]),
      );

describe("orders by webhook", () => {
  it("are what the shop's export makes of the same orders", async () => {
    const cases: [ShopOrder["order"], Payload][] = [
      [{}, {}],
      [
        { Shipping: "10.00", Taxes: "8.00", Total: "48.00", "Billing Country": "AT" },
        {
          total_tax: "8.00",
          total_price: "48.00",
          shipping_lines: [{ title: "Post", price: "10.00", discounted_price: "10.00" }],
          billing_address: { name: "Ann Bo", country_code: "AT", zip: "1010", city: "Wien" },
        },
      ],
      [
        { Subtotal: "24.00", Total: "24.00", "Discount Amount": "6.00", "Discount Code": "SIX" },
        {
          subtotal_price: "24.00",
          subtotal_price_set: undefined,
          total_price: "24.00",
          total_discounts: "6.00",
          discount_codes: [{ code: "SIX", amount: "6.00", type: "fixed_amount" }],
        },
      ],
      [
        { "Financial Status": "pending", "Payment Method": "Bank" },
        { financial_status: "pending", payment_gateway_names: ["Bank"] },
      ],
      [
        { "Cancelled at": "2024-03-02 10:00:00 +0000" },
        { cancelled_at: "2024-03-02T11:00:00+01:00" },
      ],
      [
        { Source: "pos", Location: "Wien" },
        { source_name: "pos", location_id: 7 },
      ],
    ];
    await takeExport(
      cases.map(([cells], index) => {
        return { ...EXPORTED, name: `#${index}`, order: { ...EXPORTED.order, ...cells } };
      }),
    );
    const exported = await orders();
    await store.clear();
    const sent = cases.map(([, payload], index): Sent => {
      return ["orders/create", orderPayload({ ...payload, name: `#${index}` })];
    });
    await receive(...sent);
    expect(await orders()).toEqual(exported);
    expect(exported).toHaveLength(3 * cases.length);
  });

  it("count once beside the export, whichever comes first, in its most advanced state", async () => {
    const sent: Sent = ["orders/updated", orderPayload()];
    const cancelled = { "Cancelled at": "2024-03-02 10:00:00 +0000" };
    const later = { ...EXPORTED, order: { ...EXPORTED.order, ...cancelled } };
    await receive(sent);
    await takeExport([later]);
    const [order] = await current("'order'", "order_id, placed, kept");
    expect(order).toEqual({ order_id: "#1001", placed: 0, kept: 0 });
    expect(await current("'order'", "count() AS n")).toEqual([{ n: "1" }]);
    const found = await orders();
    await store.clear();
    await takeExport([later]);
    await receive(sent);
    expect(await orders()).toEqual(found);
  });

  it("are their newest version, repeated and in any order, in one slice or in several", async () => {
    const at = (second: number) => `2024-03-01T11:00:${String(second).padStart(2, "0")}+01:00`;
    const twoTeas = [{ ...TEA, quantity: 2 }, MUG];
    const historyOf = (order: number): readonly Sent[] => {
      const own = { id: order, name: `#${order}` };
      const refund = refundPayload(
        "10.00",
        at(40),
        [{ line: MUG, quantity: 1, subtotal: "10.00" }],
        { id: 900 + order, order_id: order },
      );
      const sent = { fulfillments: [{ created_at: at(30) }] };
      const back = {
        financial_status: "partially_refunded",
        refunds: [refund],
        updated_at: at(41),
      };
      const pending = { financial_status: "pending", updated_at: at(1) };
      return [
        ["orders/create", orderPayload({ ...own, ...pending })],
        ["orders/paid", orderPayload({ ...own, updated_at: at(2) })],
        ["orders/updated", orderPayload({ ...own, updated_at: at(3) }, twoTeas)],
        ["orders/fulfilled", orderPayload({ ...own, ...sent, updated_at: at(30) }, twoTeas)],
        ["refunds/create", refund],
        ["orders/updated", orderPayload({ ...own, ...sent, ...back }, twoTeas)],
      ];
    };
    // Each an order of its own; in slice i comes what stands at place i.
    const orderings = [
      [0, 1, 2, 3, 4, 5],
      [5, 4, 3, 2, 1, 0],
      [2, 0, 5, 5, 1, 4],
    ];
    await receive(...historyOf(9), ...historyOf(9).toReversed());
    for (let place = 0; place < 6; place++) {
      await receive(
        ...orderings.flatMap((ordering, order) => {
          const index = ordering[place];
          return index === undefined ? [] : [historyOf(order)[index]!];
        }),
      );
    }
    const found = await current("'order', 'line', 'refund'", `product, ${ORDER.slice(10)}`);
    const each = orderings.length + 1;
    const expected = [
      { kind: "line", product: "MUG", kept: 1, refunded: "10", net: "0" },
      { kind: "line", product: "TEA", kept: 1, refunded: "0", net: "40" },
      { kind: "order", product: "", kept: 1, refunded: "10", net: "40" },
    ];
    expect(found).toHaveLength(each * expected.length);
    for (const one of expected) {
      const same = found.filter(
        ({ kind, product }) => kind === one.kind && product === one.product,
      );
      expect(same).toHaveLength(each);
      for (const fact of same) expect(fact).toEqual({ ...same[0], ...one });
    }
  });

  it("date each refund by itself, and take it from what was given back", async () => {
    const first = refundPayload("12.00", "2024-03-05T10:00:00Z", [
      { line: MUG, quantity: 1, subtotal: "10.00", tax: "2.00" },
    ]);
    const second = refundPayload("6.00", "2024-03-09T10:00:00Z", [], { id: 2 });
    const taxed = { total_tax: "6.00", total_price: "36.00" };
    await receive(["orders/create", orderPayload(taxed)]);
    await receive(
      ["refunds/create", first],
      ["orders/updated", orderPayload({ ...taxed, refunds: [first, second] })],
      ["refunds/create", second],
    );
    const versions = await store.query(
      `SELECT toString(known_at) AS known, toString(net) AS net, kept FROM facts
       WHERE kind = 'order' AND (fact_id, version, known_at) NOT IN
         (SELECT fact_id, version, known_at FROM superseded) ORDER BY known`,
    );
    // 12 of 36 with tax is 10 without; then 6, which are 5.
    expect(versions).toEqual([
      { known: "2024-03-01 10:00:00.000", net: "30", kept: 1 },
      { known: "2024-03-05 10:00:00.000", net: "20", kept: 1 },
      { known: "2024-03-09 10:00:00.000", net: "15", kept: 1 },
    ]);
    expect(await current("'line'", "product, toString(net) AS net")).toEqual([
      { product: "MUG", net: "0" },
      { product: "TEA", net: "15" },
    ]);
  });

  it("are refunded by a webhook that only names them by number", async () => {
    const goods = [{ line: MUG, quantity: 1, subtotal: "10.00" }];
    await receive(["orders/create", orderPayload({})]);
    const [before] = await current("'order'", "toString(net) AS net");
    await receive(["refunds/create", refundPayload("10.00", "2024-03-05T10:00:00Z", goods)]);
    expect(await refused()).toEqual([]);
    const [after] = await current("'order'", "toString(net) AS net");
    expect(Number(before!.net) - Number(after!.net)).toBe(10);
  });

  it("are refunded by a webhook that came before them, in any order, through restarts and trimming", async () => {
    const history = (order: number): readonly Sent[] => {
      const own = { id: order, name: `#${order}` };
      const goods = [{ line: MUG, quantity: 1, subtotal: "10.00" }];
      const at = (minute: string) => ({ updated_at: `2024-03-01T11:${minute}:00+01:00` });
      const pending = { financial_status: "pending", ...at("01") };
      const [back, more] = ["2024-03-05T10:00:00Z", "2024-03-09T10:00:00Z"];
      return [
        ["orders/create", orderPayload({ ...own, ...pending })],
        ["orders/paid", orderPayload({ ...own, ...at("02") })],
        ["refunds/create", refundPayload("10.00", back, goods, { id: order, order_id: order })],
        ["refunds/create", refundPayload("6.00", more, [], { id: 900 + order, order_id: order })],
      ];
    };
    const orderings = permutations([0, 1, 2, 3]);
    const slice = (place: number) =>
      orderings.map((ordering, order) => history(order + 1)[ordering[place]!]!);
    await receive(...slice(0), ...history(99).toReversed());
    await restart();
    await receive(...slice(1));
    await receive(...slice(2), ...slice(1));
    await restart();
    await receive(...slice(3));
    expect(await refused()).toEqual([]);
    const found = await store.query(
      `SELECT groupArray((toString(known_at), kind, product, toString(net), kept)) AS versions
       FROM (SELECT * FROM facts WHERE kind IN ('order', 'line') AND (fact_id, version, known_at) NOT IN
         (SELECT fact_id, version, known_at FROM superseded) ORDER BY known_at, kind, product)
       GROUP BY order_id`,
    );
    // A line of which nothing goes back has no further version.
    const [bought, first, second] = [1, 5, 9].map((day) => `2024-03-0${day} 10:00:00.000`);
    const versions = [
      [bought, "line", "MUG", "10", 1],
      [bought, "line", "TEA", "20", 1],
      [bought, "order", "", "30", 1],
      [first, "line", "MUG", "0", 1],
      [first, "order", "", "20", 1],
      [second, "line", "TEA", "14", 1],
      [second, "order", "", "14", 1],
    ];
    expect(found).toHaveLength(orderings.length + 1);
    for (const one of found) expect(one).toEqual({ versions });
  });

  it("are refunded whichever way they came, and whichever came first, also by an export", async () => {
    const goods = [{ line: MUG, quantity: 1, subtotal: "10.00" }];
    const [back, more] = ["2024-03-05T10:00:00Z", "2024-03-09T10:00:00Z"];
    const refunds = (order: number): readonly Sent[] => [
      ["refunds/create", refundPayload("10.00", back, goods, { id: order, order_id: order })],
      ["refunds/create", refundPayload("6.00", more, [], { id: 900 + order, order_id: order })],
    ];
    const exported = (order: number): ShopOrder => {
      return { ...EXPORTED, name: `#${order}`, order: { ...EXPORTED.order, Id: order } };
    };
    const webhook = (order: number): Sent => {
      return ["orders/paid", orderPayload({ id: order, name: `#${order}` })];
    };
    // 1: both refunds, then the export; 2: between them; 3: after it; 4, 5: a webhook beside it.
    await receive(...refunds(1), refunds(2)[0]!, ...refunds(4), webhook(5));
    expect((await listUnsettled(store.warehouse, { since: 0, limit: 9 })).awaitedOrders).toBe(3);
    await restart();
    const [summary] = await takeExport([1, 2, 3, 4, 5].map(exported));
    expect(summary!.notes).toContain(
      "5 refunds had waited for orders of this file, and count now.",
    );
    await receive(refunds(2)[1]!, ...refunds(3), webhook(4), ...refunds(5));
    expect((await takeExport([1, 2, 3, 4, 5].map(exported)))[0]!.alreadyPresent).toBe(15);
    expect(await refused()).toEqual([]);
    expect((await listUnsettled(store.warehouse, { since: 0, limit: 9 })).awaitedOrders).toBe(0);
    const found = await store.query<{ versions: readonly (readonly [string, string])[] }>(
      `SELECT arraySort(groupArray((toString(known_at), toString(net)))) AS versions
       FROM facts WHERE kind = 'order' AND (fact_id, version, known_at) NOT IN
         (SELECT fact_id, version, known_at FROM superseded)
       GROUP BY order_id`,
    );
    expect(found).toHaveLength(5);
    for (const { versions } of found) {
      expect(versions.slice(1)).toEqual([
        ["2024-03-05 10:00:00.000", "20"],
        ["2024-03-09 10:00:00.000", "14"],
      ]);
    }
  });

  it("refuse refunds that name no order, and orders without name or lines", async () => {
    await receive(
      ["refunds/create", refundPayload("10.00", "2024-03-05T10:00:00Z", [], { order_id: null })],
      ["refunds/create", refundPayload("10.00", "2024-03-05T10:00:00Z", [], { id: null })],
      ["orders/create", orderPayload({ name: null })],
      ["orders/create", orderPayload({}, [])],
      ["fulfillments/create", {}],
    );
    expect(await refused()).toEqual([
      "refunds/create: order_id: missing",
      "refunds/create: id: missing",
      "orders/create: name: missing",
      "orders/create: line_items: the order has none",
      'fulfillments/create: webhooks of the topic "fulfillments/create" are not read',
    ]);
    expect(await orders()).toEqual([]);
  });

  it("know gift cards by what the shop says, and the discount of each line", async () => {
    await receive([
      "orders/create",
      orderPayload(
        { subtotal_price: "45.00", subtotal_price_set: undefined, total_price: "45.00" },
        [
          { ...TEA, more: { discount_allocations: [{ amount: "5.00" }] } },
          { ...MUG, title: "Voucher holder" },
          {
            id: 13,
            sku: "GC",
            title: "Bon",
            quantity: 1,
            price: "20.00",
            more: { gift_card: true },
          },
        ],
      ),
    ]);
    expect(
      await current("'line'", "product, toString(discount) AS discount, toString(net) AS net"),
    ).toEqual([
      { product: "GC", discount: "0", net: "0" },
      { product: "MUG", discount: "0", net: "10" },
      { product: "TEA", discount: "5", net: "15" },
    ]);
  });
});
