/**
 * What an export of orders tells the webhooks: `refunds/create` names its order by number alone, and
 * an export has the number beside the name. Refunds that waited for an order of the file are told
 * when it has landed, and the number is remembered for those that come later; so a refund counts
 * the same whichever way its order came, and whichever came first.
 */

import type { Warehouse } from "../../../store/index.js";
import { nextImportId } from "../../landing/landing.js";
import type { StoreRules } from "../../pipeline/land-staged.js";
import type { Mapping } from "../../pipeline/read-mapping.js";
import { openRejectLog } from "../../rejects/rejects.js";
import type { StagedRows } from "../../staging/staging.js";
import { landTexts } from "../land-texts.js";
import { mappingOfMessages, readRows } from "../read-messages.js";
import { SHOPIFY_SOURCE, shopifyMapping } from "./mappings.js";
import type { Row } from "./payload.js";
import { waitingFor } from "./waiting.js";

export interface FileOfOrders {
  readonly file: string;
  readonly mapping: Mapping;
  /** Its rows, which have landed. */
  readonly staged: StagedRows;
  readonly dataDir: string;
  readonly rules: StoreRules;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/**
 * Says how many refunds had waited for orders of the file. They are told before the numbers are
 * remembered: after a crash in between they wait still, and the file given again tells them.
 */
export async function tellOfOrders(warehouse: Warehouse, given: FileOfOrders): Promise<number> {
  const { mapping, staged } = given;
  const number = staged.texts.get("number");
  if (mapping.source !== SHOPIFY_SOURCE || number === undefined) return 0;
  const numbers = `SELECT DISTINCT ${number} AS id, ${staged.texts.get("order")} AS name
    FROM {raw:Identifier} WHERE id != '' AND name != ''`;
  const parameters = { ...staged.parameters, raw: staged.table, source: SHOPIFY_SOURCE };
  const { rows: awaited } = await warehouse.query<{ id: string; name: string }>(
    `SELECT id, name FROM (${numbers})
     WHERE id IN (SELECT id FROM waiting_refunds WHERE source = {source:String})`,
    parameters,
    { lane: "write" },
  );
  const names = new Map(awaited.map(({ id, name }) => [id, name]));
  const waiting = await waitingFor(warehouse, [...names.keys()]);
  const refunds = waiting.flatMap(({ number: id, rows }) =>
    rows.map((row): Row => ({ order: names.get(id)!, ...row })),
  );
  if (refunds.length > 0) await landRefunds(warehouse, refunds, given);
  // Whatever a webhook says of an order's name is later than this.
  await warehouse.command(
    `INSERT INTO external_ids (source, kind, id, name, at)
     SELECT {source:String}, 'order', id, name, toDateTime64(0, 3, 'UTC') FROM (${numbers})`,
    parameters,
  );
  return new Set(refunds.map(({ refund }) => refund)).size;
}

async function landRefunds(
  warehouse: Warehouse,
  refunds: readonly Row[],
  { file, dataDir, rules, now }: FileOfOrders,
): Promise<void> {
  const { mapping: own, preset } = shopifyMapping("refunds");
  const mapping = mappingOfMessages(own);
  const lines = refunds.map((row, index) => ({ sequence: index + 1, text: JSON.stringify(row) }));
  const { rows } = readRows(mapping, lines);
  const importId = await nextImportId(warehouse);
  const record = { importId, file, sha256: "", preset, at: now };
  const texts = { mapping, rows, read: rows.length };
  const rejects = openRejectLog(dataDir, importId, file);
  await landTexts(warehouse, { record, texts, rejects, rules, now });
}
