/** Everything that the store holds of one person, as one document: what they may ask for. */

import type { Parameters, Warehouse } from "../../store/index.js";
import type { ErasureOptions } from "./erase.js";
import { messagesNaming, rejectsNaming } from "./erase-texts.js";
import { sentBy } from "./message-sender.js";
import type { NamedIdentifier } from "./names.js";

type Rows = readonly Readonly<Record<string, unknown>>[];

/** The head of an export, for whoever reads it: what its parts are. */
const ABOUT = {
  what: "All that this shop's customer data store (Tessera) holds of one person. Times are in UTC.",
  person: "the number under which the store keeps the person",
  identifiers: "accounts, addresses, telephone numbers and devices by which the person is known",
  links: "which of these were seen together, how, and since when",
  identity: "since when each of them counts as this person's, and why",
  facts:
    "what was done, bought, said or allowed, one row each: kind and name say what, ts when it happened, " +
    "known_at when the store learnt it; traits (kind identified) and consents are among them; a row with superseded_at was later replaced",
  orderRecords: "the person's orders as the shop's system gave them",
  orderEvents: "what messages said of these orders, as it was said",
  memberships: "customer segments entered and left: at says when, noticed_at when it was noticed",
  profile: "figures that were last worked out from the facts",
  messages: "messages that the person's browser or the shop sent, as they came; kept for some days",
  rejects: "rows of files and messages that could not be used, with the reason",
  namedByOthers:
    "when messages of somebody else named this person (as the receiver of a shared cart, for instance); " +
    "what they hold is somebody else's and is left out",
} as const;

export interface PersonExport {
  readonly about: Readonly<Record<string, string>>;
  readonly person: string;
  readonly identifiers: Rows;
  /** Which identifiers were seen with which, and whose each was from when on. */
  readonly links: Rows;
  readonly identity: Rows;
  /** Every version of every fact, with when it was superseded. Traits and consents are facts. */
  readonly facts: Rows;
  readonly orderRecords: Rows;
  /** What events said of orders, as they said it. */
  readonly orderEvents: Rows;
  /** Entries into segments and exits from them; and what was last worked out. */
  readonly memberships: Rows;
  readonly profile: Rows;
  /** Messages as they came in, as far as the intake log still has them, and rejected rows. */
  readonly messages: Rows;
  readonly rejects: Rows;
  /** When somebody else's messages, or rejected ones of theirs, named the person. */
  readonly namedByOthers: Rows;
}

/** `person` as `tessera person` gives it. */
export async function exportPerson(
  warehouse: Warehouse,
  person: bigint,
  { dataDir, ledger }: ErasureOptions,
): Promise<PersonExport> {
  const aliases = await aliasesNow(warehouse, person);
  const own: Parameters = { person, aliases };
  const rows = async (sql: string): Promise<Rows> => (await warehouse.query(sql, own)).rows;
  const identifiers = await rows(
    `SELECT DISTINCT toString(id_kind) AS kind, id_value AS value FROM aliases
     WHERE alias IN {aliases:Array(UInt64)} ORDER BY kind, value`,
  );
  const orders = await rows(
    `SELECT DISTINCT 'order' AS kind, order_id AS value FROM facts
     WHERE alias IN {aliases:Array(UInt64)} AND kind IN ('order', 'line') AND order_id != ''`,
  );
  const named = [...identifiers, ...orders].map(({ kind, value }) => ({
    kind: `${kind}`,
    value: `${value}`,
  }));
  const texts = await textsNaming(named, { dataDir, ledger });
  return {
    about: ABOUT,
    person: String(person),
    identifiers,
    links: await rows(LINKS),
    identity: await rows(IDENTITY),
    facts: await rows(FACTS),
    orderRecords: await rows(ORDER_RECORDS),
    orderEvents: await rows(
      `SELECT source, order_id, event FROM order_events WHERE ${OWN} ORDER BY source, order_id`,
    ),
    memberships: await rows(MEMBERSHIPS),
    profile: await rows(
      "SELECT * EXCEPT (signed, conditions, held) FROM profiles WHERE person = {person:UInt64} ORDER BY refresh_id DESC LIMIT 1",
    ),
    ...texts,
  };
}

