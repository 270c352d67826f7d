/**
 * What the store learns of one person, in the order in which it is thought up. Facts get their ids
 * from the person's number, so that no person's depend on another's; what would only become known
 * at or after the last instant is left out.
 */

import type { Fact, IdentityLink, Superseded } from "../../store/index.js";
import type { Product } from "./catalogue.js";
import { offerAt } from "./price-history.js";

export const DEMO_SOURCE = "demo";

/** Facts of one person: ids are `number x FACTS_PER_PERSON + n`, below 2^53 to 2^33 people. */
const FACTS_PER_PERSON = 2 ** 20;

/** What events and traits say; orders are written as facts. */
export interface Entry
  extends Pick<
    Fact,
    | "alias"
    | "ts"
    | "kind"
    | "name"
    | "order"
    | "cart"
    | "category"
    | "query"
    | "campaign"
    | "theme"
    | "channel"
    | "country"
    | "human"
    | "quantity"
    | "results"
    | "props"
  > {
  /** At once, if absent. */
  readonly knownAt?: number;
  /** The product that it is about, at its price of that instant. */
  readonly about?: Product;
}

export interface Diary {
  readonly facts: Fact[];
  readonly superseded: Superseded[];
  readonly identity: IdentityLink[];
  readonly newId: () => bigint;
  readonly write: (entry: Entry) => void;
  /** Known from `knownAt` on, in place of the version before, if there is one. */
  readonly writeVersion: (fact: Fact) => void;
}

/** `number` 0 is the store itself. */
export function newDiary(number: number, until: number): Diary {
  const facts: Fact[] = [];
  const superseded: Superseded[] = [];
  let count = 0;
  const newId = () => {
    count += 1;
    return BigInt(number * FACTS_PER_PERSON + count);
  };
  return {
    facts,
    superseded,
    identity: [],
    newId,
    write(entry) {
      const { knownAt = entry.ts } = entry;
      if (knownAt >= until || entry.ts >= until) return;
      facts.push(asFact(entry, knownAt, newId()));
    },
    writeVersion(fact) {
      facts.push(fact);
      const version = fact.version ?? 1;
      if (version === 1) return;
      const { alias, factId, knownAt } = fact;
      superseded.push({ alias, factId, version: version - 1, knownAt });
    },
  };
}

/** Every fact is an object of one shape: reading a million of them is then several times faster. */
function asFact(entry: Entry, knownAt: number, factId: bigint): Fact {
  const { about } = entry;
  return {
    alias: entry.alias,
    ts: entry.ts,
    knownAt,
    factId,
    kind: entry.kind,
    name: entry.name,
    source: DEMO_SOURCE,
    order: entry.order,
    cart: entry.cart,
    product: about?.id,
    category: entry.category ?? about?.category,
    department: about?.department,
    brand: about?.brand,
    collection: about?.collection,
    launched: about?.launchedAt,
    query: entry.query,
    campaign: entry.campaign,
    theme: entry.theme,
    channel: entry.channel,
    country: entry.country,
    human: entry.human,
    quantity: entry.quantity,
    price: about && offerAt(about.offers, entry.ts).price,
    results: entry.results,
    props: entry.props,
  };
}
