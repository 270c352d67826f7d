/**
 * The columns of the warehouse's tables and what goes into them. Every column is filled by a line
 * of its own: a loop over columns would be shorter and several times slower, because the engine
 * then cannot tell which kind of column a call is for.
 */

import type { Fact, IdentityLink, Superseded } from "../../store/index.js";
import type { Identifier } from "./identifiers.js";
import {
  decimal,
  flag,
  instant,
  nativeBlock,
  optionalDecimal,
  optionalInstant,
  text,
  uint32,
  uint64,
  word,
} from "./native-columns.js";

export interface Table<Row> {
  readonly add: (row: Row) => void;
  /** All rows so far, as a file of the format Native. */
  readonly block: () => readonly Uint8Array[];
}

export function newTables() {
  return {
    facts: factTable(),
    superseded: supersededTable(),
    identity: identityTable(),
    aliases: aliasTable(),
  };
}

function factTable(): Table<Fact> {
  const columns = {
    alias: uint64(),
    ts: instant(),
    known_at: instant(),
    fact_id: uint64(),
    version: uint32(),
    kind: word(),
    name: word(),
    source: word(),
    order_id: text(),
    cart_id: text(),
    ordinal: uint32(),
    product: text(),
    category: word(),
    department: word(),
    brand: word(),
    collection: word(),
    query: text(),
    coupon: word(),
    campaign: word(),
    theme: word(),
    channel: word(),
    country: word(),
    placed: flag(),
    kept: flag(),
    human: flag(),
    gift: flag(),
    quantity: optionalDecimal(),
    price: optionalDecimal(),
    results: optionalDecimal(),
    gross: decimal(),
    discount: decimal(),
    refunded: decimal(),
    net: decimal(),
    tax: decimal(),
    shipping: decimal(),
    cost: optionalDecimal(),
    launched_at: optionalInstant(),
    usual_price: optionalDecimal(),
    compare_at: optionalDecimal(),
    compare_at_since: optionalInstant(),
    props: text(),
  };
  let rows = 0;
  return {
    add(f) {
      rows += 1;
      columns.alias.add(f.alias);
      columns.ts.add(f.ts);
      columns.known_at.add(f.knownAt);
      columns.fact_id.add(f.factId);
      columns.version.add(f.version ?? 1);
      columns.kind.add(f.kind);
      columns.name.add(f.name ?? "");
      columns.source.add(f.source ?? "");
      columns.order_id.add(f.order ?? "");
      columns.cart_id.add(f.cart ?? "");
      columns.ordinal.add(f.ordinal ?? 0);
      columns.product.add(f.product ?? "");
      columns.category.add(f.category ?? "");
      columns.department.add(f.department ?? "");
      columns.brand.add(f.brand ?? "");
      columns.collection.add(f.collection ?? "");
      columns.query.add(f.query ?? "");
      columns.coupon.add(f.coupon ?? "");
      columns.campaign.add(f.campaign ?? "");
      columns.theme.add(f.theme ?? "");
      columns.channel.add(f.channel ?? "");
      columns.country.add(f.country ?? "");
      columns.placed.add(f.placed !== false);
      columns.kept.add(f.kept !== false);
      columns.human.add(f.human !== false);
      columns.gift.add(f.gift === true);
      columns.quantity.add(f.quantity);
      columns.price.add(f.price);
      columns.results.add(f.results);
      columns.gross.add(f.gross ?? "0");
      columns.discount.add(f.discount ?? "0");
      columns.refunded.add(f.refunded ?? "0");
      columns.net.add(f.net ?? "0");
      columns.tax.add(f.tax ?? "0");
      columns.shipping.add(f.shipping ?? "0");
      columns.cost.add(f.cost);
      columns.launched_at.add(f.launched);
      columns.usual_price.add(f.usualPrice);
      columns.compare_at.add(f.compareAt);
      columns.compare_at_since.add(f.compareAtSince);
      columns.props.add(f.props === undefined ? "{}" : JSON.stringify(f.props));
    },
    block: () => nativeBlock(rows, columns),
  };
}

function supersededTable(): Table<Superseded> {
  const columns = {
    alias: uint64(),
    fact_id: uint64(),
    version: uint32(),
    known_at: instant(),
  };
  let rows = 0;
  return {
    add(s) {
      rows += 1;
      columns.alias.add(s.alias);
      columns.fact_id.add(s.factId);
      columns.version.add(s.version);
      columns.known_at.add(s.knownAt);
    },
    block: () => nativeBlock(rows, columns),
  };
}

function identityTable(): Table<IdentityLink> {
  const columns = {
    alias: uint64(),
    person: uint64(),
    known_at: instant(),
    sequence: uint64(),
    cause: word(),
  };
  let rows = 0;
  return {
    add(l) {
      rows += 1;
      columns.alias.add(l.alias);
      columns.person.add(l.person);
      columns.known_at.add(l.knownAt);
      columns.sequence.add(BigInt(l.sequence));
      columns.cause.add(l.cause);
    },
    block: () => nativeBlock(rows, columns),
  };
}

function aliasTable(): Table<Identifier> {
  const columns = {
    alias: uint64(),
    id_kind: word(),
    id_value: text(),
  };
  let rows = 0;
  return {
    add(i) {
      rows += 1;
      columns.alias.add(i.alias);
      columns.id_kind.add(i.kind);
      columns.id_value.add(i.value);
    },
    block: () => nativeBlock(rows, columns),
  };
}
