/**
 * A first mapping for files of many shops: the fields that it proposes are right, what it cannot
 * know it asks, and the text is a mapping with which the file comes in.
 */

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import {
  importFiles,
  type Proposal,
  proposeMapping,
  readMapping,
  readPreset,
} from "../../src/collect/index.js";
import * as files from "./proposed-files.js";
import { paid, shopifyExport } from "./shopify-export.js";
import { NOW, openSmallStore, type SmallStore } from "./small-store.js";

const LINES = [
  [2, "Mug", 4.5],
  [1, "Tea", 5],
] as const;

let store: SmallStore;
beforeAll(async () => {
  store = await openSmallStore();
});

const propose = (file: string, encoding?: string): Promise<Proposal> =>
  proposeMapping(store.warehouse, { file, encoding, dataDir: store.dataDir });

const proposeFor = (name: string, content: string | Buffer) => propose(store.write(name, content));

/** Columns of the mapping as it stands, those that wait for an answer left out. */
const columnsOf = ({ mapping }: Proposal) => readMapping(mapping, "proposed").columns;

const rule = ({ rules }: Proposal, key: string) =>
  rules.find((one) => one.key === key && one.question === undefined)?.value;

/** Imports the file with the mapping as it was proposed, but for landing. */
async function dryRun(proposal: Proposal) {
  const mapping = readMapping(proposal.mapping, "proposed");
  const [summary] = await importFiles(store.warehouse, {
    files: [proposal.file],
    mapping,
    dataDir: store.dataDir,
    now: NOW,
    dryRun: true,
  });
  return summary!;
}

