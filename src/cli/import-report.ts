/**
 * What an import says on the terminal, in sentences: what came in, what was left out and why, and
 * which segments the store still cannot answer, with what would give them the facts.
 */

import type { ImportSummary, MarkReport, Reconciliation } from "../collect/index.js";
import type { UnavailableSegment } from "../segment/index.js";
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

/** What the store lacks for which segments, by what would give it. */
export function lacksText(unavailable: readonly UnavailableSegment[]): string[] {
  if (unavailable.length === 0) return [];
  const byNeed = new Map<string, string[]>();
  for (const { key, needs } of unavailable) {
    for (const remedy of new Set(needs.map(remedyOf)))
      byNeed.set(remedy, [...(byNeed.get(remedy) ?? []), key]);
  }
  return [
    "What this store lacks, and the segments that wait for it:",
    ...[...byNeed].map(([remedy, keys]) => `  ${remedy}: ${keys.join(", ")}`),
  ];
}

const CATALOGUE = "from a file of products";
const SITE = "from the shop's website";
const EXPORT = "from the shop's export";
const PEOPLE = "from a file of people";
const SENDER = "from the sending service";

/** What a missing source of facts is called, and where it comes from. */
const SOURCES: Readonly<Record<string, string>> = {
  order: `orders, ${EXPORT}`,
  placed: `orders, ${EXPORT}`,
  line: `order lines, ${EXPORT}`,
  refund: `refunds, ${EXPORT}`,
  identified: `people with their traits, ${PEOPLE}`,
  site: `visits, ${SITE}`,
  viewed: `views of products, ${SITE}`,
  view_ended: `ends of views of products (the browser snippet), ${SITE}`,
  searched: `searches, ${SITE}`,
  added: `carts, ${SITE}`,
  checkout: `checkouts, ${SITE}`,
  payment_failed: `failed payments, ${SITE}`,
  wished: `wish lists, ${SITE}`,
  watched: `watched products, ${SITE}`,
  price_dropped: "changes of price, from dated files of products",
  back_in_stock: "changes of stock, from dated files of products",
  delivered: `messages delivered, ${SENDER}`,
  message_clicked: `clicks in messages, ${SENDER}`,
  complaint_opened: "complaints, from the help desk",
  event: "events of any kind, from a file of events",
};

/** The same for fields of sources. */
const FIELDS: Readonly<Record<string, string>> = {
  discount: "discounts of lines, from a column of the orders",
  cost: `costs of products, ${CATALOGUE}`,
  launched: `launch dates of products, ${CATALOGUE}`,
  department: `departments of products, ${CATALOGUE}`,
  category: `categories of products, ${CATALOGUE}`,
  brand: `brands of products, ${CATALOGUE}`,
  collection: `collections of products, ${CATALOGUE}`,
  gift: `signs of gifts (another name to send to, a note, wrapping), ${EXPORT}`,
  theme: "themes of campaigns, from a file of campaigns",
  results: `numbers of results of searches, ${SITE}`,
  accepts_email: `consents to e-mail, ${PEOPLE}`,
  accepts_sms: `consents to SMS, ${PEOPLE}`,
  accepts_push: `consents to push, ${PEOPLE}`,
};

/** Of a need, which may have alternatives: `price_dropped or back_in_stock`. */
function remedyOf(need: string): string {
  return need.split(" or ").map(remedy).join(", or ");
}

function remedy(need: string): string {
  const [source = "", field, ...path] = need.split(".");
  if (field === undefined) return SOURCES[source] ?? `facts of the kind ${source}`;
  if (field === "props") return `the property ${path.join(".")} of ${source}`;
  if (source === "person") return FIELDS[field] ?? `the trait ${field}, ${PEOPLE}`;
  return FIELDS[field] ?? `${field} of ${source}`;
}
