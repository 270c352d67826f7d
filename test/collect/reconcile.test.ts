import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { aliasOf } from "../../src/base/index.js";
import { importFiles, reconcile } from "../../src/collect/index.js";
import { factRow } from "../../src/store/index.js";
import { paid, type ShopOrder, shopifyExport } from "./shopify-export.js";
import { NOW, openSmallStore, type SmallStore } from "./small-store.js";

let store: SmallStore;
beforeAll(async () => {
  store = await openSmallStore();
});
beforeEach(() => store.clear());

/** What the shop's export of customers says, as the people of that file become facts. */
async function states(totals: Readonly<Record<string, [spent: number, orders: number]>>) {
  const rows = Object.entries(totals).map(([name, [spent, orders]], i) =>
    factRow({
      alias: aliasOf("email", `${name}@example.com`),
      ts: NOW,
      knownAt: NOW,
      factId: BigInt(i + 1),
      kind: "identified",
      props: { total_spent: spent, total_orders: orders },
    }),
  );
  await store.warehouse.insert("facts", rows);
}

const of = (name: string, order: ShopOrder["order"], lines: ShopOrder["lines"]): ShopOrder => ({
  name: `#${name}`,
  email: `${name.replace(/\d/, "")}@example.com`,
  order,
  lines,
});

async function take(orders: readonly ShopOrder[]) {
  const files = [store.write("orders_export.csv", shopifyExport(orders))];
  await importFiles(store.warehouse, { files, dataDir: store.dataDir, now: NOW });
}

describe("the reconciliation card", () => {
  it("is not there while no customer's totals are known", async () => {
    await take([of("ann", paid(10), [[1, "Tea", 10]])]);
    expect(await reconcile(store.warehouse)).toBeUndefined();
  });

  it("names the reason for each difference", async () => {
    const tea: ShopOrder["lines"] = [[1, "Tea", 100]];
    const charged = { Shipping: "5.00", Taxes: "20.00" };
    const back = { "Financial Status": "partially_refunded", "Refunded Amount": "40.00" };
    await take([
      of("same", paid(100), tea),
      of("taxed", paid(100, charged), tea),
      of("refunded", paid(100, back), tea),
      of("gift", paid(150), [...tea, [1, "Gift Card", 50]]),
      of("pending1", paid(100), tea),
      of("pending2", paid(100, { "Financial Status": "pending", "Paid at": "" }), tea),
      of("both", paid(100, { ...charged, ...back }), tea),
      of("older", paid(100), tea),
      of("odd", paid(100), tea),
    ]);
    await states({
      same: [100, 1],
      taxed: [125, 1],
      refunded: [100, 1],
      gift: [150, 1],
      pending: [200, 2],
      both: [125, 1],
      older: [180, 2],
      odd: [77, 1],
      stranger: [0, 0],
    });
    const card = await reconcile(store.warehouse);
    expect(card).toMatchObject({ people: 9, equal: 2, equalOrders: 7, statedOrders: 9 });
    const sorted = card!.differences
      .map((d) => [d.reasons.join(" and "), d.people, d.amount])
      .sort();
    expect(sorted).toEqual([
      ["gift cards sold are included", 1, "50"],
      ["no reason found", 1, "-23"],
      ["orders that are not in the files", 1, "80"],
      ["refunds are not taken off", 1, "40"],
      // The goods carry 100 / 105 of the tax of 20; 40 of the 119.05 paid for them came back.
      ["tax and shipping are included and refunds are not taken off", 1, "58.6"],
      ["tax and shipping are included", 1, "25"],
      ["unpaid, cancelled or test orders are included", 1, "100"],
    ]);
  });

  it("finds the customers of Shopify's own export among the buyers, by e-mail or phone", async () => {
    const header =
      "Customer ID,First Name,Last Name,Email,Accepts Email Marketing,Default Address Company,Default Address Address1,Default Address Address2,Default Address City,Default Address Province Code,Default Address Country Code,Default Address Zip,Default Address Phone,Phone,Accepts SMS Marketing,Total Spent,Total Orders,Note,Tax Exempt,Tags";
    const customer = (id: number, email: string, phone: string, spent: number, orders: number) =>
      `'${id},A,B,${email},yes,,,,,,AT,,,${phone},no,${spent},${orders},,no,`;
    const customers = [
      header,
      customer(1, "ann@example.com", "", 125, 1),
      customer(2, "", "'+436601234567", 100, 1),
      customer(3, "new@example.com", "", 0, 0),
    ].join("\n");
    const tea: ShopOrder["lines"] = [[1, "Tea", 100]];
    const files = [
      store.write("customers_export.csv", customers),
      store.write(
        "orders_export.csv",
        shopifyExport([
          of("ann", paid(100, { Shipping: "5.00", Taxes: "20.00" }), tea),
          { ...of("phone", paid(100, { Phone: "+436601234567" }), tea), email: "" },
        ]),
      ),
    ];
    const given = { dataDir: store.dataDir, now: NOW };
    await importFiles(store.warehouse, { ...given, files });
    const card = await reconcile(store.warehouse);
    expect(card).toMatchObject({ people: 3, equal: 2, equalOrders: 3 });
    expect(card!.differences).toEqual([
      { reasons: ["tax and shipping are included"], people: 1, amount: "25" },
    ]);
  });
});
