/**
 * What a store would gain, said after an import: by where the missing facts come from, how many of
 * the ready segments wait for them and the first of these. It is to be read at a glance; what each
 * single segment needs is what `tessera segments` says.
 */

import type { UnavailableSegment } from "../segment/index.js";
import { coloursOf, plural } from "./terminal.js";

/** Named of each line. */
const SEGMENTS = 3;
const FACTS = 3;

/** No line where nothing is missing. */
export function lacksText(unavailable: readonly UnavailableSegment[]): string[] {
  if (unavailable.length === 0) return [];
  const groups = new Map<string, UnavailableSegment[]>();
  for (const segment of unavailable) {
    const [from = "", ...more] = new Set(segment.needs.map((need) => remedyOf(need).from));
    const group = more.length === 0 ? from : SEVERAL;
    groups.set(group, [...(groups.get(group) ?? []), segment]);
  }
  const { dim } = coloursOf(process.stdout);
  const last = (group: string) => (group === SEVERAL ? 1 : 0);
  const ordered = [...groups].sort(
    ([a, some], [b, others]) => last(a) - last(b) || others.length - some.length,
  );
  const wait = unavailable.length === 1 ? "waits" : "wait";
  return [
    `${plural(unavailable.length, "ready segment")} ${wait} for facts that this store lacks:`,
    ...ordered.map(([from, segments]) => `  ${line(from, segments)}`),
    dim("tessera segments lists them all, each with what it needs."),
  ];
}

const SEVERAL = "several of these together";

/** `9 with the shop's website (carts, views of products, ...): "Left a cart", ...`. */
function line(from: string, segments: readonly UnavailableSegment[]): string {
  const titles = [...segments].sort((a, b) => a.place - b.place).map(({ title }) => `"${title}"`);
  const facts = segments.flatMap(({ needs }) => needs.map((need) => remedyOf(need).facts));
  const of = from === SEVERAL ? "" : ` (${first([...new Set(facts)], FACTS)})`;
  return `${segments.length} with ${from}${of}: ${first(titles, SEGMENTS)}`;
}

const first = (texts: readonly string[], most: number): string =>
  [...texts.slice(0, most), ...(texts.length > most ? ["..."] : [])].join(", ");

/** What a missing kind of facts is called, and where it comes from. */
interface Remedy {
  readonly facts: string;
  readonly from: string;
}

const CATALOGUE = "a file of products";
const SITE = "the shop's website";
const EXPORT = "the shop's export";
const PEOPLE = "a file of people";
const SENDER = "the sending service";
const EVENTS = "a file of events";

const SOURCES: Readonly<Record<string, Remedy>> = {
  activity: { facts: "orders", from: EXPORT },
  order: { facts: "orders", from: EXPORT },
  placed: { facts: "orders", from: EXPORT },
  line: { facts: "order lines", from: EXPORT },
  refund: { facts: "refunds", from: EXPORT },
  identified: { facts: "people with their traits", from: PEOPLE },
  site: { facts: "visits", from: SITE },
  viewed: { facts: "views of products", from: SITE },
  view_ended: { facts: "ends of views of products", from: SITE },
  searched: { facts: "searches", from: SITE },
  added: { facts: "carts", from: SITE },
  checkout: { facts: "checkouts", from: SITE },
  payment_failed: { facts: "failed payments", from: SITE },
  wished: { facts: "wish lists", from: SITE },
  watched: { facts: "watched products", from: SITE },
  price_dropped: { facts: "changes of price", from: CATALOGUE },
  back_in_stock: { facts: "changes of stock", from: CATALOGUE },
  delivered: { facts: "messages delivered", from: SENDER },
  message_clicked: { facts: "clicks in messages", from: SENDER },
  complaint_opened: { facts: "complaints", from: "the help desk" },
  event: { facts: "events of any kind", from: EVENTS },
};

/** Of fields of sources; `person.NAME` are traits. */
const FIELDS: Readonly<Record<string, Remedy>> = {
  discount: { facts: "discounts of lines", from: EXPORT },
  cost: { facts: "costs", from: CATALOGUE },
  launched: { facts: "launch dates", from: CATALOGUE },
  department: { facts: "departments", from: CATALOGUE },
  category: { facts: "categories", from: CATALOGUE },
  brand: { facts: "brands", from: CATALOGUE },
  collection: { facts: "collections", from: CATALOGUE },
  gift: { facts: "signs of gifts", from: EXPORT },
  theme: { facts: "themes of campaigns", from: "a file of campaigns" },
  results: { facts: "numbers of results of searches", from: SITE },
  accepts_email: { facts: "consents to e-mail", from: PEOPLE },
  accepts_sms: { facts: "consents to SMS", from: PEOPLE },
  accepts_push: { facts: "consents to push", from: PEOPLE },
};

/** Of a need; of alternatives (`price_dropped or back_in_stock`) the first that has a known place. */
function remedyOf(need: string): Remedy {
  const all = need.split(" or ").map(remedy);
  const found = all.find(({ from }) => from !== EVENTS) ?? all[0];
  return found ?? { facts: need, from: EVENTS };
}

function remedy(need: string): Remedy {
  const [source = "", field, ...path] = need.split(".");
  if (field === undefined) return SOURCES[source] ?? { facts: `events ${source}`, from: EVENTS };
  const from = SOURCES[source]?.from ?? EVENTS;
  if (field === "props") return { facts: `the property ${path.join(".")} of ${source}`, from };
  if (source === "person") return FIELDS[field] ?? { facts: `the trait ${field}`, from: PEOPLE };
  return FIELDS[field] ?? { facts: `${field} of ${source}`, from };
}
