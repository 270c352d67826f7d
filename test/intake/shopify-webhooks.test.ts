// Shopify's webhooks: what they become, repeated and in any order, beside the shop's own exports.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  envelopeOf,
  eraseRequested,
  type IntakeLog,
  importFiles,
  listErasures,
  listRequests,
  openIntakeLog,
  type Projection,
  startProjection,
} from "../../src/collect/index.js";
import { type Ledger, openLedger } from "../../src/store/index.js";
import { paid, type ShopOrder, shopifyExport } from "../collect/shopify-export.js";
import { NOW, openSmallStore, type SmallStore } from "../collect/small-store.js";
import { newRandom } from "../fuzz/random.js";
import {
  cartPayload,
  checkoutPayload,
  customerPayload,
  levelPayload,
  MUG,
  orderPayload,
  type Payload,
  productPayload,
  refundPayload,
  TEA,
} from "./shopify-payloads.js";

const folder = mkdtempSync(join(tmpdir(), "tessera-shopify-"));
let store: SmallStore;
let ledger: Ledger;
let log: IntakeLog;
let projection: Projection;

beforeAll(async () => {
  store = await openSmallStore();
  ledger = await openLedger({ folder });
  log = openIntakeLog(ledger);
  projection = await follow();
});
const follow = () => startProjection({ log, warehouse: store.warehouse, dataDir: store.dataDir });
beforeEach(async () => {
  await store.clear();
  // Numbers of imports begin anew, and the rejects of an hour are one file.
  rmSync(join(store.dataDir, "rejects"), { recursive: true, force: true });
  const further = ["external_ids", "stock_levels", "waiting_refunds", "suppressed", "erasures"];
  for (const table of further) {
    await store.warehouse.command(`TRUNCATE TABLE ${table}`);
  }
});
afterAll(async () => {
  await projection.close();
  await log.close();
  await ledger.close();
  rmSync(folder, { recursive: true });
});

type Sent = readonly [topic: string, payload: Payload];

const RECEIVED = Date.UTC(2024, 2, 20);
let received = 0;

/** Appended together, and projected. */
async function receive(...webhooks: readonly Sent[]): Promise<void> {
  const entries = webhooks.map(([topic, payload]) => {
    received += 1;
    const headers = { topic, shop: "a.myshopify.com", webhookId: `w${received}`, triggeredAt: "" };
    const body = envelopeOf(headers, JSON.stringify(payload));
    const from = { sentAt: undefined, ip: undefined, userAgent: undefined };
    return { format: "shopify", keyId: "shopify", receivedAt: RECEIVED + received, body, ...from };
  });
  await log.append(entries);
  await projection.caughtUp();
}

/** Whoever serves ends and begins again, and the log forgets what has landed. */
async function restart(): Promise<void> {
  await projection.close();
  projection = await follow();
  await projection.trim();
}

const permutations = (items: readonly number[]): readonly (readonly number[])[] =>
  items.length === 0
    ? [[]]
    : items.flatMap((first) =>
        permutations(items.filter((item) => item !== first)).map((rest) => [first, ...rest]),
      );

/** Why webhooks of the last import were refused. */
async function refused(): Promise<readonly string[]> {
  const [last] = await store.query<{ id: number; summary: string }>(
    "SELECT import_id AS id, summary FROM imports WHERE state = 'landed' ORDER BY import_id DESC LIMIT 1",
  );
  const { rejectFile } = JSON.parse(last!.summary || "{}");
  if (!rejectFile) return [];
  const rejects = readFileSync(rejectFile, "utf8").trim().split("\n");
  return rejects
    .map((line) => JSON.parse(line))
    .filter(({ import: id }) => id === last!.id)
    .map(({ column, reason }) => `${column}: ${reason}`);
}

async function takeExport(orders: readonly ShopOrder[]): Promise<void> {
  const files = [store.write("orders_export.csv", shopifyExport(orders))];
  await importFiles(store.warehouse, { files, dataDir: store.dataDir, now: NOW });
}

const CURRENT = "(fact_id, version) NOT IN (SELECT fact_id, version FROM superseded)";

const current = (kinds: string, columns: string) =>
  store.query<Record<string, unknown>>(
    `SELECT ${columns} FROM facts WHERE kind IN (${kinds}) AND ${CURRENT} ORDER BY ALL`,
  );