/** What came in under the person's name; and of what others sent, only when it named the person. */
async function textsNaming(
  named: readonly NamedIdentifier[],
  { dataDir, ledger }: ErasureOptions,
): Promise<Pick<PersonExport, "messages" | "rejects" | "namedByOthers">> {
  const isSentBy = sentBy(named);
  const messages: Readonly<Record<string, unknown>>[] = [];
  const rejects: Readonly<Record<string, unknown>>[] = [];
  const namedByOthers: Readonly<Record<string, unknown>>[] = [];
  const pages = ledger === undefined ? [] : messagesNaming(ledger, named);
  for await (const page of pages) {
    for (const { sequence, received_at, format, ip, user_agent, body } of page) {
      const receivedAt = instantOf(received_at);
      const from = { sequence, receivedAt, format };
      if (isSentBy(body)) messages.push({ ...from, ip, userAgent: user_agent, body });
      else namedByOthers.push({ receivedAt });
    }
  }
  for await (const { line } of rejectsNaming(dataDir, named)) {
    const reject = rowOf(line);
    const { value, at } = reject;
    const isOwn = typeof value !== "string" || !value.startsWith("{") || isSentBy(value);
    if (isOwn) rejects.push(reject);
    else namedByOthers.push(at === undefined ? {} : { receivedAt: instantOf(at) });
  }
  return { messages, rejects, namedByOthers };
}

const instantOf = (ms: unknown): string => new Date(Number(ms)).toISOString();

/** A line that a crash cut off is given as it is. */
function rowOf(line: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(line);
  } catch {
    return { text: line };
  }
}

async function aliasesNow(warehouse: Warehouse, person: bigint): Promise<bigint[]> {
  const { rows } = await warehouse.query<{ alias: string }>(
    `SELECT {person:UInt64} AS alias UNION DISTINCT
     SELECT alias FROM identity WHERE dictGetOrDefault('identity_now', 'person', alias, alias) = {person:UInt64}`,
    { person },
  );
  return rows.map(({ alias }) => BigInt(alias));
}

const OWN = "alias IN {aliases:Array(UInt64)}";

const NAMED =
  "(SELECT alias AS named, any(concat(id_kind, ':', id_value)) AS name FROM aliases GROUP BY alias)";

/** Others are not named: whose an address is that several gave is not this person's to know. */
const LINKS = `SELECT n.name AS identifier, if(l.person IN {aliases:Array(UInt64)}, m.name, 'somebody else') AS seen_with,
    toString(l.how) AS how, l.known_at AS since
  FROM (SELECT * FROM links WHERE ${OWN}) AS l
  LEFT JOIN ${NAMED} AS n ON n.named = l.alias LEFT JOIN ${NAMED} AS m ON m.named = l.person ORDER BY since`;

const IDENTITY = `SELECT n.name AS identifier, toString(i.person) AS person, i.known_at AS since, toString(i.cause) AS cause
  FROM (SELECT * FROM identity WHERE ${OWN}) AS i LEFT JOIN ${NAMED} AS n ON n.named = i.alias ORDER BY since, i.sequence`;

const FACTS = `SELECT f.*, s.superseded_at AS superseded_at
  FROM (SELECT * EXCEPT (import_id, props), toJSONString(props) AS properties FROM facts WHERE ${OWN}) AS f
  LEFT JOIN (SELECT fact_id, version, toNullable(min(known_at)) AS superseded_at FROM superseded
    WHERE ${OWN} GROUP BY fact_id, version) AS s ON s.fact_id = f.fact_id AND s.version = f.version
  ORDER BY f.ts, f.fact_id, f.version`;

const ORDER_RECORDS = `SELECT * EXCEPT import_id FROM order_records
  WHERE (toString(source), order_id) IN (SELECT toString(source), order_id FROM facts WHERE ${OWN} AND order_id != '')
  ORDER BY source, order_id`;

const MEMBERSHIPS = `SELECT segment, argument, entered, at, noticed_at, cause FROM transitions
  WHERE person IN {aliases:Array(UInt64)} ORDER BY sequence`;
