// What Shopify's webhooks become: people, products, carts, and whatever else comes.
import { describe, expect, it } from "vitest";
import { eraseRequested, listErasures, listRequests } from "../../src/collect/index.js";
import { newRandom } from "../fuzz/random.js";
import { roundsOr, seed } from "../seed.js";
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
import {
  CURRENT,
  current,
  EXPORTED,
  ledger,
  log,
  orders,
  projection,
  RECEIVED,
  receive,
  refused,
  type Sent,
  store,
  takeExport,
} from "./shopify-store.js";

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
    const rounds = 40 * roundsOr(1);
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
