/** The worked example in docs/import.md, run as it stands there. */

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { PRESETS, readMapping } from "../../src/collect/index.js";
import { RECORD_KINDS } from "../../src/collect/records/index.js";
import { fields } from "../../src/collect/records/orders/schema.js";
import { openSmallStore } from "./small-store.js";

const doc = readFileSync(fileURLToPath(new URL("../../docs/import.md", import.meta.url)), "utf8");

function block(label: string): string {
  const match = new RegExp(`^\`\`\`\\w+ ${label}\\n([\\s\\S]*?)^\`\`\``, "m").exec(doc);
  if (!match) throw new Error(`docs/import.md has no block "${label}"`);
  return match[1]!;
}

describe("docs/import.md", () => {
  it("shows what its example really does", async () => {
    const store = await openSmallStore();
    const path = store.write("orders.csv", block("file=orders.csv"));
    const summary = await store.import(path, readMapping(block("file=orders.yaml"), "orders.yaml"));
    expect(summary).toMatchObject(JSON.parse(block("summary")));
    const reject = JSON.parse(readFileSync(summary.rejectFile!, "utf8"));
    expect({ ...reject, file: "orders.csv" }).toEqual(JSON.parse(block("rejects")));
    const amounts = await store.query(
      `SELECT kind, order_id, toString(discount) AS discount, toString(net) AS net FROM facts
       WHERE kind IN ('line', 'order', 'refund') ORDER BY kind, order_id, discount`,
    );
    expect(amounts).toEqual([
      { kind: "line", order_id: "1001", discount: "0.09", net: "8.91" },
      { kind: "line", order_id: "1001", discount: "10.1", net: "999.9" },
      { kind: "line", order_id: "1002", discount: "0", net: "4.5" },
      { kind: "order", order_id: "1001", discount: "10.19", net: "1008.81" },
      { kind: "order", order_id: "1002", discount: "0", net: "4.5" },
      { kind: "refund", order_id: "R-17", discount: "0", net: "-4.5" },
    ]);
  });

  it("names every preset, and every field that a column of orders can be mapped to", () => {
    for (const preset of PRESETS) expect(doc).toContain(`| \`${preset}\` |`);
    const row = "(columns)?\\.";
    for (const field of Object.keys(fields)) {
      expect(doc).toMatch(new RegExp(`\`${row}${field}\``));
    }
  });

  it.each(["products", "people"])("shows a mapping of %s, and describes all its keys", (record) => {
    const mapping = readMapping(block(`file=${record}.yaml`), `${record}.yaml`);
    expect(mapping.record).toBe(record);
    const from = doc.indexOf(`## ${record[0]!.toUpperCase()}${record.slice(1)}\n`);
    const section = doc.slice(from, doc.indexOf("\n## ", from + 1));
    const kind = RECORD_KINDS.find((each) => each.record === record)!;
    for (const field of Object.keys(kind.fields)) {
      const dated = field.replace(/^accepts_\w+_at$/, "accepts_email_at");
      expect(section).toMatch(new RegExp(`\`(columns)?\\.${dated}\``));
    }
  });

  it("describes every key of a mapping", () => {
    const least = readMapping("source: s\ncolumns: {order: o, time: t, price: p}", "m");
    for (const [part, value] of Object.entries(least)) {
      if (typeof value !== "object" || part === "constants") continue;
      for (const key of Object.keys(value)) expect(doc).toMatch(new RegExp(`\`${part}\\.${key}`));
    }
  });
});
