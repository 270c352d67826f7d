/**
 * A person who is planted in every place where a store keeps something of people, by texts that would
 * be recognised anywhere; and Bob beside her, of whom nothing may be lost when she is erased.
 */

import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { aliasOf } from "../../src/base/index.js";
import { type ImportOptions, openIntakeLog, readMapping } from "../../src/collect/index.js";
import type { Ledger, Warehouse } from "../../src/store/index.js";
import { paid, shopifyExport } from "../collect/shopify-export.js";

/** Where it is planted -> the text. */
export const MARKERS = {
  email: "anna-3f9c1e77b2@mail.example",
  phone: "+4366098765431",
  user: "u-7b21dd90c5e4",
  device: "d-91ce02ab77f3",
  order: "#A-55d0c3a19e",
  name: "Quivernautilus",
  coupon: "KRAXELFOOBERG7",
  query: "zwiebelmarmorkuchen77",
  wording: "wording-c0ffee8812",
  message: "m-8a7be2d1f0aa",
} as const;
export const BOB = { email: "bob-1177aa9c3e@mail.example", user: "u-bob-5512ce" };

export const ALIASES = {
  emailAlias: String(aliasOf("email", MARKERS.email)),
  deviceAlias: String(aliasOf("anonymous_id", MARKERS.device)),
  userAlias: String(aliasOf("user_id", MARKERS.user)),
};
export const PERSON = aliasOf("user_id", MARKERS.user);

/** What is nowhere when she is erased. Her number is not among it: Bob gave it too. */
const { phone: _, ...hers } = MARKERS;
export const HERS: Readonly<Record<string, string>> = { ...hers, ...ALIASES };

export const ERASED_AT = Date.UTC(2024, 4, 1);

const day = (n: number) => new Date(Date.UTC(2024, 2, n, 12)).toISOString();

/** A message as the intake log has it, of a day in March 2024. */
export function call(on: number, type: string, more: object): string {
  const at = day(on);
  return JSON.stringify({
    ...{ type, messageId: `${MARKERS.message}-${on}-${type}`, timestamp: at, receivedAt: at },
    ...more,
  });
}

export const CALLS = [
  call(1, "track", {
    event: "Products Searched",
    anonymousId: MARKERS.device,
    properties: { query: MARKERS.query },
  }),
  call(2, "identify", {
    ...{ userId: MARKERS.user, anonymousId: MARKERS.device },
    traits: { email: MARKERS.email, name: MARKERS.name, phone: MARKERS.phone },
  }),
  call(3, "track", {
    ...{ event: "Consent Updated", userId: MARKERS.user },
    properties: { channel: "email", status: "granted", wording: MARKERS.wording },
  }),
  call(4, "identify", {
    messageId: "bob",
    userId: BOB.user,
    traits: { email: BOB.email, phone: MARKERS.phone },
  }),
];
/** Her order as it was before it had an address: then it was nobody's. */
const EARLY_ORDERS = shopifyExport([
  {
    name: MARKERS.order,
    order: paid(20, {
      "Financial Status": "pending",
      "Paid at": "",
      "Discount Code": MARKERS.coupon,
    }),
    lines: [[1, "Tea", 20]],
  },
]);
const ORDERS = shopifyExport([
  {
    name: MARKERS.order,
    email: MARKERS.email,
    order: paid(20, { "Discount Code": MARKERS.coupon, "Billing Name": MARKERS.name }),
    lines: [[1, "Tea", 20]],
  },
  { name: "#B-1", email: BOB.email, order: paid(10), lines: [[1, "Tea", 10]] },
]);
/** A row that cannot be used is kept, with its value. */
const PEOPLE = [
  "Id,Email,News",
  `c-1,${MARKERS.email},perhaps ${MARKERS.email}`,
  `c-2,${BOB.email},yes`,
];
const PEOPLE_MAPPING = readMapping(
  "record: people\nsource: crm\ncolumns: {customer: Id, email: Email, accepts_email: News}",
  "m",
);
const REFUNDS = ["order,at,amount", `${MARKERS.order},2024-04-01,4`];
const REFUNDS_MAPPING = readMapping(
  "record: refunds\nsource: shopify\ncolumns: {order: order, time: at, amount: amount}",
  "m",
);

