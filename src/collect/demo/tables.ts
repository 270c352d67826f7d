/**
 * The columns of the warehouse's tables and what goes into them. Every column is filled by a line
 * of its own: a loop over columns would be shorter and several times slower, because V8 then cannot
 * tell which kind of column a call is for. Of a fact two thirds of the columns say nothing.
 */

import type { Fact, IdentityLink, Superseded } from "../../store/index.js";
import type { Identifier } from "./identifiers.js";
import {
  type Column,
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
import { properties } from "./native-json.js";

export interface Table<Row> {
  readonly add: (row: Row) => void;
  /** All rows so far, as a file of the format Native: valid until the next `add` or `clear`. */
  readonly block: () => readonly Uint8Array[];
  readonly clear: () => void;
}

export type Tables = ReturnType<typeof newTables>;

export function newTables() {
  return {
    facts: factTable(),
    superseded: supersededTable(),
    identity: identityTable(),
    aliases: aliasTable(),
  };
}

/** `write` puts the values of a row into the columns. */
function table<Row>(
  columns: Readonly<Record<string, Column<never>>>,
  write: (row: number, values: Row) => void,
): Table<Row> {
  let rows = 0;
  return {
    add: (values) => write(rows++, values),
    block: () => nativeBlock(rows, columns),
    clear() {
      for (const column of Object.values(columns)) column.clear(rows);
      rows = 0;
    },
  };
}

/** As the table has it. */
const PROPS = "JSON(max_dynamic_paths = 256)";

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
    placed: flag({ missing: true }),
    kept: flag({ missing: true }),
    human: flag({ missing: true }),
    gift: flag({ missing: false }),
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
    props: properties(PROPS),
  };
  return table(columns, (row, f) => {
    columns.alias.set(row, f.alias);
    columns.ts.set(row, f.ts);
    columns.known_at.set(row, f.knownAt);
    columns.fact_id.set(row, f.factId);
    columns.version.set(row, f.version ?? 1);
    columns.kind.set(row, f.kind);
    if (f.name !== undefined) columns.name.set(row, f.name);
    if (f.source !== undefined) columns.source.set(row, f.source);
    if (f.order !== undefined) columns.order_id.set(row, f.order);
    if (f.cart !== undefined) columns.cart_id.set(row, f.cart);
    if (f.ordinal !== undefined) columns.ordinal.set(row, f.ordinal);
    if (f.product !== undefined) columns.product.set(row, f.product);
    if (f.category !== undefined) columns.category.set(row, f.category);
    if (f.department !== undefined) columns.department.set(row, f.department);
    if (f.brand !== undefined) columns.brand.set(row, f.brand);
    if (f.collection !== undefined) columns.collection.set(row, f.collection);
    if (f.query !== undefined) columns.query.set(row, f.query);
    if (f.coupon !== undefined) columns.coupon.set(row, f.coupon);
    if (f.campaign !== undefined) columns.campaign.set(row, f.campaign);
    if (f.theme !== undefined) columns.theme.set(row, f.theme);
    if (f.channel !== undefined) columns.channel.set(row, f.channel);
    if (f.country !== undefined) columns.country.set(row, f.country);
    if (f.placed !== undefined) columns.placed.set(row, f.placed);
    if (f.kept !== undefined) columns.kept.set(row, f.kept);
    if (f.human !== undefined) columns.human.set(row, f.human);
    if (f.gift !== undefined) columns.gift.set(row, f.gift);
    if (f.quantity !== undefined) columns.quantity.set(row, f.quantity);
    if (f.price !== undefined) columns.price.set(row, f.price);
    if (f.results !== undefined) columns.results.set(row, f.results);
    if (f.gross !== undefined) columns.gross.set(row, f.gross);
    if (f.discount !== undefined) columns.discount.set(row, f.discount);
    if (f.refunded !== undefined) columns.refunded.set(row, f.refunded);
    if (f.net !== undefined) columns.net.set(row, f.net);
    if (f.tax !== undefined) columns.tax.set(row, f.tax);
    if (f.shipping !== undefined) columns.shipping.set(row, f.shipping);
    if (f.cost !== undefined) columns.cost.set(row, f.cost);
    if (f.launched !== undefined) columns.launched_at.set(row, f.launched);
    if (f.usualPrice !== undefined) columns.usual_price.set(row, f.usualPrice);
    if (f.compareAt !== undefined) columns.compare_at.set(row, f.compareAt);
    if (f.compareAtSince !== undefined) columns.compare_at_since.set(row, f.compareAtSince);
    if (f.props !== undefined) columns.props.set(row, f.props);
  });
}

function supersededTable(): Table<Superseded> {
  const columns = {
    alias: uint64(),
    fact_id: uint64(),
    version: uint32(),
    known_at: instant(),
  };
  return table(columns, (row, s) => {
    columns.alias.set(row, s.alias);
    columns.fact_id.set(row, s.factId);
    columns.version.set(row, s.version);
    columns.known_at.set(row, s.knownAt);
  });
}

function identityTable(): Table<IdentityLink> {
  const columns = {
    alias: uint64(),
    person: uint64(),
    known_at: instant(),
    sequence: uint64(),
    cause: word(),
  };
  return table(columns, (row, l) => {
    columns.alias.set(row, l.alias);
    columns.person.set(row, l.person);
    columns.known_at.set(row, l.knownAt);
    columns.sequence.set(row, BigInt(l.sequence));
    columns.cause.set(row, l.cause);
  });
}

function aliasTable(): Table<Identifier> {
  const columns = {
    alias: uint64(),
    id_kind: word(),
    id_value: text(),
  };
  return table(columns, (row, i) => {
    columns.alias.set(row, i.alias);
    columns.id_kind.set(row, i.kind);
    columns.id_value.set(row, i.value);
  });
}
