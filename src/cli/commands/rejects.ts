/** `tessera rejects`: what imports and live intake could not use, and why. */

import type { Command } from "commander";
import type { Rejected, RejectedRow, Unsettled } from "../../collect/index.js";
import { type Answer, answering } from "../answer.js";
import { instantOf } from "../as-of.js";
import { readSettings } from "../settings-file.js";
import { DEFAULT_DATA } from "../store-command.js";
import { requireStore, type StoreOptions, withAnyLedger, withWarehouse } from "../store-folder.js";
import { coloursOf, plural, readableInstant, table, whole } from "../terminal.js";

interface RejectsOptions extends StoreOptions {
  readonly since?: string;
}

const LISTED_ROWS = 100;
const VALUE_WIDTH = 40;

export function rejectsCommand(program: Command): void {
  program
    .command("rejects")
    .summary("what could not be taken in, and why")
    .description(
      "Rows of files and messages that could not be used: reasons counted, and the newest of them.",
    )
    .option("--data <folder>", "the store's data folder", DEFAULT_DATA)
    .option("--since <instant>", "only what was refused since a date or an instant")
    .option("--json", "print JSON, as docs/cli.md describes it")
    .action(answering("rejects", rejects));
}

async function rejects(options: RejectsOptions, _command: Command): Promise<Answer<"rejects">> {
  const { listRejected, listUnsettled } = await import("../../collect/index.js");
  const { settings } = await readSettings(options.data);
  const since =
    options.since === undefined ? undefined : await instantOf(options.since, settings.timeZone);
  requireStore(options.data);
  return withWarehouse(options.data, async (warehouse) => {
    const asked = { dataDir: options.data, since: since ?? 0, limit: LISTED_ROWS };
    const found = await listRejected(warehouse, asked);
    const unsettled = await listUnsettled(warehouse, asked);
    const { total, reasons } = found;
    const messages = await messagesOf(options.data, found.rows);
    const rows = found.rows.map((row) => {
      const { log: _, ...told } = row;
      return { ...told, message: messages.get(row) ?? null };
    });
    return {
      json: { total, reasons: [...reasons], rows, ...unsettled, values: [...unsettled.values] },
      text: [rejectsText(found), ...unsettledText(unsettled)].join("\n\n"),
    };
  });
}

/** What was sent live, as it came, as long as the log has it. Rows of files need no ledger. */
async function messagesOf(
  folder: string,
  rows: readonly RejectedRow[],
): Promise<ReadonlyMap<RejectedRow, string>> {
  if (rows.every(({ log }) => log === "")) return new Map();
  const { loggedMessages } = await import("../../collect/index.js");
  return withAnyLedger(folder, async (ledger) => {
    const own = rows.filter(({ log }) => log === ledger?.id);
    const texts =
      ledger &&
      (await loggedMessages(
        ledger,
        own.map(({ line }) => line),
      ));
    return new Map(
      own.flatMap((row) => {
        const text = texts?.get(row.line);
        return text === undefined ? [] : [[row, text]];
      }),
    );
  });
}

function rejectsText({ total, reasons, rows }: Rejected): string {
  const { bold, dim } = coloursOf(process.stdout);
  if (total === 0) return "Nothing was refused.";
  const listed = rows.length < total ? `, the newest ${whole(rows.length)}` : "";
  return [
    bold(`${whole(total)} ${total === 1 ? "row was" : "rows were"} refused`),
    "",
    table(
      [{ title: "Rows", align: "right" }, { title: "Column" }, { title: "Reason" }],
      reasons.map(({ column, reason, rows: count }) => [whole(count), column, reason]),
    ),
    "",
    dim(`One by one, newest first${listed}:`),
    table(
      [
        ...[{ title: "At" }, { title: "From" }, { title: "Line", align: "right" as const }],
        ...[{ title: "Column" }, { title: "Value" }, { title: "Reason" }],
      ],
      rows.map(({ at, file, line, column, value, reason }) => [
        ...[readableInstant(at), file, String(line), column, value.slice(0, VALUE_WIDTH), reason],
      ]),
    ),
    ...(rows.some(({ log }) => log !== "")
      ? ["", dim("--json has each message as it was sent, while the intake log keeps it.")]
      : []),
  ].join("\n");
}

function unsettledText({ amended, values, awaitedOrders }: Unsettled): readonly string[] {
  const { bold } = coloursOf(process.stdout);
  const titles = ["At", "From", "Line", "Column", "Value", "Reason"].map((title) => ({ title }));
  const left = [
    bold(`${plural(amended, "row")} came in without a value that is not needed`),
    "",
    table(
      titles,
      values.map(({ at, file, line, column, value, reason }) => [
        ...[readableInstant(at), file, String(line), column, value.slice(0, VALUE_WIDTH), reason],
      ]),
    ),
  ].join("\n");
  const orders = plural(awaitedOrders, "order");
  return [
    ...(amended > 0 ? [left] : []),
    ...(awaitedOrders > 0
      ? [`Refunds or cancellations of ${orders} wait: the store does not have these orders yet.`]
      : []),
  ];
}
