import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Mapping, readMapping } from "../../src/collect/index.js";
import { NOW, openSmallStore, SMALL_CSV, type SmallStore } from "./small-store.js";

let store: SmallStore;
beforeAll(async () => {
  store = await openSmallStore();
});
beforeEach(() => store.clear());

const mapping = (rules = ""): Mapping =>
  readMapping(
    `source: shop
columns: {order: o, product: p, name: n, quantity: q, price: a, time: t, customer: c}
${rules}`,
    "m",
  );

async function importRows(rows: readonly string[], rules?: string, now = NOW) {
  const path = store.write("rows.csv", ["o,p,n,q,a,t,c", ...rows].join("\n"));
  return store.import(path, mapping(rules), now);
}

const facts = (columns: string, where: string) =>
  store.query<Record<string, unknown>>(`SELECT ${columns} FROM facts WHERE ${where} ORDER BY ALL`);

describe("amounts of an order", () => {
  it("are exact: the discount is spread to the last ten-thousandth", async () => {
    await store.import(store.write("small.csv", SMALL_CSV));
    expect(
      await facts(
        "toString(gross) AS gross, toString(discount) AS discount, toString(net) AS net",
        "order_id = 'A1' AND kind = 'line'",
      ),
    ).toEqual([
      { gross: "10", discount: "2.5714", net: "7.4286" },
      { gross: "9", discount: "0.9643", net: "8.0357" },
      { gross: "9", discount: "0.9643", net: "8.0357" },
    ]);
    expect(
      await facts(
        "toString(gross) AS gross, toString(discount) AS discount, toString(net) AS net, toString(quantity) AS quantity",
        "order_id = 'A1' AND kind = 'order'",
      ),
    ).toEqual([{ gross: "28", discount: "4.5", net: "23.5", quantity: "5" }]);
  });

  it("spread any discount so that the shares add up", async () => {
    const rows = [1, 2, 3, 4, 5, 6, 7].map((i) => `X,p${i},,1,${i}.0${i},2024-01-01,c`);
    await importRows([...rows, "X,D,,-1,0.10,2024-01-01,"], "discounts: {products: [D]}");
    expect(await facts("toString(sum(discount)) AS s", "kind = 'line'")).toEqual([{ s: "0.1" }]);
  });

  it("give a discount without a line to carry it back on its own", async () => {
    await importRows(["X,D,,-1,5,2024-01-01,c"], "discounts: {products: [D]}");
    expect(await facts("kind, toString(net) AS net", "1")).toEqual([{ kind: "refund", net: "-5" }]);
  });
});

describe("what is given back", () => {
  const rows = ["X,mug,,2,3,2024-01-01,c", "X,tea,,-1,4,2024-01-01,c"];

  it("is a refund where a quantity is negative", async () => {
    await importRows(rows);
    expect(await facts("kind, toString(net) AS net", "1")).toEqual([
      { kind: "line", net: "6" },
      { kind: "order", net: "6" },
      { kind: "refund", net: "-4" },
    ]);
  });

  it("stays a line where the mapping says so", async () => {
    await importRows(rows, "refunds: {negative_quantity: line}");
    expect(await facts("toString(net) AS net, kept", "kind = 'order'")).toEqual([
      { net: "2", kept: 1 },
    ]);
  });

  it("is negative in the facts when the file writes it as positive", async () => {
    const rules = "refunds: {order_pattern: '^RET-', amounts: positive}";
    await importRows(["RET-1,mug,,2,3,2024-01-01,c"], rules);
    expect(await facts("kind, toString(quantity) AS q, toString(net) AS net", "1")).toEqual([
      { kind: "refund", q: "-2", net: "-6" },
    ]);
  });
});