describe("for files of shops", () => {
  it("proposes the mapping that docs/import.md shows", async () => {
    const doc = readFileSync(
      fileURLToPath(new URL("../../docs/import.md", import.meta.url)),
      "utf8",
    );
    const block = (label: string) =>
      new RegExp(`^\`\`\`\\w+ ${label}\\n([\\s\\S]*?)^\`\`\``, "m").exec(doc)![1]!;
    const shown = readMapping(block("file=orders.yaml"), "shown");
    const proposal = await proposeFor("orders.csv", block("file=orders.csv"));
    const { source: _, currency: __, time, ...mapping } = readMapping(proposal.mapping, "proposed");
    expect(mapping).toEqual({
      ...shown,
      time: undefined,
      source: undefined,
      currency: undefined,
    });
    expect(time.formats).toEqual(shown.time.formats);
    const asked = proposal.rules.filter(({ question }) => question).map(({ key }) => key);
    expect(asked).toEqual(["currency", "time.zone"]);
    expect(await dryRun(proposal)).toMatchObject({ rowsRejected: 1, orders: 2, lines: 3 });
  });

  it("reads Turkish names, words and numbers", async () => {
    const proposal = await proposeFor("siparisler.csv", files.TURKISH);
    expect(columnsOf(proposal)).toEqual({
      order: "Sipariş No",
      time: "Sipariş Tarihi",
      customer: "Müşteri No",
      email: "E-posta",
      product: "Ürün Kodu",
      name: "Ürün Adı",
      quantity: "Adet",
      price: "Birim Fiyat",
      discount: "İndirim",
      status: "Sipariş Durumu",
      shipping: "Kargo Ücreti",
      total: "Toplam",
      city: "Şehir",
      country: "Ülke",
    });
    expect(rule(proposal, "orders.cancelled")).toEqual(["İptal edildi"]);
    expect(rule(proposal, "orders.unpaid")).toEqual(["Ödeme bekleniyor"]);
    expect(rule(proposal, "numbers.decimal")).toBe(",");
    expect(proposal.rules.find(({ key }) => key === "time.zone")).toMatchObject({
      value: "Europe/Istanbul",
      sureness: "unsure",
    });
    expect(await dryRun(proposal)).toMatchObject({ rowsRejected: 0, orders: 4, lines: 5 });
  });

  it("reads German names, and leaves plain lines plain lines", async () => {
    const proposal = await proposeFor("bestellungen.tsv", files.GERMAN);
    expect(columnsOf(proposal)).toEqual({
      order: "Bestellnummer",
      time: "Bestelldatum",
      customer: "Kundennr",
      product: "Artikelnr",
      name: "Bezeichnung",
      quantity: "Menge",
      price: "Einzelpreis (EUR)",
      category: "Warengruppe",
      brand: "Marke",
      country: "Land",
      coupon: "Gutscheincode",
    });
    expect(rule(proposal, "currency")).toBe("EUR");
    expect(await dryRun(proposal)).toMatchObject({ rowsRejected: 0, orders: 3, refunds: 1 });
  });

  it.each(Object.entries(files.LANGUAGES))("reads %s names", async (_, [file, columns]) => {
    const proposal = await proposeFor("orders.csv", file);
    expect(columnsOf(proposal)).toEqual(columns);
    expect(await dryRun(proposal)).toMatchObject({ rowsRejected: 0, orders: 2, lines: 3 });
  });

  it("knows WooCommerce's columns by other names", async () => {
    const proposal = await proposeFor("woo.csv", files.RENAMED_WOO);
    expect(columnsOf(proposal)).toEqual({
      order: "Order No",
      time: "Order Placed",
      status: "State",
      paid: "Paid on",
      total: "Order Total",
      shipping: "Delivery fee",
      tax: "Tax total",
      order_discount: "Cart discount",
      payment: "Paid with",
      customer: "Buyer Id",
      email: "Buyer Email",
      phone: "Buyer Phone",
      first_name: "First name",
      last_name: "Surname",
      company: "Billing Company",
      postcode: "Billing Zip",
      city: "Town",
      country: "Billing Country",
      name: "Item",
      product: "Item SKU",
      quantity: "Qty",
      amount: "Item subtotal",
      coupon: "Coupon",
      currency: "Currency code",
    });
    expect(rule(proposal, "customer.nobody")).toEqual(["0"]);
    expect(rule(proposal, "customer.identifying")).toEqual(["email", "phone"]);
    expect(rule(proposal, "orders.refunded")).toEqual(["refunded"]);
    expect(await dryRun(proposal)).toMatchObject({ rowsRejected: 0, orders: 5, lines: 8 });
  });

  it("knows Shopify's columns by other names, and asks about one without values", async () => {
    const proposal = await proposeFor("shopify.csv", files.RENAMED_SHOPIFY);
    expect(columnsOf(proposal)).toEqual({
      order: "Order number",
      email: "Customer email",
      status: "Payment state",
      paid: "Paid on",
      currency: "Currency",
      subtotal: "Sub-total",
      shipping: "Shipping cost",
      tax: "VAT",
      total: "Order total",
      coupon: "Discount code",
      order_discount: "Order discount",
      time: "Placed at",
      quantity: "Line qty",
      name: "Line title",
      price: "Line price",
      product: "Line SKU",
      full_name: "Billing name",
      city: "City",
      postcode: "Zip",
      country: "Country",
      refunded: "Refunded",
      brand: "Vendor",
      discount: "Line discount",
      phone: "Phone",
    });
    expect(proposal.fields.find(({ field }) => field === "cancelled")).toMatchObject({
      column: "Cancelled on",
      sureness: "unsure",
      question: expect.stringMatching(/cancelled/),
    });
    expect(rule(proposal, "taxes.included")).toBe("by_total");
    // The times name their offset, so no zone is asked for.
    expect(proposal.rules.map(({ key }) => key)).not.toContain("time.zone");
    expect(await dryRun(proposal)).toMatchObject({ rowsRejected: 0, orders: 4, lines: 6 });
  });

  it("finds the signs of gifts among records of orders", async () => {
    const [header = "", ...rows] = files.RENAMED_WOO.trimEnd().split("\n");
    const text = [
      `${header},Recipient,Gift wrapping,Gift message`,
      ...rows.map(
        (row, i) =>
          `${row},${["Ann Lee", "Bob Ray", "Eve Sun"][i % 3]},no,${i === 2 ? "For you" : ""}`,
      ),
    ].join("\n");
    expect(columnsOf(await proposeFor("gifts.csv", text))).toMatchObject({
      ship_name: "Recipient",
      gift_wrap: "Gift wrapping",
      gift_note: "Gift message",
    });
  });

  it("finds the order where its column is only called Name, as in Shopify's own export", async () => {
    const exported = shopifyExport([
      { name: "#1", email: "ann@example.com", order: paid(14), lines: LINES },
      { name: "#2", email: "bob@example.com", order: paid(14), lines: LINES },
      { name: "#3", email: "ann@example.com", order: paid(14), lines: LINES },
    ]);
    const proposal = await proposeFor("orders_export.csv", exported);
    expect(proposal.preset).toBe("shopify-orders");
    expect(columnsOf(proposal)).toMatchObject({
      order: "Name",
      name: "Lineitem name",
      discount: "Lineitem discount",
      order_discount: "Discount Amount",
      time: "Created at",
      status: "Financial Status",
      email: "Email",
    });
    expect(await dryRun(proposal)).toMatchObject({ rowsRejected: 0, orders: 3, lines: 6 });
  });

  it("tells people, and asks whether a further column is a trait", async () => {
    const proposal = await proposeFor("kunden.csv", files.PEOPLE);
    expect(proposal).toMatchObject({ record: "people", sureness: "sure" });
    expect(columnsOf(proposal)).toEqual({
      customer: "Kundennummer",
      first_name: "Vorname",
      last_name: "Nachname",
      email: "E-Mail",
      phone: "Telefon",
      city: "Ort",
      postcode: "PLZ",
      country: "Land",
      accepts_email: "Newsletter",
    });
    expect(proposal.mapping).toContain("# lieblingsfarbe: Lieblingsfarbe");
    expect(await dryRun(proposal)).toMatchObject({ rowsRejected: 0, people: 3 });
  });

  it("tells refunds, and contacts, of which it asks whether they are responses", async () => {
    const refunds = "Order ID,Refund date,Refund amount\n1,2024-03-20,4.50\n2,2024-03-21,12.00\n";
    const refund = await proposeFor("refunds.csv", refunds);
    expect(refund.record).toBe("refunds");
    expect(columnsOf(refund)).toEqual({
      order: "Order ID",
      time: "Refund date",
      amount: "Refund amount",
    });
    const sent = "Kampagne,Kundennummer,Datum\nSommer,7,14.03.2024\nSommer,8,14.03.2024\n";
    const contact = await proposeFor("kontakte.csv", sent);
    expect(contact.record).toBe("contacts");
    expect(columnsOf(contact)).toEqual({
      campaign: "Kampagne",
      customer: "Kundennummer",
      time: "Datum",
    });
    const response = contact.rules.find(({ key }) => key === "constants.response");
    expect(response?.question).toMatch(/is it a response/);
  });

  it("tells products, with the way to a category", async () => {
    const proposal = await proposeFor("products.csv", files.PRODUCTS);
    expect(proposal).toMatchObject({ record: "products", sureness: "sure" });
    expect(columnsOf(proposal)).toEqual({
      product: "SKU",
      name: "Title",
      category_path: "Category",
      price: "Price",
      compare_at_price: "Compare at price",
      cost: "Cost",
      stock: "Stock",
      brand: "Brand",
    });
    expect(await dryRun(proposal)).toMatchObject({ rowsRejected: 0, products: 3 });
  });
});

