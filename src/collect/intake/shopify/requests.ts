/**
 * What a shop must act upon by privacy law: Shopify's mandatory webhooks, which are events of the person
 * (`noticeRow`). To erase a customer is done here: the request is a fact of theirs, so it stands until the
 * erasure, of which it is a part, is done, through any crash; and done twice it changes nothing.
 * Whoever may send with a write key cannot ask so: only what Shopify signed has this source.
 *
 * A person's data are handed out by people, and a whole shop is not erased by a message: both stay open
 * in the list until somebody says that they are answered.
 */

import { AppError } from "../../../base/index.js";
import { instantText, type Warehouse } from "../../../store/index.js";
import { type ErasureOptions, erasePerson } from "../../erasure/index.js";
import { NOTICES } from "./customers.js";
import { SHOPIFY_SOURCE } from "./mappings.js";

const ASKS = {
  [NOTICES["customers/redact"]]: "erasure",
  [NOTICES["customers/data_request"]]: "data",
  [NOTICES["shop/redact"]]: "shop erasure",
} as const;

/** Shopify, as the law, leaves so long to act upon a request. */
const DUE_DAYS = 30;
const DAY_MS = 86_400_000;

export interface PrivacyRequest {
  readonly id: string;
  readonly asks: "erasure" | "data" | "shop erasure";
  /** "email:ann@example.org"; of a shop its domain. */
  readonly of: string;
  /** Milliseconds since the epoch. */
  readonly askedAt: number;
  readonly dueAt: number;
  /** Undefined while it is open. */
  readonly answeredAt: number | undefined;
}

interface Row {
  readonly id: string;
  readonly name: keyof typeof ASKS;
  readonly alias: string;
  readonly shop: string;
  readonly asked: string;
  readonly answered: string;
}

const REQUESTS = `SELECT toString(f.fact_id) AS id, toString(f.name) AS name,
    toString(f.alias) AS alias, ifNull(f.props.shop.:String, '') AS shop,
    toString(toUnixTimestamp64Milli(f.ts)) AS asked
  FROM facts AS f
  WHERE f.source = {source:String} AND f.kind = 'event' AND f.name IN {names:Array(String)}`;

/** The newest first. Erasures that are done are not among them: `listErasures` has them. */
export async function listRequests(warehouse: Warehouse): Promise<readonly PrivacyRequest[]> {
  const asked = { source: SHOPIFY_SOURCE, names: Object.keys(ASKS) };
  const { rows } = await warehouse.query<Omit<Row, "answered">>(REQUESTS, asked);
  if (rows.length === 0) return [];
  const [names, answers] = [await namesOf(warehouse, rows), await answersTo(warehouse)];
  return rows
    .map(({ id, name, alias, shop, asked: at }) => ({
      id,
      asks: ASKS[name],
      of: names.get(alias) ?? shop,
      askedAt: Number(at),
      dueAt: Number(at) + DUE_DAYS * DAY_MS,
      answeredAt: answers.get(id),
    }))
    .sort((a, b) => b.askedAt - a.askedAt || a.id.localeCompare(b.id));
}

async function namesOf(warehouse: Warehouse, of: readonly { readonly alias: string }[]) {
  const { rows } = await warehouse.query<{ alias: string; name: string }>(
    `SELECT toString(a.alias) AS alias, any(concat(a.id_kind, ':', a.id_value)) AS name
     FROM aliases AS a WHERE a.alias IN {aliases:Array(UInt64)} GROUP BY a.alias`,
    { aliases: of.map(({ alias }) => BigInt(alias)) },
  );
  return new Map(rows.map(({ alias, name }) => [alias, name]));
}

async function answersTo(warehouse: Warehouse): Promise<ReadonlyMap<string, number>> {
  const { rows } = await warehouse.query<{ id: string; at: string }>(
    `SELECT toString(fact_id) AS id, toString(toUnixTimestamp64Milli(min(answered_requests.at))) AS at
     FROM answered_requests GROUP BY fact_id`,
  );
  return new Map(rows.map(({ id, at }) => [id, Number(at)]));
}

/** `now`: milliseconds since the epoch. Throws `input.missing` where no open request has this id. */
export async function answerRequest(
  warehouse: Warehouse,
  id: string,
  now: number,
): Promise<PrivacyRequest> {
  const open = (await listRequests(warehouse)).filter(({ answeredAt }) => answeredAt === undefined);
  const request = open.find((one) => one.id === id);
  if (request === undefined) {
    throw new AppError("input.missing", `There is no open request ${id}.`, {
      hint: "tessera requests lists them.",
    });
  }
  await warehouse.insert("answered_requests", [{ fact_id: id, at: instantText(now) }]);
  return { ...request, answeredAt: now };
}

/** To be called when people are as they are now known. Says how many people were erased. */
export async function eraseRequested(
  warehouse: Warehouse,
  options: ErasureOptions & { readonly now: number },
): Promise<number> {
  const { rows } = await warehouse.query<{ person: string }>(
    `SELECT DISTINCT toString(dictGetOrDefault('identity_now', 'person', alias, alias)) AS person
     FROM facts
     WHERE source = {source:String} AND kind = 'event' AND name = {name:String} AND alias != 0
     ORDER BY person`,
    { source: SHOPIFY_SOURCE, name: NOTICES["customers/redact"] },
  );
  const reason = "customers/redact of Shopify";
  for (const { person } of rows)
    await erasePerson(warehouse, BigInt(person), { ...options, reason });
  return rows.length;
}