describe("an order counts as placed", () => {
  it("not when nothing was sold, and not for free where the mapping says so", async () => {
    const rows = [
      "GIFT,mug,,1,0,2024-01-01,c",
      "OFF,mug,,-1,0,2024-01-01,",
      "X,mug,,1,1,2024-01-01,c",
    ];
    const rules = (free: string) => `refunds: {negative_quantity: line}\norders: {free: ${free}}`;
    await importRows(rows, rules("placed"));
    expect(await facts("order_id", "kind = 'order' AND placed = 1 AND kept = 1")).toEqual([
      { order_id: "GIFT" },
      { order_id: "X" },
    ]);
    await store.clear();
    await importRows(rows, rules("not_placed"));
    expect(await facts("order_id", "kind = 'order' AND placed = 1")).toEqual([{ order_id: "X" }]);
    expect(await facts("order_id", "kind = 'line' AND kept = 1")).toEqual([{ order_id: "X" }]);
  });

  it("not when its status says that it was cancelled", async () => {
    const text = "o,t,a,s\nX,2024-01-01,1,void\nY,2024-01-01,1,paid\n";
    const path = store.write("status.csv", text);
    const rules = readMapping(
      "source: s\ncolumns: {order: o, time: t, amount: a, status: s}\norders: {cancelled: [void]}",
      "m",
    );
    await store.import(path, rules);
    expect(await facts("order_id, kept", "kind = 'order'")).toEqual([
      { order_id: "X", kept: 0 },
      { order_id: "Y", kept: 1 },
    ]);
  });
});

describe("a later file with more lines of an order", () => {
  const first = "X,mug,,1,3,2024-01-01,c";
  const later = "X,tea,,1,4,2024-01-03,c";

  it("adds them, and the order gets a new version from then on", async () => {
    await importRows([first]);
    const summary = await importRows([first, later], "", NOW + 1000);
    expect(summary).toMatchObject({ lines: 1, orders: 0, changedOrders: 1, revenue: "4" });
    expect(
      await facts(
        "version, toString(net) AS net, toString(ts) AS ts, toString(known_at) AS known",
        "kind = 'order'",
      ),
    ).toEqual([
      { version: 1, net: "3", ts: "2024-01-01 00:00:00.000", known: "2024-01-01 00:00:00.000" },
      { version: 2, net: "7", ts: "2024-01-01 00:00:00.000", known: "2024-06-01 00:00:01.000" },
    ]);
    expect(
      await facts(
        "product, toString(ts) AS ts, toString(known_at) AS known",
        "kind = 'line' AND product = 'tea'",
      ),
    ).toEqual([
      { product: "tea", ts: "2024-01-01 00:00:00.000", known: "2024-06-01 00:00:01.000" },
    ]);
    expect(
      await store.query("SELECT version, toString(known_at) AS known FROM superseded"),
    ).toEqual([{ version: 1, known: "2024-06-01 00:00:01.000" }]);
  });

  it("changes nothing more when it comes again", async () => {
    await importRows([first]);
    await importRows([first, later], "", NOW + 1000);
    const before = await store.contents();
    await importRows([later, first], "", NOW + 2000);
    expect(await store.contents()).toEqual(before);
  });
});

describe("people and products", () => {
  it("take the country of the first order, and the name most often sold", async () => {
    await store.import(store.write("small.csv", SMALL_CSV));
    expect(
      await facts(
        "country, toString(props.country) AS trait, toString(ts) AS ts",
        "kind = 'identified'",
      ),
    ).toEqual([
      { country: "AT", trait: "AT", ts: "2024-02-01 08:05:00.000" },
      { country: "DE", trait: "DE", ts: "2024-01-31 23:30:00.000" },
    ]);
    expect(await store.query("SELECT product, name FROM products ORDER BY product")).toEqual([
      { product: "cup", name: "Ünïcode cup" },
      { product: "mug", name: 'Mug, "large"' },
      { product: "tea", name: "Tea\nof the house" },
    ]);
    expect(await store.query("SELECT id_kind, id_value FROM aliases ORDER BY id_value")).toEqual([
      { id_kind: "email", id_value: "ann@example.com" },
      { id_kind: "email", id_value: "bob@example.com" },
    ]);
  });

  it("leave out values that stand for nobody", async () => {
    const rules = "customer: {nobody: [guest, '0']}";
    const summary = await importRows(["X,m,,1,1,2024-01-01,guest", "Y,m,,1,1,2024-01-01,0"], rules);
    expect(summary).toMatchObject({ people: 0, orders: 2 });
    expect(await facts("DISTINCT toString(alias) AS a", "1")).toEqual([{ a: "0" }]);
  });
});
