import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { importFiles } from "../../src/collect/index.js";
import { NEW_HEADER, OLD_HEADER, paid, type ShopOrder, shopifyExport } from "./shopify-export.js";
import { NOW, openSmallStore, type SmallStore } from "./small-store.js";

let store: SmallStore;
beforeAll(async () => {
  store = await openSmallStore();
});
beforeEach(() => store.clear());

async function take(orders: readonly ShopOrder[], options = {}) {
  const files = [store.write("orders_export.csv", shopifyExport(orders, options))];
  const [summary] = await importFiles(store.warehouse, { files, dataDir: store.dataDir, now: NOW });
  return summary!;
}

/** What is visible at the end: facts whose version was not superseded. */
const CURRENT = "(fact_id, version) NOT IN (SELECT fact_id, version FROM superseded)";

const current = (kind: string, columns: string) =>
  store.query<Record<string, unknown>>(
    `SELECT ${columns} FROM facts WHERE kind = '${kind}' AND ${CURRENT} ORDER BY ALL`,
  );

const AMOUNTS = `toString(gross) AS gross, toString(discount) AS discount,
  toString(refunded) AS refunded, toString(net) AS net`;

const one = (
  order: ShopOrder["order"],
  lines: ShopOrder["lines"] = [[1, "Tea", 10]],
): ShopOrder => ({
  name: "#1",
  email: "ann@example.com",
  order,
  lines,
});

describe("an export that a spreadsheet saved again", () => {
  it("is refused with the remedy", async () => {
    const [comma, order] = [{ "Lineitem price": "9,50" }, { ...paid(9.5), Subtotal: "9,50" }];
    await expect(take([one(order, [[1, "Mug", 9.5, comma]])])).rejects.toMatchObject({
      message: expect.stringMatching(/"9,50": not a number/),
      hint: expect.stringMatching(/^Import the file as it was exported: a spreadsheet/),
    });
  });
});

