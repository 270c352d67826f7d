/**
 * Requests as real clients of Segment and RudderStack sent them, taken out of their batches and read by
 * the preset `segment`: nothing is rejected, a retried call counts once, and traits are found where
 * each client puts them.
 */

import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { importFiles } from "../../src/collect/index.js";
import { openWarehouse, type Warehouse } from "../../src/store/index.js";
import { emptyTables } from "../engines.js";

const FOLDER = fileURLToPath(new URL("../../../shared/wire/", import.meta.url));
const present = existsSync(FOLDER);
if (!present) console.warn(`skipped: ${FOLDER} is not there; it is no part of the project`);
const files = present ? readdirSync(FOLDER).filter((name) => name.endsWith(".json")) : [];

interface Call {
  readonly type: string;
  readonly event?: string;
  readonly messageId: string;
  readonly userId?: string;
  readonly traits?: object;
  readonly context?: { readonly traits?: object };
}

/** Captures leave out the middle of long batches. */
function callsOf(file: string): Call[] {
  const { requests } = JSON.parse(readFileSync(join(FOLDER, file), "utf8"));
  return requests.flatMap(({ body }: { readonly body?: { readonly batch?: unknown } & Call }) => {
    const calls = Array.isArray(body?.batch) ? body.batch : [body];
    return calls.filter((call) => typeof call?.type === "string");
  });
}

describe.skipIf(!present)("what clients send", () => {
  const dataDir = mkdtempSync(join(tmpdir(), "tessera-wire-"));
  let warehouse: Warehouse;
  beforeAll(async () => {
    warehouse = await openWarehouse({ dataDir });
  });
  afterAll(async () => {
    await warehouse.close();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it.each(files)("%s", async (file) => {
    await emptyTables(warehouse);
    const calls = callsOf(file);
    const once = [...new Map(calls.map((call) => [call.messageId, call])).values()];
    const path = join(dataDir, "calls.ndjson");
    writeFileSync(path, calls.map((call) => JSON.stringify(call)).join("\n"));
    const [summary] = await importFiles(warehouse, { files: [path], dataDir, now: 0 });
    expect(summary).toMatchObject({ preset: "segment", rowsRejected: 0, rowsRead: calls.length });
    const count = (is: (call: Call) => boolean) => once.filter(is).length;
    const isOrder = ({ event }: Call) => event === "Order Completed";
    const { rows } = await warehouse.query(
      `SELECT toUInt32(countIf(kind = 'order')) AS orders, toUInt32(countIf(kind = 'identified'
           AND order_id = '' AND props.email.:String = 'a@x.com')) AS emails,
         toUInt32(countIf(kind NOT IN ('order', 'line', 'identified'))) AS events,
         toUInt32(countIf(kind = 'viewed' AND product != '')) AS views
       FROM facts`,
    );
    expect(rows).toEqual([
      {
        orders: count(isOrder),
        emails: count(({ type, traits, context }) =>
          JSON.stringify(type === "identify" ? (traits ?? context?.traits ?? "") : "").includes(
            "a@x.com",
          ),
        ),
        events: count((call) => !isOrder(call) && !["identify", "alias"].includes(call.type)),
        views: count(({ event }) => event === "Product Viewed"),
      },
    ]);
  });
});
