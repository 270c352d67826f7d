/**
 * One shop's exports of orders, products and customers, in every order: the visible facts are the
 * same, as of any instant, and so is every answer. With what Shopify's files have of their own.
 */

import { beforeAll, describe, expect, it } from "vitest";
import { importFiles, reconcile } from "../../src/collect/index.js";
import { playbookLibrary } from "../playbook/library.js";
import { planOf, snapshot, text } from "../shown/snapshot.js";
import { paid, shopifyExport } from "./shopify-export.js";
import { openSmallStore, type SmallStore } from "./small-store.js";

const END = Date.UTC(2024, 5, 1);

const ORDERS = shopifyExport([
  {
    name: "#1",
    email: "ann@example.com",
    order: paid(40, { Phone: "+436601234567", "Billing Country": "AT" }),
    lines: [
      [2, "Tea", 10, { "Lineitem sku": "TEA-1" }],
      [1, "Mug - Red / L", 20, { "Lineitem sku": "" }],
    ],
  },
  {
    name: "#2",
    email: "bob@example.com",
    order: paid(10, {
      "Financial Status": "partially_refunded",
      "Refunded Amount": "4.00",
      "Created at": "2024-04-01 10:00:00 +0000",
      "Paid at": "2024-04-01 10:00:00 +0000",
    }),
    lines: [[1, "Tea", 10, { "Lineitem sku": "TEA-1", Vendor: "Own" }]],
  },
  {
    // A till knows the phone only: it is Ann's.
    name: "#3",
    order: paid(10, {
      Phone: "+436601234567",
      Employee: "Max",
      "Created at": "2024-04-02 10:00:00 +0000",
      "Paid at": "2024-04-02 10:00:00 +0000",
    }),
    lines: [[1, "Hat", 10, { "Lineitem sku": "HAT" }]],
  },
]);

/** Taken a month later: the rest of #2 was paid back too. */
const LATER = ORDERS.replace("partially_refunded", "refunded").replace(/\b4\.00\b/, "10.00");

const PRODUCTS = `Handle,Title,Body (HTML),Vendor,Product Category,Type,Tags,Published,Option1 Name,Option1 Value,Option2 Name,Option2 Value,Variant SKU,Variant Inventory Qty,Variant Price,Variant Compare At Price,Image Src,Cost per item,Status
tea,Tea,,Leaf & Co,Food > Drinks > Tea,,,true,Title,Default Title,,,TEA-1,40,10.00,12.00,a.png,3.50,active
tea,,,,,,,,,,,,,,,,b.png,,
mug,Mug,,Clay,Home & Garden > Kitchen,Mugs,,true,Colour,Red,Size,L,,5,20.00,,c.png,8,active
mug,,,,,,,,,Blue,,S,MUG-B,7,18.00,,,7.5,
`;

const CUSTOMERS = `Customer ID,First Name,Last Name,Email,Accepts Email Marketing,Default Address Company,Default Address Address1,Default Address Address2,Default Address City,Default Address Province Code,Default Address Country Code,Default Address Zip,Default Address Phone,Phone,Accepts SMS Marketing,Total Spent,Total Orders,Note,Tax Exempt,Tags,Accepts WhatsApp Marketing,Colour (customer.metafields.custom.colour)
'701,Ann,Lee,ann@example.com,yes,,Way 1,,Wien,,AT,'1010,,'+43 660 1234567,no,50.00,2,,no,"vip, tea",no,green
'702,Bob,Ray,bob@example.com,no,Ray GmbH,Way 2,,Graz,,AT,'8010,,,no,0.00,1,,yes,,no,
'703,Cy,Ox,cy@example.com,yes,,,,Linz,,AT,,,,,0.00,0,,no,,,
`;
const OLD_CUSTOMERS = `First Name,Last Name,Email,Accepts Email Marketing,Company,Address1,Address2,City,Province,Province Code,Country,Country Code,Zip,Phone,Accepts SMS Marketing,Total Spent,Total Orders,Tags,Note,Tax Exempt
Ann,Leigh,ann@example.com,no,,Old way 1,,Linz,,,Austria,AT,'4020,,no,20.00,1,,,no
`;

let store: SmallStore;
let files: Readonly<Record<"orders" | "later" | "products" | "customers" | "old", string>>;
beforeAll(async () => {
  store = await openSmallStore();
  files = {
    orders: store.write("orders_export.csv", ORDERS),
    later: store.write("orders_export_2.csv", LATER),
    products: store.write("products_export.csv", PRODUCTS),
    customers: store.write("customers_export.csv", CUSTOMERS),
    old: store.write("customers_2023.csv", OLD_CUSTOMERS),
  };
});