const shared = (path: string) =>
  fileURLToPath(new URL(`../../../shared/data/${path}`, import.meta.url));

describe("for public data", () => {
  const given = (path: string, title: string, work: () => Promise<void>) => {
    const absent = !existsSync(shared(path));
    const why = absent ? ` (skipped: ../shared/data/${path} is not there)` : "";
    it.skipIf(absent)(`${title}${why}`, work);
  };

  const RETAIL = "online-retail/online_retail.parquet";
  given(RETAIL, "proposes what the preset of Online Retail says", async () => {
    const [preset] = readPreset("online-retail");
    const proposal = await propose(shared(RETAIL));
    expect(columnsOf(proposal)).toEqual(preset!.mapping.columns);
    expect(rule(proposal, "refunds.order_prefix")).toBe("C");
    expect(rule(proposal, "refunds.negative_quantity")).toBe("line");
    expect(rule(proposal, "discounts.products")).toEqual(["D"]);
    expect(proposal.preset).toBe("online-retail");
    expect(await dryRun(proposal)).toMatchObject({ rowsRead: 541_909, people: 4_372 });
  });

  const JOURNEY = "complete-journey/transactions_sample.csv.gz";
  given(JOURNEY, "finds the lines of Complete Journey, and asks about the discount", async () => {
    const proposal = await propose(shared(JOURNEY));
    expect(columnsOf(proposal)).toEqual({
      order: "basket_id",
      time: "transaction_timestamp",
      customer: "household_id",
      product: "product_id",
      quantity: "quantity",
      amount: "sales_value",
    });
    expect(proposal.fields.find(({ field }) => field === "discount")?.question).toMatch(/amount/);
    expect(await dryRun(proposal)).toMatchObject({ rowsRead: 75_000, orders: 47_243 });
  });

  const EVENTS = "retailrocket/sample_events.csv.gz";
  given(EVENTS, "finds the events of Retailrocket", async () => {
    const proposal = await propose(shared(EVENTS));
    expect(proposal).toMatchObject({ record: "events", sureness: "sure" });
    expect(columnsOf(proposal)).toEqual({
      name: "event",
      time: "timestamp",
      anonymous: "visitorid",
      product: "itemid",
      order: "transactionid",
    });
    expect(rule(proposal, "time.formats")).toEqual(["unix_ms"]);
    expect(await dryRun(proposal)).toMatchObject({ rowsRead: 9_385, rowsRejected: 0 });
  });
});