const ORDER = `order_id, kind, product, placed, kept, coupon, channel, country, toString(ts) AS at,
  toString(quantity) AS units, toString(gross) AS gross, toString(discount) AS discount,
  toString(refunded) AS refunded, toString(net) AS net, toString(tax) AS tax,
  toString(shipping) AS shipping, alias`;

const orders = () => current("'order', 'line', 'refund'", ORDER);

const EXPORTED: ShopOrder = {
  name: "#1001",
  email: "ann@example.com",
  order: paid(30, { "Paid at": "", "Created at": "2024-03-01 11:00:00 +0100", Source: "web" }),
  lines: [
    [1, "Tea", 20],
    [1, "Mug", 10],
  ],
};

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

const traits = async () =>
  (
    await store.query<{ props: string; at: string }>(
      `SELECT toJSONString(props) AS props, toString(ts) AS at FROM facts
       WHERE kind = 'identified' AND ${CURRENT} ORDER BY ts, props`,
    )
  ).map(({ props, at }) => [at, JSON.parse(props)]);

describe("people by webhook", () => {
  it("have traits at their date, consents at their own, and are one with their orders", async () => {
    await receive(["customers/update", customerPayload()]);
    await receive([
      "customers/create",
      customerPayload({ updated_at: "2024-03-01T08:00:00+01:00" }),
    ]);
    const found = await traits();
    const proof = { channel: "email", purpose: "bulk", status: "granted", source: "Shopify" };
    expect(found).toContainEqual([
      "2024-02-01 09:00:00.000",
      { accepts_email: true, consent: { ...proof, confirmed_at: "2024-02-01T10:00:00+01:00" } },
    ]);
    const latest = found.filter(([at]) => at === "2024-03-02 07:00:00.000").map(([, said]) => said);
    expect(Object.assign({}, ...latest)).toMatchObject({
      email: "bob@example.com",
      phone: "+436601234567",
      customer_id: "7713100199999",
      first_name: "Bob",
      company: "Noor KG",
      country: "AT",
      accepts_sms: false,
      tags: ["vip", "newsletter"],
    });
    await receive([
      "orders/create",
      orderPayload({ email: "", contact_email: "", phone: "+436601234567", customer: null }),
    ]);
    const people = await store.query(
      `SELECT uniqExact(dictGetOrDefault('identity_now', 'person', alias, alias)) AS n FROM facts
       WHERE kind IN ('identified', 'order')`,
    );
    expect(people).toEqual([{ n: "1" }]);
  });

  it("tell a consent by itself, and ask for erasure by name", async () => {
    const consent = { state: "unsubscribed", consent_updated_at: "2024-04-01T10:00:00Z" };
    await receive(
      [
        "customers_email_marketing_consent/update",
        { customer_id: 7, email_address: "bob@example.com", email_marketing_consent: consent },
      ],
      [
        "customers/redact",
        {
          shop_id: 1,
          shop_domain: "a.myshopify.com",
          customer: { id: 7, email: "bob@example.com" },
        },
      ],
    );
    expect(await traits()).toContainEqual([
      "2024-04-01 10:00:00.000",
      expect.objectContaining({ accepts_email: false }),
    ]);
    expect(
      await store.query(
        `SELECT name, id_value AS who FROM facts INNER JOIN aliases USING (alias)
         WHERE kind = 'event'`,
      ),
    ).toEqual([{ name: "Erasure Requested", who: "bob@example.com" }]);
  });

  it("are erased when Shopify asks so, whatever comes again of them, and whoever it was that asked", async () => {
    const redact: Sent = ["customers/redact", { customer: { id: 7, email: "ann@example.com" } }];
    const erase = () =>
      eraseRequested(store.warehouse, { dataDir: store.dataDir, ledger, now: Date.now() });
    await receive(
      redact,
      ["orders/create", orderPayload()],
      ["customers/redact", { customer: {} }],
    );
    expect(await refused()).toEqual(["customers/redact: customer: missing"]);
    expect(await listRequests(store.warehouse)).toMatchObject([
      { asks: "erasure", of: "email:ann@example.com", answeredAt: undefined },
    ]);
    expect(await erase()).toBe(1);
    expect(await orders()).toEqual([]);
    await receive(redact, ["orders/updated", orderPayload()]);
    await takeExport([EXPORTED]);
    expect(await orders()).toEqual([]);
    expect(await listRequests(store.warehouse)).toEqual([]);
    expect(await erase()).toBe(0);
    expect(await listErasures(store.warehouse)).toHaveLength(1);
    const asked = { event: "Erasure Requested", userId: "u1", source: "shopify", messageId: "m1" };
    const from = { sentAt: undefined, ip: undefined, userAgent: undefined };
    const body = JSON.stringify({ type: "track", ...asked });
    await log.append([{ format: "segment", keyId: "k", receivedAt: RECEIVED, body, ...from }]);
    await projection.caughtUp();
    expect(await listRequests(store.warehouse)).toEqual([]);
  });
});