/** Without any option, one after another. */
async function take(...names: (keyof typeof files)[]) {
  for (const [i, name] of names.entries()) {
    const options = { files: [files[name]], dataDir: store.dataDir, now: END + i * 1000 };
    await importFiles(store.warehouse, options);
  }
}

/** Everything but the number of a fact's version, which says how often it was completed. */
async function visibleFacts(): Promise<string> {
  const at = [Date.UTC(2024, 1, 1), Date.UTC(2024, 3, 3), END];
  const visible = at.map((now) =>
    store.query(
      `SELECT * EXCEPT (import_id, alias, version) FROM (
         SELECT *, dictGetOrDefault('identity_at', 'person', alias, ${now}, alias) AS person
         FROM facts WHERE known_at <= fromUnixTimestamp64Milli(${now})
           AND (fact_id, version) NOT IN (SELECT fact_id, version FROM superseded
             WHERE known_at <= fromUnixTimestamp64Milli(${now}))) ORDER BY ALL`,
    ),
  );
  return text(await Promise.all(visible));
}

const lines = () =>
  store.query(`SELECT order_id AS o, product AS p, category AS c, department AS d, brand AS b,
      toString(cost) AS cost FROM facts
    WHERE kind = 'line' AND (fact_id, version) NOT IN (SELECT fact_id, version FROM superseded)
    ORDER BY o, p`);

describe("a shop's files of orders, products and customers", () => {
  it("give the same in every order, overlapping, and again", async () => {
    const answers = () => snapshot(store.warehouse, planOf(playbookLibrary()), { now: END });
    await take("orders", "products", "old", "later", "customers");
    const [facts, members] = [await visibleFacts(), await answers()];
    expect(members.members.size).toBeGreaterThan(1);
    for (const order of [
      ["orders", "old", "customers", "later", "products"],
      ["products", "customers", "orders", "old", "later"],
      ["later", "products", "orders", "old", "customers"],
      ["old", "customers", "products", "later", "orders", "customers", "old", "products"],
    ] as const) {
      await store.clear();
      await take(...order);
      expect(await visibleFacts(), order.join()).toBe(facts);
    }
    expect(await answers()).toEqual(members);
  });

  it("complete each line by SKU, else by name; what the line says of itself stands", async () => {
    expect(await lines()).toEqual([
      { o: "#1", p: "Mug - Red / L", c: "Mugs", d: "Home & Garden", b: "Clay", cost: "8" },
      { o: "#1", p: "TEA-1", c: "Tea", d: "Food", b: "Leaf & Co", cost: "7" },
      { o: "#2", p: "TEA-1", c: "Tea", d: "Food", b: "Own", cost: "3.5" },
      { o: "#3", p: "HAT", c: "", d: "", b: "", cost: null },
    ]);
  });

  it("join people by e-mail, then by phone; the export with more orders counts", async () => {
    const traits = await store.query<{ p: string; props: string; n: number }>(
      `SELECT props.first_name.:String AS name, props.last_name.:String AS last, props.city.:String AS city,
         props.postcode.:String AS zip, props.phone.:String AS phone, props.customer_id.:String AS id,
         props.custom_colour.:String AS colour, props.tags.:\`Array(Nullable(String))\` AS tags,
         props.accepts_email.:Bool AS mail, props.tax_exempt.:Bool AS exempt
       FROM facts WHERE kind = 'identified' AND order_id = ''
         AND (fact_id, version) NOT IN (SELECT fact_id, version FROM superseded) ORDER BY id`,
    );
    const rest = { phone: null, colour: null, tags: [], zip: null };
    expect(traits).toEqual([
      {
        name: "Ann",
        last: "Lee",
        city: "Wien",
        zip: "1010",
        phone: "+436601234567",
        id: "701",
        colour: "green",
        tags: ["vip", "tea"],
        mail: true,
        exempt: false,
      },
      {
        ...rest,
        name: "Bob",
        last: "Ray",
        city: "Graz",
        zip: "8010",
        id: "702",
        mail: false,
        exempt: true,
      },
      { ...rest, name: "Cy", last: "Ox", city: "Linz", id: "703", mail: true, exempt: false },
    ]);
    const orders = await store.query(
      `SELECT groupArray(order_id) AS orders FROM (SELECT order_id,
           dictGetOrDefault('identity_now', 'person', alias, alias) AS person FROM facts
         WHERE kind = 'order' AND (fact_id, version) NOT IN (SELECT fact_id, version FROM superseded)
         ORDER BY order_id) GROUP BY person ORDER BY orders`,
    );
    expect(orders).toEqual([{ orders: ["#1", "#3"] }, { orders: ["#2"] }]);
  });

  it("are reconciled with what the shop states of its customers", async () => {
    expect(await reconcile(store.warehouse)).toMatchObject({ people: 3, equal: 3, equalOrders: 3 });
  });
});