describe("dates", () => {
  const withDates = (dates: readonly string[]) =>
    ["order,date,price", ...dates.map((date, i) => `A${i},"${date}",${i + 1}.50`), ""].join("\n");

  const cases: Record<string, [dates: string[], formats: string[], sureness: string]> = {
    "by a day above 12": [["03/04/2024", "25/04/2024"], ["d/M/yyyy"], "sure"],
    "by a month that cannot be one": [["03/04/2024", "04/25/2024"], ["M/d/yyyy"], "sure"],
    "with AM and PM": [["3/14/2024 6:05 PM", "3/15/2024 9:00 AM"], ["M/d/yyyy h:mm a"], "sure"],
    "with points, which put the day first": [["03.04.24", "01.02.24"], ["d.M.yy"], "sure"],
    "with seconds in some rows": [
      ["14.3.2024 9:05", "15.3.2024 9:05:59", "16.3.2024 10:05"],
      ["d.M.yyyy H:mm", "d.M.yyyy H:mm:ss"],
      "sure",
    ],
    "by names of months": [["Mar 14, 2024", "Dec 1, 2024"], ["MMM d, yyyy"], "sure"],
    "without any sign": [["20240314", "20241201"], ["yyyyMMdd"], "sure"],
    "in seconds since 1970": [["1710403200", "1733011200"], ["unix"], "sure"],
  };
  it.each(Object.entries(cases))("are told %s", async (_, [dates, formats, sureness]) => {
    const proposal = await proposeFor("dates.csv", withDates(dates));
    const found = proposal.rules.filter(({ key }) => key === "time.formats");
    expect(found).toMatchObject([{ value: formats, sureness }]);
    expect(await dryRun(proposal)).toMatchObject({ rowsRejected: 0, orders: dates.length });
  });

  it("that do not tell day from month are taken as days first, and the question is asked", async () => {
    const proposal = await proposeFor("dates.csv", withDates(["03/04/2024", "05/06/2024"]));
    expect(proposal.rules.filter(({ key }) => key === "time.formats")).toMatchObject([
      { value: ["d/M/yyyy"], sureness: "unsure" },
      { value: ["M/d/yyyy"], question: expect.stringMatching(/other way round/) },
    ]);
    expect(await dryRun(proposal)).toMatchObject({ from: "2024-04-03T00:00:00Z" });
  });
});