describe("products by webhook", () => {
  const stock = () =>
    store.query<{ stock: string }>(
      `SELECT toString(argMax(assumeNotNull(p.stock), ts)) AS stock FROM products AS p
       WHERE product = 'MUG' AND p.stock IS NOT NULL`,
    );

  it("are statements of the catalogue, each from its date", async () => {
    await receive(
      ["products/create", productPayload()],
      [
        "products/update",
        productPayload({ updated_at: "2024-03-02T09:00:00+01:00" }, [{ price: "8.00" }]),
      ],
      [
        "products/create",
        productPayload({ id: 5, title: "Tea" }, [
          { sku: "", option1: "Red", title: "Red", inventory_management: null },
        ]),
      ],
    );
    const columns = `product, name, category, brand, toString(price) AS price,
      toString(compare_at_price) AS compared, toString(stock) AS stock, toString(launched_at) AS new`;
    const same = { brand: "Acme", category: "Kitchen", new: "2024-01-02 08:00:00.000" };
    expect(await store.query(`SELECT ${columns} FROM products ORDER BY product, ts`)).toEqual([
      { product: "MUG", name: "Mug", price: "10", compared: "12", stock: "5", ...same },
      { product: "MUG", name: "Mug", price: "8", compared: "12", stock: "5", ...same },
      {
        product: "Tea - Red",
        name: "Tea - Red",
        price: "10",
        compared: "12",
        stock: null,
        ...same,
      },
    ]);
  });

  it("have no stock when they are deleted", async () => {
    await receive(["products/create", productPayload()]);
    await receive(["products/delete", { id: 8067925344401 }]);
    expect(await stock()).toEqual([{ stock: "0" }]);
  });

  it("have the stock of all places, as soon as all are known", async () => {
    const at = (minute: number) => `2024-03-01T10:${String(minute).padStart(2, "0")}:00Z`;
    await receive(["inventory_levels/update", levelPayload(1, 3, at(0))]);
    expect(await refused()).toEqual([
      "inventory_levels/update: inventory_item_id: no webhook has told of its product yet",
    ]);
    await receive(["products/create", productPayload()]);
    await receive(["inventory_levels/update", levelPayload(1, 3, at(1))]);
    await receive(["inventory_levels/update", levelPayload(2, 2, at(2))]);
    expect(await stock()).toEqual([{ stock: "5" }]);
    await receive(
      ["inventory_levels/update", levelPayload(2, 0, at(3))],
      ["inventory_levels/update", levelPayload(1, 9, at(4))],
      ["inventory_levels/update", levelPayload(1, 3, at(1))],
    );
    expect(await stock()).toEqual([{ stock: "9" }]);
  });
});

