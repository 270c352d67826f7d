// The four clients that shops have and our snippet, against `tessera serve`: errors, answers that never come,
// cut connections and a server that is killed and started again in between. Each event is one fact.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openWarehouse } from "../../src/store/index.js";
import { startBrowser } from "../sdk/browser.js";
import { type Fault, type FaultyLine, startFaultyLine } from "./faulty-line.js";
import { serve } from "./served.js";
import {
  ownSnippet,
  rudderBrowser,
  rudderNode,
  type StockClient,
  segmentBrowser,
  segmentNode,
  type Target,
} from "./stock-clients.js";

const browser = await startBrowser("*.shop.test");
const folder = mkdtempSync(join(tmpdir(), "tessera-clients-"));

type Opener = (target: Target) => StockClient | Promise<StockClient>;

const NODE: Readonly<Record<string, Opener>> = {
  "@segment/analytics-node": segmentNode,
  "@rudderstack/rudder-sdk-node": rudderNode,
};
const BROWSER: Readonly<Record<string, Opener>> = {
  "@segment/analytics-next": (target) => segmentBrowser(browser!, target),
  "@rudderstack/analytics-js": (target) => rudderBrowser(browser!, target),
  "the snippet": (target) => ownSnippet(browser!, target),
};

const FAULTS: readonly Fault[] = [
  ...(["taken, 500", "none", "500", "taken, no answer", "taken, cut", "429"] as const),
];

/** Before, while and after the server is away. */
const PHASES = ["before", "while", "after"] as const;
const EACH = 4;
const PATIENCE_MS = 240_000;

const lines = new Map<string, FaultyLine>();
let facts: ReadonlyMap<string, number>;

const productsOf = (client: string, phase: string): string[] =>
  Array.from({ length: EACH }, (_, n) => `${client} ${phase} ${n}`);

beforeAll(async () => {
  const openers = { ...NODE, ...(browser ? BROWSER : {}) };
  let server = await serve(folder);
  const writeKey = server.writeKey!;
  const clients = new Map<string, StockClient>();
  for (const [name, open] of Object.entries(openers)) {
    const line = await startFaultyLine(FAULTS);
    line.server = server.address;
    lines.set(name, line);
    clients.set(name, await open({ address: line.address, writeKey }));
  }
  const view = async (phase: string) => {
    for (const [name, client] of clients) await client.view(productsOf(name, phase));
  };
  const connect = (address: string | undefined) => {
    for (const line of lines.values()) line.server = address;
  };

  await view("before");
  await until(() => [...lines.values()].every(({ taken }) => taken.size > 0));
  await server.end("SIGKILL");
  connect(undefined);
  await view("while");
  server = await serve(folder);
  connect(server.address);
  await view("after");
  await until(() => [...lines.values()].every(({ answered }) => answered.size >= EVENTS));
  await server.projected();
  for (const client of clients.values()) await client.close();
  await server.end("SIGTERM");
  facts = await readFacts();
}, 600_000);

afterAll(async () => {
  for (const line of lines.values()) await line.close();
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

const EVENTS = PHASES.length * EACH;

async function until(condition: () => boolean): Promise<void> {
  for (const end = Date.now() + PATIENCE_MS; !condition(); ) {
    if (Date.now() > end) {
      const seen = [...lines].map(([name, { answered, taken }]) => [
        name,
        answered.size,
        taken.size,
      ]);
      throw new Error(`not all has arrived: ${JSON.stringify(seen)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function readFacts(): Promise<ReadonlyMap<string, number>> {
  const warehouse = await openWarehouse({ dataDir: folder });
  const { rows } = await warehouse.query<{ product: string; n: number }>(
    `SELECT product, toUInt32(count()) AS n FROM facts
     WHERE kind = 'viewed' GROUP BY product`,
  );
  await warehouse.close();
  return new Map(rows.map(({ product, n }) => [product, n]));
}

function expectOnce(client: string): void {
  const expected = PHASES.flatMap((phase) => productsOf(client, phase));
  const own = [...facts].filter(([product]) => product.startsWith(`${client} `));
  expect(Object.fromEntries(own)).toEqual(Object.fromEntries(expected.map((name) => [name, 1])));
  // Or the line was not faulty, and nothing is shown.
  const repeated = [...lines.get(client)!.taken.values()].filter((times) => times > 1);
  expect(repeated.length).toBeGreaterThan(0);
}

describe("on a server", () => {
  test.each(Object.keys(NODE))("%s: each event is one fact", expectOnce);
});

describe.skipIf(!browser)("in a browser", () => {
  test.each(Object.keys(BROWSER))("%s: each event is one fact", expectOnce);
});