describe("what is not there", () => {
  it("prose is said to hold nothing", async () => {
    const prose = "text\nOnce upon a time there was a mug\nIt stood on a shelf\n";
    await expect(proposeFor("prose.csv", prose)).rejects.toMatchObject({
      code: "input.invalid",
      message: expect.stringMatching(/nothing was found in its one column \("text"\)/),
    });
  });

  it("a column that is called so, and whose values are no such, is named with one of them", async () => {
    const file =
      "order,date,email,price\n1,2024-01-31,a@b.example,$4.50\n2,2024-02-01,c@d.example,$3\n";
    await expect(proposeFor("dollars.csv", file)).rejects.toMatchObject({
      hint: expect.stringMatching(/^"price" is called a price and holds "\$(4\.50|3)"\./),
    });
    const titled = "Report of May\n\norder,date,email,price\n1,2024-01-31,a@b.example,4\n";
    await expect(proposeFor("titled.csv", titled)).rejects.toMatchObject({
      hint: expect.stringMatching(/stand above the one that names the columns, delete them/),
    });
  });

  it("a missing column for the order is named in the mapping", async () => {
    const file = "date,customer_id,amount\n2024-01-31,7,4.50\n2024-02-01,7,3\n";
    const proposal = await proposeFor("no-order.csv", file);
    expect(proposal.lacking).toEqual([expect.stringMatching(/columns\.order: needed/)]);
    expect(proposal.mapping).toMatch(/NOT YET A MAPPING.*columns\.order/);
  });

  it("an order without a name that says so is found by the rows that belong together", async () => {
    const rows = ["x7,1", "x7,2", "x9,1", "y1,1", "y1,4"].map((row) => {
      const day = row.startsWith("x7") ? 14 : row.startsWith("x9") ? 15 : 16;
      return `${row},2024-03-${day} 10:00,4.50`;
    });
    const proposal = await proposeFor("nr.csv", ["nr,pos,date,price", ...rows, ""].join("\n"));
    const order = proposal.fields.find(({ field }) => field === "order");
    expect(order).toMatchObject({ column: "nr", sureness: "likely" });
    expect(await dryRun(proposal)).toMatchObject({ orders: 3, lines: 5 });
  });
});

describe("whatever a file holds", () => {
  it("the proposal is a mapping, with names that YAML would take for something else", async () => {
    const names = ['"order":', "# date", "- price\n#", "{x:String}", "'; DROP TABLE facts"];
    const header = names.map((name) => `"${name.replaceAll('"', '""')}"`).join(",");
    const file = `${header}\n1,2024-01-31,4.50,a,'\n2,2024-02-01,3,b,: #\n`;
    const proposal = await proposeFor("hostile.csv", file);
    expect(Object.values(columnsOf(proposal))).toEqual(expect.arrayContaining(names.slice(0, 3)));
    expect(await dryRun(proposal)).toMatchObject({ orders: 2, rowsRejected: 0 });
  });

  it("JSON is read by its paths", async () => {
    const line = (id: number, sku: string) =>
      JSON.stringify({
        order: { id, created_at: "2024-03-14T10:00:00Z" },
        item: { sku, price: 4.5 },
      });
    const proposal = await proposeFor("orders.ndjson", `${line(1, "a")}\n${line(2, "b")}\n`);
    expect(columnsOf(proposal)).toEqual({
      order: "order.id",
      time: "order.created_at",
      product: "item.sku",
      price: "item.price",
    });
    expect(await dryRun(proposal)).toMatchObject({ orders: 2 });
  });

  it("an encoding that the command names goes into the mapping", async () => {
    const file = store.write(
      "1254.csv",
      Buffer.from("sipari\xfe no;tarih;fiyat\n1;14.03.2024;4,50\n", "latin1"),
    );
    const proposal = await propose(file, "windows-1254");
    expect(columnsOf(proposal)).toMatchObject({ order: "sipariş no" });
    expect(await dryRun(proposal)).toMatchObject({ orders: 1 });
  });

  it("columns that share a name are said to be of no use, and so is a header in another encoding", async () => {
    const twice = "order,date,price,note,Note\n1,2024-01-31,4.50,a,b\n";
    const proposal = await proposeFor("twice.csv", twice);
    expect(proposal.repeated).toEqual(["note", "Note"]);
    expect(proposal.mapping).toMatch(/Rename columns that occur twice, to use them: note, Note/);
    const foreign = Buffer.from("sipari\xfe no;tarih;fiyat\n1;14.03.2024;4,50\n", "latin1");
    await expect(proposeFor("1254.csv", foreign)).rejects.toMatchObject({
      message: expect.stringMatching(/the column name "sipari. no" is not UTF-8/),
      hint: expect.stringMatching(/--encoding/),
    });
  });

  it("nothing of it stays in the warehouse or the folder", async () => {
    await proposeFor("siparisler.csv", files.TURKISH);
    const tables = await store.query<{ n: string }>(
      "SELECT name AS n FROM system.tables WHERE startsWith(name, 'import_staging')",
    );
    expect(tables).toEqual([]);
    expect(existsSync(join(store.dataDir, "rejects", "0.ndjson"))).toBe(false);
    expect(existsSync(join(store.dataDir, "propose"))).toBe(false);
  });
});