describe("carts and checkouts by webhook", () => {
  const events = () =>
    current(
      "'added', 'removed', 'checkout'",
      "toString(ts) AS at, kind, product, toString(quantity) AS units, toString(price) AS price",
    );

  it("are what was put in and taken out since, not what lies in them", async () => {
    const t = (minute: number) => `2024-03-01T10:${String(minute).padStart(2, "0")}:00.000Z`;
    const first: Sent = ["carts/create", cartPayload(t(1), [MUG])];
    const more: Sent = ["carts/update", cartPayload(t(2), [{ ...MUG, quantity: 3 }, TEA])];
    const less: Sent = ["carts/update", cartPayload(t(3), [{ ...MUG, quantity: 2 }])];
    const expected = [
      { at: "2024-03-01 10:01:00.000", kind: "added", product: "MUG", units: "1", price: "10" },
      { at: "2024-03-01 10:02:00.000", kind: "added", product: "MUG", units: "2", price: "10" },
      { at: "2024-03-01 10:02:00.000", kind: "added", product: "TEA", units: "1", price: "20" },
      { at: "2024-03-01 10:03:00.000", kind: "removed", product: "MUG", units: "1", price: "10" },
      { at: "2024-03-01 10:03:00.000", kind: "removed", product: "TEA", units: "1", price: "20" },
    ];
    await receive(first, more, first, less, more);
    expect(await events()).toEqual(expected);
    await store.clear();
    for (const one of [first, more, less, more]) await receive(one);
    expect(await events()).toEqual(expected);
  });

  it("belong to the buyer as soon as a checkout names one, looking back too", async () => {
    await receive(
      ["carts/create", cartPayload("2024-03-01T10:01:00.000Z", [MUG])],
      ["checkouts/create", checkoutPayload()],
    );
    const known = { email: "ann@example.com", updated_at: "2024-03-01T10:31:00Z" };
    await receive(["checkouts/update", checkoutPayload(known)], ["orders/create", orderPayload()]);
    expect(await events()).toHaveLength(2);
    expect(
      await store.query(
        `SELECT uniqExact(dictGetOrDefault('identity_now', 'person', alias, alias)) AS people
         FROM facts WHERE kind IN ('added', 'checkout', 'order')`,
      ),
    ).toEqual([{ people: "1" }]);
  });
});

/** A payload of each kind, of which any value may be another. */
const PAYLOADS: readonly Sent[] = [
  ["orders/create", orderPayload({ refunds: [refundPayload("1.00", "2024-03-05T10:00:00Z")] })],
  ["refunds/create", refundPayload("1.00", "2024-03-05T10:00:00Z")],
  ["customers/update", customerPayload()],
  ["customers/redact", { customer: customerPayload() }],
  ["products/update", productPayload()],
  ["products/delete", { id: 8067925344401 }],
  ["inventory_levels/update", levelPayload(1, 3, "2024-03-05T10:00:00Z")],
  ["carts/update", cartPayload("2024-03-05T10:00:00Z", [MUG, TEA])],
  ["checkouts/update", checkoutPayload({ email: "ann@example.com" })],
];

const WILD = [
  ...[null, true, -1, 1e300, "", "x".repeat(5000), [], [[]], [null], {}, { id: {} }, "1e999"],
  ...["+275760-09-13T00:00:00Z", "0000-00-00", "\0", "\ud800", "' OR 1 = 1 --", "__proto__"],
];

/** Reproducible: the n-th value of all is another one. */
function spoilt(payload: unknown, at: { n: number }, value: unknown): unknown {
  at.n -= 1;
  if (at.n === 0) return value;
  if (Array.isArray(payload)) return payload.map((inner) => spoilt(inner, at, value));
  if (typeof payload !== "object" || payload === null) return payload;
  return Object.fromEntries(
    Object.entries(payload).map(([key, inner]) => [key, spoilt(inner, at, value)]),
  );
}

describe("webhooks of any form", () => {
  it("are read or refused by themselves, and those after them are facts", async () => {
    const rounds = 40 * Number(process.env.TESSERA_ROUNDS ?? 1);
    const seed = Number(process.env.TESSERA_SEED ?? Date.now() % 1_000_000);
    const random = newRandom(seed);
    const sent = Array.from({ length: rounds }, (): Sent => {
      const [topic, payload] = random.pick(PAYLOADS);
      const value = random.pick(WILD);
      const other = spoilt(payload, { n: random.int(2, 110) }, value);
      return [topic, other as Payload];
    });
    await receive(...sent, [
      "orders/create",
      orderPayload({ id: 7, name: "#7", email: "z@example.com" }),
    ]);
    expect(projection.status().fault, `TESSERA_SEED=${seed}`).toBeUndefined();
    expect(await current("'order'", "order_id, placed")).toContainEqual({
      order_id: "#7",
      placed: 1,
    });
  });
});
