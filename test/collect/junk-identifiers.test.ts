/** Identifiers that stand for nobody join nobody in an import. */
import { beforeAll, beforeEach, expect, it } from "vitest";
import { parseCorrections } from "../../src/collect/hygiene/index.js";
import { importFiles, readMapping } from "../../src/collect/index.js";
import { NOW, openSmallStore, type SmallStore } from "./small-store.js";

let store: SmallStore;
beforeAll(async () => {
  store = await openSmallStore();
});
beforeEach(() => store.clear());

const MAPPING = readMapping(
  `source: shop
columns: {order: o, product: p, quantity: q, price: a, time: t, email: mail, phone: tel}`,
  "m",
);

/** Order -> its customer, `kind:value`; '' = nobody. */
async function customers(rows: readonly string[], yaml = ""): Promise<Record<string, string>> {
  const path = store.write("rows.csv", ["o,p,q,a,t,mail,tel", ...rows].join("\n"));
  const corrections = parseCorrections(yaml, "hygiene.yaml");
  const { dataDir, warehouse } = store;
  await importFiles(warehouse, { files: [path], mapping: MAPPING, dataDir, now: NOW, corrections });
  const found = await store.query<{ o: string; who: string }>(
    `SELECT order_id AS o, if(alias = 0, '', concat(id_kind, ':', id_value)) AS who
     FROM facts LEFT JOIN aliases USING (alias) WHERE kind = 'order' ORDER BY o`,
  );
  return Object.fromEntries(found.map(({ o, who }) => [o, who]));
}

const row = (order: number, mail: string, phone = "") =>
  `${order},mug,1,2,2024-01-01,${mail},${phone}`;

it("placeholders count as blank: the phone number decides, or nobody", async () => {
  const rows = [
    row(1, "Test@shop.example", "+43 1 555 0101"),
    row(2, "test@shop.example", "+43 1 555 0102"),
    row(3, "none", "000 000 000"),
    row(4, "tessa@shop.example", "000000"),
  ];
  expect(await customers(rows)).toEqual({
    1: "phone:+4315550101",
    2: "phone:+4315550102",
    3: "",
    4: "email:tessa@shop.example",
  });
});

it("a hash in place of an address is no placeholder", async () => {
  const hash = "5d41402abc4b2a76b9719d911017c592";
  expect(await customers([row(1, hash)])).toEqual({ 1: `email:${hash}` });
});

it("hygiene.yaml adds, releases and switches off", async () => {
  const rows = [row(1, "Desk@shop.example", "+43 1 555 0101"), row(2, "test@shop.example")];
  const yaml = "junk: {confirm: [desk@SHOP.example], release: ['email:test@shop.example']}";
  expect(await customers(rows, yaml)).toEqual({
    1: "phone:+4315550101",
    2: "email:test@shop.example",
  });
  await store.clear();
  expect(await customers(rows, "junk: off")).toEqual({
    1: "email:desk@shop.example",
    2: "email:test@shop.example",
  });
});
