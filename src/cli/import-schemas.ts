/**
 * What imports and proposals of mappings print with `--json`: a part of `schemas.ts`.
 */

import { z } from "zod";

const count = z.int().nonnegative();
const instant = z.iso.datetime();

const importCounts = {
  rowsRead: count.describe("rows in the files, without headers and blank lines"),
  rowsRejected: count.describe("rows that could not be used; `rejectFiles` says why"),
  rowsAmended: count.describe("rows that were taken in without a value that could not be read"),
  duplicates: count.describe("rows that equal another row of their file; they are kept"),
  alreadyPresent: count.describe("facts that the store had already; they are left as they are"),
  people: count.describe("known customers in the files; summed over files"),
  orders: count.describe("orders added"),
  lines: count.describe("order lines added"),
  events: count.describe("events added"),
  refunds: count.describe("refunds added"),
  products: count.describe("versions of products added to the catalogue"),
};

const unread = z.object({
  line: count,
  column: z.string(),
  value: z.string(),
  reason: z.string(),
});

export const importAnswer = z.object({
  dryRun: z.boolean().describe("true: so it would be, and nothing was changed"),
  ...importCounts,
  revenue: z.string().describe("net of the lines and refunds added, an exact decimal"),
  leftAlone: z
    .array(z.object({ file: z.string(), reason: z.string(), remedy: z.string() }))
    .describe("files of folders and patterns that are no tables, or that no preset knows"),
  rejectFiles: z.array(z.string()).describe("NDJSON: line, column, value and reason"),
  files: z
    .array(
      z.object({
        file: z.string(),
        record: z.string().describe("what its rows are: orders, products, ..."),
        preset: z.string().describe('the preset that read it, "" where a mapping was given'),
        ...importCounts,
        changedOrders: count.describe("orders of the store that got lines from this file"),
        from: instant.nullable().describe("first time in the file"),
        to: instant.nullable().describe("last time in the file"),
        revenue: z.string(),
        currency: z.string().nullable(),
        rejectFile: z.string().nullable(),
        rejectReasons: z
          .array(z.object({ column: z.string(), reason: z.string(), rows: count }))
          .describe("why rows could not be used, the most frequent reason first"),
        firstRejects: z.array(unread).describe("the first rows that could not be used"),
        firstAmended: z.array(unread).describe("the first values that were left out alone"),
        notes: z.array(z.string()).describe("what is worth knowing, in sentences"),
      }),
    )
    .describe("the same for each file"),
  lacks: z
    .array(z.object({ key: z.string(), needs: z.array(z.string()) }))
    .describe("segments of the playbook for which the store has no facts; none in a dry run"),
  reconciliation: z
    .object({
      people: count.describe(
        "people of whom the shop's export of customers states what they spent",
      ),
      equal: count.describe("of these, people of whom our figure is the same"),
      equalOrders: count.describe("people of whom the number of orders is the same"),
      statedOrders: count.describe("people of whom it is stated"),
      stated: z.string().describe("sum of what the shop states"),
      ours: z.string().describe("sum of our figures for the same people"),
      differences: z
        .array(
          z.object({
            reasons: z.array(z.string()),
            people: count,
            amount: z.string().describe("stated minus ours, over these people"),
          }),
        )
        .describe("the most frequent first"),
    })
    .nullable()
    .describe("null where the shop states nothing, and in a dry run"),
});

const judged = {
  sureness: z.enum(["sure", "likely", "unsure"]),
  why: z.string(),
};
const question = z
  .string()
  .nullable()
  .describe("what a person has to say first: until then the line is commented out");

export const proposalAnswer = z.object({
  file: z.string(),
  record: z.string().describe("what its rows are: orders, products, ..."),
  ...judged,
  preset: z.string().nullable().describe("the preset that knows this file, if any"),
  rows: count.describe("rows of the file"),
  sampled: count.describe("rows that were looked at"),
  fields: z
    .array(z.object({ field: z.string(), column: z.string(), ...judged, question }))
    .describe("which column is what"),
  rules: z
    .array(z.object({ key: z.string(), value: z.unknown(), ...judged, question }))
    .describe("the other lines of the mapping: `time.formats`, `currency`, ..."),
  unused: z.array(z.string()).describe("columns that nothing was found for"),
  repeated: z.array(z.string()).describe("names of several columns: none of these can be used"),
  lacking: z.array(z.string()).describe("what the mapping lacks to be one; else it can be tried"),
  mapping: z.string().describe("the mapping: YAML with the reasons as comments"),
});

export const rejectsAnswer = z
  .object({
    total: count.describe("rows refused, also those that are not listed"),
    reasons: z
      .array(z.object({ column: z.string(), reason: z.string(), rows: count }))
      .describe("the most frequent first"),
    rows: z
      .array(
        z.object({
          importId: count,
          at: instant.describe("when it was refused"),
          file: z.string().describe('the file; "intake log" of what was sent live'),
          line: count.describe("in the file; of what was sent live its number in the intake log"),
          column: z.string().describe('"" where the whole row is at fault'),
          value: z.string(),
          reason: z.string(),
          message: z
            .string()
            .nullable()
            .describe("what was sent live, as it came, while the log has it; null of files"),
        }),
      )
      .describe("the newest 100, newest first"),
    amended: count.describe("rows that were taken in without a value that could not be read"),
    values: z
      .array(z.object({ at: instant, file: z.string(), ...unread.shape }))
      .describe("the newest 100 of these values; of an import at most the first ten"),
    awaitedOrders: count.describe(
      "orders that have not come, and of which a refund or a cancellation has; it waits for them",
    ),
  })
  .describe("rows of files and messages that could not be used");
