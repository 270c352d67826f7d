/**
 * What an import says on the terminal, in sentences: what came in, what was left out and why, and
 * whether it agrees with what the shop states.
 */

import type { ImportSummary, MarkReport, Reconciliation } from "../collect/index.js";
import { coloursOf, money, plural, readableInstant, whole } from "./terminal.js";

/** Reasons named per file; the reject file has all. */
const REASONS = 8;

/** One file's report. `planned`: a dry run, so nothing has come in yet. */
export function fileText(summary: ImportSummary, { planned = false } = {}): string {
  const { file, record, preset, notes } = summary;
  const { bold } = coloursOf(process.stdout);
  return [
    `${bold(file)}: ${plural(summary.rowsRead, "row")} of ${record}${preset && `, read as ${preset}`}`,
    ...cameIn(summary, planned).map((line) => `  ${line}`),
    ...leftOut(summary).map((line) => `  ${line}`),
    ...amended(summary).map((line) => `  ${line}`),
    ...notes.map((note) => `  ${note}`),
  ].join("\n");
}

function cameIn(summary: ImportSummary, planned: boolean): string[] {
  const { from, to, currency, revenue, people, alreadyPresent } = summary;
  const parts = [
    counted(summary.orders, "order"),
    counted(summary.lines, "line"),
    counted(summary.refunds, "refund"),
    counted(summary.events, "event"),
    // Orders bring a set of traits each, which is not what their file is about.
    summary.record === "people" ? counted(summary.traits, "set of traits", "sets of traits") : "",
    counted(summary.products, "version of a product", "versions of products"),
  ].filter((part) => part !== "");
  const period = from && to ? `, dated ${readableInstant(from)} to ${readableInstant(to)}` : "";
  const verb = planned ? "Would add" : "Added";
  const money = summary.lines + summary.refunds > 0;
  return [
    parts.length === 0 ? `${planned ? "Would add nothing" : "Nothing"} new.` : "",
    parts.length > 0 ? `${verb} ${listed(parts)}${period}.` : "",
    people > 0 ? `${plural(people, "person", "people")} in the file.` : "",
    money ? `Net revenue ${revenueText(revenue, currency)}.` : "",
    summary.changedOrders > 0 ? `${plural(summary.changedOrders, "known order")} changed.` : "",
    alreadyPresent > 0 ? `${plural(alreadyPresent, "fact")} known already, left as they are.` : "",
  ].filter((line) => line !== "");
}

const revenueText = (revenue: string, currency: string | undefined): string =>
  `${money(revenue)}${currency === undefined ? "" : ` ${currency}`}`;

function leftOut({ rowsRead, rowsRejected, rejectReasons, rejectFile }: ImportSummary): string[] {
  if (rowsRejected === 0) return [];
  const width = whole(rejectReasons[0]?.rows ?? 0).length;
  const shown = rejectReasons.slice(0, REASONS).map(({ column, reason, rows }) => {
    const what = column === "" ? reason : `${column}: ${reason}`;
    return `  ${whole(rows).padStart(width)}  ${what}`;
  });
  const more = rejectReasons.length - shown.length;
  return [
    `Left out: ${whole(rowsRejected)} of ${plural(rowsRead, "row")}`,
    ...shown,
    ...(more > 0 ? [`  and ${plural(more, "other reason")}`] : []),
    ...(rejectFile ? [`  Each row with its reason: ${rejectFile}`] : []),
  ];
}

function amended({ rowsRead, rowsAmended, firstAmended }: ImportSummary): string[] {
  if (rowsAmended === 0) return [];
  return [
    `Taken in without a value that is not needed: ${whole(rowsAmended)} of ${plural(rowsRead, "row")}`,
    ...firstAmended
      .slice(0, REASONS)
      .map(({ line, column, value, reason }) => `  line ${line}  ${column} "${value}": ${reason}`),
  ];
}

function counted(n: number, one: string, many?: string): string {
  return n === 0 ? "" : plural(n, one, many);
}

/** "a", "a and b", "a, b and c". */
function listed(parts: readonly string[]): string {
  return new Intl.ListFormat("en-GB", { type: "conjunction" }).format(parts);
}

/** The reconciliation card: the shop's own figures of its customers beside ours. */
export function reconciliationText(card: Reconciliation | undefined): string[] {
  if (card === undefined) return [];
  const { people, equal, stated, ours, equalOrders, statedOrders, differences } = card;
  return [
    `The shop states what ${plural(people, "person", "people")} spent: ${money(stated)}; ours is ${money(ours)}.`,
    `  ${whole(equal)} of them agree${statedOrders > 0 ? `, in the number of orders ${whole(equalOrders)} of ${whole(statedOrders)}` : ""}.`,
    ...differences.map(
      ({ reasons, people: differing, amount }) =>
        `  ${plural(differing, "person", "people")}, ${money(amount)}: ${listed(reasons)}`,
    ),
  ];
}

/** Who is left out of audiences since this import; nothing where nobody's state changed. */
export function marksText({ marked, unmarked }: MarkReport): string[] {
  if (marked + unmarked === 0) return [];
  const since = [
    marked > 0 ? `${plural(marked, "person was", "people were")} marked as no audience` : "",
    unmarked > 0 ? `${plural(unmarked, "person is", "people are")} no longer` : "",
  ];
  return [`${listed(since.filter((part) => part !== ""))}; tessera hygiene says who and why.`];
}
