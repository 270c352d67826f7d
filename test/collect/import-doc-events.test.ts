/** The mappings of events, refunds, contacts and campaigns in docs/import.md, run as they stand. */

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { readMapping } from "../../src/collect/index.js";
import { RECORD_KINDS } from "../../src/collect/records/index.js";
import { openSmallStore } from "./small-store.js";

const doc = readFileSync(fileURLToPath(new URL("../../docs/import.md", import.meta.url)), "utf8");

function mappingOf(file: string) {
  const match = new RegExp(`^\`\`\`yaml file=${file}\\n([\\s\\S]*?)^\`\`\``, "m").exec(doc);
  if (!match) throw new Error(`docs/import.md has no block "${file}"`);
  return readMapping(match[1]!, file);
}

/** A file for each mapping, one after the other. */
const FILES = {
  "events.yaml": `at,user,device,what,SKU,price,cart,order,searched,hits,Colour
2024-03-01T10:00:00Z,,d1,detail page,MUG-R,4.50,,,,,red
2024-03-01T10:05:00Z,ann,d1,bought,MUG-R,4.50,,1001,,,`,
  "refunds.yaml": `Order,Refunded on,Amount,SKU,Pieces
1001,2024-03-05,1.50,,`,
  "contacts.yaml": `Recipient,Campaign,Sent,Status,Coupon
ann@example.com,spring,,,
ann@example.com,spring,2024-03-03,clicked,`,
  "campaigns.yaml": `Campaign,From,To,About
spring,2024-03-02,2024-03-31,gifts`,
};

describe("docs/import.md", () => {
  it("has mappings of events, refunds, contacts and campaigns that do what it says", async () => {
    const store = await openSmallStore();
    for (const [name, content] of Object.entries(FILES)) {
      const path = store.write(name.replace("yaml", "csv"), content);
      const summary = await store.import(path, mappingOf(name));
      expect(summary.rowsRejected, name).toBe(0);
    }
    const facts = await store.query(
      `SELECT kind, name, theme, toString(toDate(ts)) AS day, toString(net) AS net, toString(props.colour) AS colour
       FROM facts WHERE (fact_id, version) NOT IN (SELECT fact_id, version FROM superseded)
         AND kind != 'line' ORDER BY ts`,
    );
    const event = (kind: string, name: string, day: string, more = {}) => ({
      ...{ kind, name, day, theme: "", net: "0", colour: "" },
      ...more,
    });
    expect(facts).toEqual([
      event("viewed", "Product Viewed", "2024-03-01", { colour: "red" }),
      event("order", "", "2024-03-01", { net: "3" }),
      event("delivered", "Email Delivered", "2024-03-02", { theme: "gifts" }),
      event("message_clicked", "Email Link Clicked", "2024-03-03", { theme: "gifts" }),
    ]);
  });

  it("describes every field of these records", () => {
    for (const record of ["events", "refunds", "contacts", "campaigns"]) {
      const { fields } = RECORD_KINDS.find((kind) => kind.record === record)!;
      for (const field of Object.keys(fields)) expect(doc).toMatch(new RegExp(`[.\`]${field}\``));
    }
  });
});
