/**
 * Facts that become known later, of six kinds. Each is planted where it changes memberships once it
 * is known, and says something about the time long before: an order of a year ago, the refund of
 * one, a merge of people with a history, another category of what was bought, a cancellation.
 */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join as joinPath } from "node:path";
import { halfMd5 } from "../../src/base/index.js";
import { type ImportSummary, importFiles, readMapping } from "../../src/collect/index.js";
import { instantText, type Warehouse } from "../../src/store/index.js";
import { insertRows, instant, type Row, type Rows } from "./demo-rows.js";

export const DAY_MS = 86_400_000;

export type Kind =
  | "a late event and a late order"
  | "a refund"
  | "a merge"
  | "a catalogue change"
  | "a cancelled order"
  | "duplicates";

export const KINDS: readonly Kind[] = [
  "a late event and a late order",
  "a refund",
  "a merge",
  "a catalogue change",
  "a cancelled order",
  "duplicates",
];

export async function plant(warehouse: Warehouse, kind: Kind, store: Rows, knownAt: number) {
  if (kind === "duplicates") await importShop(warehouse, { again: true, now: knownAt });
  else await insertRows(warehouse, laterRows(kind, store, knownAt));
}

function laterRows(kind: Exclude<Kind, "duplicates">, store: Rows, knownAt: number): Rows {
  const orders = current(store).filter((row) => row.kind === "order");
  const recent = orders.filter((row) => instant(row.ts) > knownAt - 300 * DAY_MS);
  switch (kind) {
    case "a late event and a late order":
      return lateFacts(store, orders, knownAt);
    case "a refund":
      return versions(recent.slice(0, 40), knownAt, ({ net }) => ({
        refunded: net,
        net: "0",
        kept: 0,
      }));
    case "a cancelled order":
      return versions(recent.slice(40, 80), knownAt, () => ({ kept: 0, placed: 0 }));
    case "a merge":
      return merges(store, knownAt);
    case "a catalogue change": {
      const lines = current(store).filter((row) => row.kind === "line");
      return versions(lines.slice(0, 300), knownAt, ({ product }) => ({
        category: "seconds",
        brand: `brand of ${product}`,
      }));
    }
  }
}

/** The rows of the version now valid. */
function current(store: Rows): Row[] {
  const gone = new Set((store.superseded ?? []).map((s) => `${s.fact_id}/${s.version}`));
  return (store.facts ?? []).filter((row) => !gone.has(`${row.fact_id}/${row.version}`));
}

function versions(rows: readonly Row[], knownAt: number, change: (row: Row) => Row): Rows {
  const known_at = instantText(knownAt);
  return {
    facts: rows.map((row) => ({
      ...row,
      ...change(row),
      known_at,
      version: Number(row.version) + 1,
    })),
    superseded: rows.map(({ alias, fact_id, version }) => ({
      alias,
      fact_id,
      version,
      known_at,
      import_id: 0,
    })),
  };
}

function lateFacts(store: Rows, orders: readonly Row[], knownAt: number): Rows {
  const known_at = instantText(knownAt);
  const aliases = (store.aliases ?? []).slice(0, 80).map((row) => row.alias as bigint);
  const [template] = orders;
  const late = aliases.flatMap((alias, i): Row[] => {
    const blank = { alias, known_at, version: 1, import_id: 0, kept: 1, placed: 1, human: 1 };
    const ordered = instantText(knownAt - (60 + (i % 10) * 40) * DAY_MS);
    const viewed = instantText(knownAt - 2 * DAY_MS - i * 1000);
    return [
      {
        ...template,
        ...blank,
        ts: ordered,
        fact_id: halfMd5(`late order ${i}`),
        order_id: `L${i}`,
      },
      { ...blank, ts: viewed, fact_id: halfMd5(`late view ${i}`), kind: "viewed", product: "x" },
    ];
  });
  return { facts: late };
}

/** Each even one of the people becomes the odd one before it. */
function merges(store: Rows, knownAt: number): Rows {
  const aliases = (store.aliases ?? []).map((row) => row.alias as bigint);
  const identity = aliases.slice(0, 60).flatMap((alias, i): Row[] =>
    i % 2 === 0
      ? []
      : [
          {
            alias,
            person: aliases[i - 1],
            known_at: instantText(knownAt),
            sequence: i,
            cause: "merge",
            import_id: 0,
          },
        ],
  );
  return { identity };
}

const MAPPING = readMapping(
  `
source: shop
currency: EUR
columns: {order: order, product: sku, name: title, quantity: qty, price: price, time: date,
  customer: email}
time: {zone: UTC, formats: [iso]}
customer: {kind: email}
`,
  "shop.yaml",
);

const HEADER = "order,sku,title,qty,price,date,email";
const SHOP = Array.from({ length: 24 }, (_, i) => {
  const day = String(1 + (i % 28)).padStart(2, "0");
  const month = String(1 + (i % 10)).padStart(2, "0");
  return `S${i},mug,Mug,1,${20 + i},2026-${month}-${day}T10:00:00Z,c${i % 6}@example.com`;
});

/**
 * A small file of orders. Again: every row of it as a duplicate, and with them one new line of an
 * order that is known, dear enough to make its person a VIP.
 */
export async function importShop(
  warehouse: Warehouse,
  { again, now }: { readonly again: boolean; readonly now: number },
): Promise<ImportSummary> {
  const dataDir = mkdtempSync(joinPath(tmpdir(), "tessera-shown-"));
  const file = joinPath(dataDir, "shop.csv");
  const more = again ? [`S0,gold,Gold,1,9000,2026-01-01T10:00:00Z,c0@example.com`] : [];
  writeFileSync(file, [HEADER, ...SHOP, ...more, ""].join("\n"));
  try {
    const options = { files: [file], mapping: MAPPING, dataDir, now };
    return (await importFiles(warehouse, options))[0]!;
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}

export const SHOP_ROWS = SHOP.length;