type PlantedFile = readonly [path: string, mapping: ImportOptions["mapping"]];

/** Writes her files into a folder, in the order in which they are to be imported. */
export function plantedFiles(folder: string): readonly PlantedFile[] {
  const write = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  return [
    [write("calls.ndjson", CALLS.join("\n")), { preset: "segment" }],
    [write("early-orders.csv", EARLY_ORDERS), { preset: "shopify-orders" }],
    [write("orders.csv", ORDERS), { preset: "shopify-orders" }],
    [write("people.csv", PEOPLE.join("\n")), PEOPLE_MAPPING],
    [write("refunds.csv", REFUNDS.join("\n")), REFUNDS_MAPPING],
  ];
}

export interface PlantedStore {
  readonly warehouse: Warehouse;
  readonly dataDir: string;
  readonly ledger: Ledger;
}

/** What only other commands and the server write. */
export async function plantTheRest({ warehouse, dataDir, ledger }: PlantedStore): Promise<void> {
  const instants = { at: "2024-04-01 00:00:00", noticed_at: "2024-04-01 00:00:00" };
  const entry = { refresh_id: 1, segment: "buyers", argument: "", entered: 1, cause: "event" };
  await warehouse.insert("transitions", [{ sequence: 1, person: PERSON, ...entry, ...instants }]);
  const dues = { evaluated_at: instants.at, due_at: instants.at, known_last: instants.at };
  await warehouse.insert("profiles", [
    { refresh_id: 1, person: PERSON, ...dues, labels: { tag: MARKERS.name } },
  ]);
  const log = openIntakeLog(ledger);
  const entries = CALLS.map((body) => ({
    ...{ format: "segment", body, keyId: "k", receivedAt: Date.now() },
    ...{ sentAt: undefined, ip: "192.0.2.1", userAgent: undefined },
  }));
  await log.append(entries);
  await log.close();
  mkdirSync(join(dataDir, "staging"), { recursive: true });
  writeFileSync(join(dataDir, "staging", "left.csv"), MARKERS.email);
}

/** Which of the texts are in the files below a folder: "email in a file". */
export function tracesInFiles(
  folder: string,
  texts: Readonly<Record<string, string>>,
): ReadonlySet<string> {
  const found = new Set<string>();
  for (const path of filesIn(folder)) {
    const bytes = readFileSync(path);
    for (const [place, text] of Object.entries(texts)) {
      if (bytes.includes(text)) found.add(`${place} in a file`);
    }
  }
  return found;
}

function* filesIn(folder: string): Generator<string> {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat?.isDirectory()) yield* filesIn(path);
    else if (stat?.isFile()) yield path;
  }
}

/** Which of the texts are in the tables of a ClickHouse, as text: "email in aliases". */
export async function tracesInTables(
  query: <Row>(sql: string) => Promise<readonly Row[]>,
  texts: Readonly<Record<string, string>>,
): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  const tables = await query<{ name: string }>(
    "SELECT name FROM system.tables WHERE database = currentDatabase() AND engine LIKE '%MergeTree'",
  );
  for (const { name } of tables) {
    const rows = await query<{ row: string }>(`SELECT toJSONString(tuple(*)) AS row FROM ${name}`);
    for (const [place, text] of Object.entries(texts)) {
      if (rows.some(({ row }) => row.includes(text))) found.add(`${place} in ${name}`);
    }
  }
  return found;
}

/** Fails at the n-th statement that changes something. */
export function failingAt(warehouse: Warehouse, n: number): Warehouse {
  let left = n;
  return {
    ...warehouse,
    command: async (...given) => {
      left -= 1;
      if (left < 0) throw new Error("the process was killed");
      return warehouse.command(...given);
    },
  };
}
