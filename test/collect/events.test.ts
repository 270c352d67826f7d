import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { readMapping } from "../../src/collect/index.js";
import { openSmallStore, type SmallStore } from "./small-store.js";

let store: SmallStore;
beforeAll(async () => {
  store = await openSmallStore();
});
beforeEach(() => store.clear());

const mapping = readMapping(
  `record: events
source: tracker
columns: {time: at, customer: user, anonymous: device, name: what, product: sku, price: price,
  cart: cart, order: order, query: words, results: hits, human: human, campaign: mail}
names: {looked: Product Viewed, bought: Order Completed, stroked: Cat Stroked}
props: {colour: Colour, size: Size}`,
  "events.yaml",
);
const HEADER = "at,user,device,what,sku,price,cart,order,words,hits,human,mail,Colour,Size";

async function importRows(...rows: readonly string[]) {
  const path = store.write("events.csv", [HEADER, ...rows].join("\n"));
  return store.import(path, mapping);
}

const facts = (columns: string, where = "1") =>
  store.query<Record<string, unknown>>(`SELECT ${columns} FROM facts WHERE ${where} ORDER BY ALL`);

describe("events of a file", () => {
  it("take their kind from their name: ours, another system's, or the mapping's", async () => {
    const summary = await importRows(
      "2024-03-01T10:00:00Z,,d1,looked,mug,4.50,,,,,,,red,",
      "2024-03-01T10:01:00Z,,d1,add_to_cart,mug,4.50,c1,,,,,,,",
      "2024-03-01T10:02:00Z,,d1,Products Searched,,,,,tea pot,0,,,,",
      "2024-03-01T10:03:00Z,,d1,stroked,,,,,,,,,,XL",
      "2024-03-01T10:04:00Z,,d1,email_link_clicked,,,,,,,no,spring,,",
    );
    expect(summary).toMatchObject({ events: 5, people: 1, rowsRejected: 0, orders: 0 });
    expect(
      await facts(
        "kind, name, product, cart_id, query, toString(results) AS hits, human, campaign, channel, toString(props) AS props",
      ),
    ).toEqual([
      expect.objectContaining({
        kind: "added",
        name: "Product Added",
        product: "mug",
        cart_id: "c1",
      }),
      expect.objectContaining({ kind: "event", name: "Cat Stroked", props: '{"size":"XL"}' }),
      expect.objectContaining({
        kind: "message_clicked",
        name: "Email Link Clicked",
        channel: "email",
        campaign: "spring",
        human: 0,
      }),
      expect.objectContaining({ kind: "searched", query: "tea pot", hits: "0", human: 1 }),
      expect.objectContaining({ kind: "viewed", product: "mug", props: '{"colour":"red"}' }),
    ]);
  });

  it("are kept where they are equal, and change nothing when they come again", async () => {
    const row = "2024-03-01T10:00:00Z,u1,,looked,mug,,,,,,,,,";
    const summary = await importRows(row, row);
    expect(summary).toMatchObject({ events: 2, duplicates: 1 });
    const before = await store.contents();
    expect(await importRows(row, row)).toMatchObject({ events: 0, alreadyPresent: 2 });
    expect(await store.contents()).toEqual(before);
  });

  it("that are orders become orders, a line for each row", async () => {
    const summary = await importRows(
      "2024-03-01T10:00:00Z,u1,,bought,mug,4.50,,A1,,,,,,",
      "2024-03-01T10:00:00Z,u1,,bought,tea,10,,A1,,,,,,",
    );
    expect(summary).toMatchObject({ orders: 1, lines: 2, events: 0, revenue: "14.5" });
  });

  it("are rejected with the reason where they say too little", async () => {
    const summary = await importRows(
      "2024-03-01T10:00:00Z,u1,,looked,mug,,,,,,,,,",
      "2024-03-01T10:00:00Z,u1,,bought,mug,4.50,,,,,,,,",
      "2024-03-01T10:00:00Z,u1,,,mug,4.50,,,,,,,,",
      ",u1,,looked,mug,4.50,,,,,,,,",
    );
    expect(summary.firstRejects.map(({ line, column, reason }) => [line, column, reason])).toEqual([
      [3, "order", "missing: this event is about an order"],
      [4, "what", "missing"],
      [5, "at", "missing"],
    ]);
  });

  it("belong to the first person who was identified on the device", async () => {
    await importRows(
      "2024-03-01T10:00:00Z,,d1,looked,mug,,,,,,,,,",
      "2024-03-02T10:00:00Z,ann,d1,looked,tea,,,,,,,,,",
      "2024-03-03T10:00:00Z,bob,d1,looked,pot,,,,,,,,,",
      "2024-03-04T10:00:00Z,,d1,looked,cup,,,,,,,,,",
    );
    expect(await owners()).toEqual([
      ["cup", "ann"],
      ["mug", "ann"],
      ["pot", "bob"],
      ["tea", "ann"],
    ]);
    await importRows(
      "2024-03-05T10:00:00Z,cem,d1,looked,tea,,,,,,,,,",
      "2024-03-06T10:00:00Z,dora,d1,looked,tea,,,,,,,,,",
    );
    expect((await owners()).filter(([product]) => product === "cup" || product === "mug")).toEqual([
      ["cup", "d1"],
      ["mug", "d1"],
    ]);
  });
});

async function owners(): Promise<readonly (readonly [string, string])[]> {
  await store.warehouse.reloadIdentity();
  const rows = await store.query<{ product: string; owner: string }>(
    `SELECT product, a.id_value AS owner FROM (
       SELECT product, dictGetOrDefault('identity_now', 'person', alias, alias) AS person FROM facts) AS f
     INNER JOIN aliases AS a ON a.alias = f.person ORDER BY ALL`,
  );
  return rows.map(({ product, owner }) => [product, owner] as const);
}