describe("Shopify's orders export", () => {
  it("is recognised by its header, old and new, with a byte order mark or not", async () => {
    const orders = [
      one(paid(20), [
        [1, "Tea", 12],
        [2, "Mug", 4],
      ]),
    ];
    for (const options of [{ header: NEW_HEADER, bom: true }, { header: OLD_HEADER }]) {
      await store.clear();
      expect(await take(orders, options)).toMatchObject({
        preset: "shopify-orders",
        orders: 1,
        lines: 2,
        people: 1,
        revenue: "20",
        currency: "EUR",
      });
      expect(await current("line", "product, toString(net) AS net, toString(ts) AS ts")).toEqual([
        { product: "MUG", net: "8", ts: "2024-03-01 10:00:00.000" },
        { product: "TEA", net: "12", ts: "2024-03-01 10:00:00.000" },
      ]);
    }
  });

  it("comes without columns that a shop left out", async () => {
    const header = NEW_HEADER.split(",").filter(
      (column) => !["Payment Method", "Vendor", "Employee", "Tags"].includes(column),
    );
    expect(await take([one(paid(10))], { header: header.join(",") })).toMatchObject({
      preset: "shopify-orders",
      orders: 1,
      revenue: "10",
    });
  });

  it("spreads the discount of the order, whether or not it includes the lines' own", async () => {
    const lines: ShopOrder["lines"] = [
      [1, "Tea", 30, { "Lineitem discount": "5.00" }],
      [1, "Mug", 25],
    ];
    for (const amount of ["10.00", "15.00"]) {
      await store.clear();
      await take([one(paid(40, { "Discount Amount": amount, "Discount Code": "TEN" }), lines)]);
      expect(await current("line", `product, coupon, ${AMOUNTS}`)).toEqual([
        { product: "MUG", coupon: "TEN", gross: "25", discount: "5", refunded: "0", net: "20" },
        { product: "TEA", coupon: "TEN", gross: "30", discount: "10", refunded: "0", net: "20" },
      ]);
    }
  });

  it("leaves shipping and tax out of the net, also where prices include tax", async () => {
    await take([one(paid(100, { Shipping: "10.00", Taxes: "20.00" }), [[1, "Tea", 100]])]);
    expect(
      await current("order", `${AMOUNTS}, toString(tax) AS tax, toString(shipping) AS shipping`),
    ).toEqual([
      { gross: "100", discount: "0", refunded: "0", net: "100", tax: "20", shipping: "10" },
    ]);
    await store.clear();
    const inside = { Shipping: "10.00", Taxes: "22.00", Total: "120.00" };
    await take([one(paid(110, inside), [[1, "Tea", 120, { "Lineitem discount": "10.00" }]])]);
    // 22 of tax on 110 + 10: the goods carry 22 x 110 / 120.
    expect(await current("order", AMOUNTS)).toEqual([
      { gross: "98", discount: "8.1667", refunded: "0", net: "89.8333" },
    ]);
  });

  it("sells gift cards without revenue, and takes no payment by one for a discount", async () => {
    const lines: ShopOrder["lines"] = [
      [1, "Gift Card", 50, { "Lineitem requires shipping": "false", "Lineitem taxable": "false" }],
      [1, "Tea", 10],
    ];
    await take([one(paid(60, { "Payment Method": "gift_card + Shopify Payments" }), lines)]);
    expect(await current("line", `toString(props.gift_card) AS gift, ${AMOUNTS}`)).toEqual(
      [
        { gift: "true", gross: "0", discount: "0", refunded: "0", net: "0" },
        { gift: "", gross: "10", discount: "0", refunded: "0", net: "10" },
      ].sort((a, b) => (a.gift < b.gift ? -1 : 1)),
    );
    expect(await current("order", `placed, kept, ${AMOUNTS}`)).toEqual([
      { placed: 1, kept: 1, gross: "10", discount: "0", refunded: "0", net: "10" },
    ]);
  });

  it("counts neither unpaid, voided nor test orders, and unpaid ones from when they are paid", async () => {
    const states: Record<string, [ShopOrder["order"], number]> = {
      "#pending": [paid(10, { "Financial Status": "pending", "Paid at": "" }), 0],
      "#authorized": [paid(10, { "Financial Status": "authorized", "Paid at": "" }), 0],
      "#voided": [paid(10, { "Financial Status": "voided", "Paid at": "" }), 0],
      "#test": [paid(10, { "Payment Method": "(for testing) Bogus Gateway" }), 0],
      "#cash": [paid(10, { "Paid at": "2024-03-09 09:00:00 +0000" }), 1],
    };
    await take(Object.entries(states).map(([name, [order]]) => ({ ...one(order), name })));
    expect(await current("order", "order_id, placed, kept, toString(known_at) AS known")).toEqual(
      Object.entries(states)
        .map(([order_id, [, placed]]) => ({
          order_id,
          placed,
          kept: placed,
          known: order_id === "#cash" ? "2024-03-09 09:00:00.000" : expect.any(String),
        }))
        .sort((a, b) => (a.order_id < b.order_id ? -1 : 1)),
    );
  });

  it("says of which orders the revenue is left out, and which refunds it dated itself", async () => {
    const summary = await take([
      { ...one({ ...paid(10), "Payment Method": "(for testing) Bogus Gateway" }), name: "#1" },
      { ...one({ ...paid(10), "Financial Status": "voided" }), name: "#2" },
      { ...one({ ...paid(10), "Financial Status": "pending", "Paid at": "" }), name: "#3" },
      { ...one({ ...paid(10), "Financial Status": "pending", "Paid at": "" }), name: "#4" },
      { ...one(paid(25), [[1, "Gift Card", 25]]), name: "#5" },
      { ...one({ ...paid(10), "Refunded Amount": "4" }), name: "#6" },
    ]);
    expect(summary).toMatchObject({ orders: 6, revenue: "6" });
    expect(summary.notes).toEqual([
      "1 order is a test and counts nowhere.",
      "1 order is cancelled and no revenue.",
      "2 orders are not paid yet and count from then on.",
      "1 order sells gift cards, which are no revenue but paid with later.",
      "1 order says what was paid back but not when: taken as 7 days after the order.",
    ]);
  });

  it("spreads a refund without a date, flags it, and dates it by the usual lag", async () => {
    const refund = paid(30, {
      "Financial Status": "partially_refunded",
      "Refunded Amount": "10.00",
      Taxes: "6.00",
    });
    await take([
      one(refund, [
        [1, "Tea", 20],
        [1, "Mug", 10],
      ]),
    ]);
    const versions = await store.query(
      `SELECT version, toString(known_at) AS known, kept, toString(net) AS net,
         toString(props.refund_undated) AS flag FROM facts WHERE kind = 'order' ORDER BY version`,
    );
    // 10 of 36 paid for the goods with their tax: 30 x 10 / 36.
    expect(versions).toEqual([
      { version: 1, known: "2024-03-01 10:00:05.000", kept: 1, net: "30", flag: "" },
      { version: 2, known: "2024-03-08 10:00:05.000", kept: 1, net: "21.6667", flag: "true" },
    ]);
    expect(await current("line", `product, ${AMOUNTS}`)).toEqual([
      { product: "MUG", gross: "10", discount: "0", refunded: "2.7778", net: "7.2222" },
      { product: "TEA", gross: "20", discount: "0", refunded: "5.5555", net: "14.4445" },
    ]);
  });

  it("places but does not keep what was refunded in full; cancels what was cancelled", async () => {
    const full = { "Financial Status": "refunded", Shipping: "5.00" };
    const cancelled = { "Cancelled at": "2024-03-02 08:00:00 +0000" };
    await take([
      { ...one(paid(10, { ...full, "Refunded Amount": "15.00" })), name: "#full" },
      { ...one(paid(10, { ...full, "Refunded Amount": "10.00" })), name: "#goods" },
      { ...one(paid(10, { ...full, ...cancelled, "Refunded Amount": "15.00" })), name: "#gone" },
    ]);
    const columns = "order_id, placed, kept, toString(net) AS net, toString(known_at) AS known";
    expect(await current("order", columns)).toEqual([
      { order_id: "#full", placed: 1, kept: 0, net: "0", known: "2024-03-08 10:00:05.000" },
      { order_id: "#gone", placed: 0, kept: 0, net: "0", known: "2024-03-02 08:00:00.000" },
      { order_id: "#goods", placed: 1, kept: 0, net: "0", known: "2024-03-08 10:00:05.000" },
    ]);
  });

  it("takes orders of a till for store sales, whoever the cashier is", async () => {
    await take([
      { ...one(paid(10, { Source: "web" })), name: "#web" },
      { ...one(paid(10, { Source: "pos", Employee: "Kim", Location: "Vienna" })), name: "#till" },
    ]);
    expect(
      await current("order", "order_id, channel, toString(props.location) AS location"),
    ).toEqual([
      { order_id: "#till", channel: "store", location: "Vienna" },
      { order_id: "#web", channel: "web", location: "" },
    ]);
  });

  it("keeps what marks a business buyer as traits, without the quotes of ids", async () => {
    const business = {
      "Billing Company": "Acme Ltd",
      "Billing Zip": "'0123",
      "Billing Country": "AT",
      Tags: "wholesale, vip",
      "Accepts Marketing": "no",
      "Payment Terms Name": "Net 30",
    };
    await take([one(paid(10, business))]);
    const [traits] = await store.query<{ props: unknown }>(
      "SELECT toJSONString(props) AS props FROM facts WHERE kind = 'identified'",
    );
    expect(JSON.parse(String(traits!.props))).toMatchObject({
      company: "Acme Ltd",
      postcode: "0123",
      country: "AT",
      payment_terms: "Net 30",
      tags: ["wholesale", "vip"].sort(),
      email: "ann@example.com",
      accepts_email: false,
    });
  });

  it("joins people by e-mail, then by phone, but not by a phone that two of them share", async () => {
    const at = (day: number, phone: string) =>
      paid(10, { "Created at": `2024-03-0${day} 10:00:00 +0000`, "Paid at": "", Phone: phone });
    await take([
      { ...one(at(1, "'+43 660 1234567")), name: "#1" },
      { ...one(at(2, "+436601234567")), name: "#2", email: "" },
      { ...one(at(3, "+436649876543")), name: "#3" },
      { ...one(at(4, "+436649876543")), name: "#4", email: "bob@example.com" },
      { ...one(at(5, "+436649876543")), name: "#5", email: "" },
    ]);
    const people = await store.query(
      `SELECT order_id, a.id_value AS id FROM (
         SELECT order_id, dictGetOrDefault('identity_at', 'person', alias,
           toUnixTimestamp64Milli(ts), alias) AS person
         FROM facts WHERE kind = 'order') AS f
       LEFT JOIN aliases AS a ON a.alias = f.person ORDER BY order_id`,
    );
    expect(people).toEqual([
      { order_id: "#1", id: "ann@example.com" },
      { order_id: "#2", id: "ann@example.com" },
      { order_id: "#3", id: "ann@example.com" },
      { order_id: "#4", id: "bob@example.com" },
      { order_id: "#5", id: "+436649876543" },
    ]);
  });

  it("rejects an order as a whole when one of its rows cannot be used", async () => {
    const bad = one(paid(20), [
      [1, "Tea", 10],
      [1, "Mug", 10, { "Lineitem quantity": "two" }],
    ]);
    const summary = await take([bad, { ...one(paid(10)), name: "#2" }]);
    expect(summary).toMatchObject({ orders: 1, rowsRejected: 2, rowsRead: 3 });
    expect(summary.firstRejects).toMatchObject([
      { line: 3, column: "Lineitem quantity", value: "two" },
      { line: 2, reason: "another row of #1 cannot be used" },
    ]);
  });
});
