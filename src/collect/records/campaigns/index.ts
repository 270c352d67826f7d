/**
 * Rows that describe campaigns: when they ran, what they were about, over which channel. The contacts
 * of a campaign take from its description what they do not say themselves.
 */

import { z } from "zod";
import type { Warehouse } from "../../../store/index.js";
import { refused } from "../../files/source-file.js";
import { commonShape, fieldShape } from "../../mapping/mapping-schema.js";
import { describeKnown } from "../contacts/undated-contacts.js";
import { type Fields, missing } from "../fields.js";
import type { Counts, Making, RecordKind } from "../record-kind.js";

const fields = {
  campaign: { type: "key", required: true },
  starts: { type: "instant" },
  ends: { type: "instant" },
  theme: { type: "text" },
  channel: { type: "text" },
} as const satisfies Fields;

const schema = z.strictObject({
  record: z.literal("campaigns"),
  ...commonShape,
  ...fieldShape(fields),
});

type CampaignsMapping = z.infer<typeof schema>;

export const campaigns: RecordKind<CampaignsMapping> = {
  record: "campaigns",
  fields,
  schema,
  contradictions: () => [],
  typedColumns: () => `line UInt64, campaign String, starts Nullable(DateTime64(3, 'UTC')),
    ends Nullable(DateTime64(3, 'UTC')), theme String, channel String`,
  select: (_, values) => `SELECT source_line AS line, f_campaign AS campaign, v_starts AS starts,
    v_ends AS ends, f_theme AS theme, f_channel AS channel FROM (${values})`,
  faults: (mapping) => [
    ...missing(["campaign"], mapping),
    { field: "ends", condition: "ifNull(v_ends < v_starts, 0)", reason: "before it starts" },
  ],
  parameters: () => ({}),
  make: makeCampaigns,
  settle: describeKnown,
};

/** A campaign has one description, so that it does not matter which file came first. */
const CONTRADICTED = `
  SELECT campaign FROM (
    SELECT campaign, starts, ends, theme, channel FROM {typed:Identifier}
    UNION ALL
    SELECT campaign, starts, ends, toString(theme), toString(channel) FROM campaigns
    WHERE source = {source:String} AND campaign IN (SELECT campaign FROM {typed:Identifier}))
  GROUP BY campaign HAVING uniqExact(ifNull(toString(starts), ''), ifNull(toString(ends), ''), theme, channel) > 1
  ORDER BY campaign LIMIT 5`;

const INSERT = `INSERT INTO {campaigns:Identifier}
  SELECT DISTINCT {source:String}, campaign, starts, ends, theme, channel, {import_id:UInt32}
  FROM {typed:Identifier}
  WHERE campaign NOT IN (SELECT campaign FROM campaigns WHERE source = {source:String})`;

async function makeCampaigns(
  warehouse: Warehouse,
  { mapping, typed, tables, importId, path }: Making<CampaignsMapping>,
): Promise<Counts> {
  const parameters = { ...tables, typed, source: mapping.source, import_id: importId };
  const contradicted = await warehouse.query<{ campaign: string }>(CONTRADICTED, parameters);
  if (contradicted.rows.length > 0) {
    const names = contradicted.rows.map(({ campaign }) => campaign).join(", ");
    throw refused(
      path,
      `campaigns are described in two ways, here or in an earlier file: ${names}`,
      "Leave them out, or give the other one an id of its own.",
    );
  }
  await warehouse.command(INSERT, parameters);
  const { rows } = await warehouse.query<{ read: number; added: number }>(
    `SELECT toUInt32((SELECT count() FROM {typed:Identifier})) AS read, toUInt32(count()) AS added
     FROM {campaigns:Identifier}`,
    parameters,
    { lane: "write" },
  );
  const { read, added } = rows[0]!;
  return {
    duplicates: 0,
    people: 0,
    newOrders: 0,
    changedOrders: 0,
    alreadyPresent: read - added,
    currency: "",
    from: "",
    to: "",
    notes: [`${added} campaigns were described.`],
  };
}
