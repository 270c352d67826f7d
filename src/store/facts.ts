/**
 * A fact as the code holds it, and its way into a row of the table `facts`. What is absent is
 * missing: text becomes '', optional numbers NULL, amounts 0.
 */

/** An exact decimal with at most 4 places, as text: "12.5". */
export type Decimal = string;

export interface Fact {
  /** Hash of the identifier; 0n = nobody. */
  readonly alias: bigint;
  /** Milliseconds since the epoch: happened, and known to the store. */
  readonly ts: number;
  readonly knownAt: number;
  readonly factId: bigint;
  readonly version?: number;
  /** `order`, `line`, `refund`, `identified`, or the kind of an event (`viewed`, `event`, ...). */
  readonly kind: string;
  readonly name?: string;
  readonly source?: string;
  readonly order?: string;
  readonly cart?: string;
  readonly ordinal?: number;
  readonly product?: string;
  readonly category?: string;
  readonly department?: string;
  readonly brand?: string;
  readonly collection?: string;
  readonly query?: string;
  readonly coupon?: string;
  readonly campaign?: string;
  readonly theme?: string;
  readonly channel?: string;
  readonly country?: string;
  /** Orders and lines; absent means true. */
  readonly placed?: boolean;
  readonly kept?: boolean;
  readonly human?: boolean;
  /** Orders and lines; absent means false. */
  readonly gift?: boolean;
  readonly quantity?: Decimal;
  readonly price?: Decimal;
  readonly results?: Decimal;
  readonly gross?: Decimal;
  readonly discount?: Decimal;
  readonly refunded?: Decimal;
  readonly net?: Decimal;
  readonly tax?: Decimal;
  readonly shipping?: Decimal;
  readonly cost?: Decimal;
  readonly launched?: number;
  readonly usualPrice?: Decimal;
  readonly compareAt?: Decimal;
  /** Milliseconds. */
  readonly compareAtSince?: number;
  readonly priceBefore?: Decimal;
  readonly props?: Readonly<Record<string, unknown>>;
}

/** From `knownAt` on, this version of the fact is no longer valid. */
export interface Superseded {
  readonly alias: bigint;
  readonly factId: bigint;
  readonly version: number;
  readonly knownAt: number;
}

/** From `knownAt` on, the alias belongs to this person; of equal times the greater sequence counts. */
export interface IdentityLink {
  readonly alias: bigint;
  readonly person: bigint;
  readonly knownAt: number;
  readonly sequence: number;
  readonly cause: string;
}

/** What a person's memberships are made from. */
export interface History {
  readonly facts: readonly Fact[];
  readonly superseded?: readonly Superseded[];
  readonly identity?: readonly IdentityLink[];
}

/** Milliseconds -> the text ClickHouse reads as DateTime64(3, 'UTC'). */
export function instantText(ms: number): string {
  return new Date(ms).toISOString().replace("T", " ").replace("Z", "");
}

const optionalInstant = (ms: number | undefined): string | null =>
  ms === undefined ? null : instantText(ms);

/** The row of `facts` for a fact, for `Warehouse.insert`. */
export function factRow(fact: Fact, importId = 0): Record<string, unknown> {
  return {
    alias: fact.alias,
    ts: instantText(fact.ts),
    known_at: instantText(fact.knownAt),
    fact_id: fact.factId,
    version: fact.version ?? 1,
    import_id: importId,
    kind: fact.kind,
    name: fact.name ?? "",
    source: fact.source ?? "",
    order_id: fact.order ?? "",
    cart_id: fact.cart ?? "",
    ordinal: fact.ordinal ?? 0,
    product: fact.product ?? "",
    category: fact.category ?? "",
    department: fact.department ?? "",
    brand: fact.brand ?? "",
    collection: fact.collection ?? "",
    query: fact.query ?? "",
    coupon: fact.coupon ?? "",
    campaign: fact.campaign ?? "",
    theme: fact.theme ?? "",
    channel: fact.channel ?? "",
    country: fact.country ?? "",
    placed: fact.placed === false ? 0 : 1,
    kept: fact.kept === false ? 0 : 1,
    human: fact.human === false ? 0 : 1,
    gift: fact.gift === true ? 1 : 0,
    quantity: fact.quantity ?? null,
    price: fact.price ?? null,
    results: fact.results ?? null,
    gross: fact.gross ?? "0",
    discount: fact.discount ?? "0",
    refunded: fact.refunded ?? "0",
    net: fact.net ?? "0",
    tax: fact.tax ?? "0",
    shipping: fact.shipping ?? "0",
    cost: fact.cost ?? null,
    launched_at: optionalInstant(fact.launched),
    usual_price: fact.usualPrice ?? null,
    compare_at: fact.compareAt ?? null,
    compare_at_since: optionalInstant(fact.compareAtSince),
    price_before: fact.priceBefore ?? null,
    props: fact.props ?? {},
  };
}

export function supersededRow(s: Superseded, importId = 0): Record<string, unknown> {
  return {
    alias: s.alias,
    fact_id: s.factId,
    version: s.version,
    known_at: instantText(s.knownAt),
    import_id: importId,
  };
}

export function identityRow(link: IdentityLink, importId = 0): Record<string, unknown> {
  return {
    alias: link.alias,
    person: link.person,
    known_at: instantText(link.knownAt),
    sequence: link.sequence,
    cause: link.cause,
    import_id: importId,
  };
}
