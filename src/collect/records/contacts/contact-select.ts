/**
 * Contacts -> typed events: a message that a campaign sent, or what the person did with it. The name
 * is that of the channel's event in `src/collect/events/event-names.ts`.
 */

import type { Parameters } from "../../../store/index.js";
import { EVENTS } from "../../events/index.js";
import { identitySql } from "../../hygiene/index.js";
import { AMOUNT_COLUMNS, NUMBER_COLUMNS, TEXT_COLUMNS } from "../events/event-columns.js";
import { type Fault, missing } from "../fields.js";
import { type ContactsMapping, fields } from "./schema.js";
import { WAITING } from "./undated-contacts.js";

/** The kind of each response, and its name where the channel has none. */
const RESPONSES = {
  delivered: { kind: "delivered", name: "Message Delivered" },
  opened: { kind: "opened", name: "Message Opened" },
  clicked: { kind: "message_clicked", name: "Message Clicked" },
  redeemed: { kind: "event", name: "Coupon Redeemed" },
  unsubscribed: { kind: "unsubscribed", name: "Unsubscribed" },
} as const;
type Response = keyof typeof RESPONSES;
const RESPONSE_NAMES = Object.keys(RESPONSES) as readonly Response[];

export function prepareContacts({ customer }: ContactsMapping, values: string): string {
  const one = (kind: string, field: string) =>
    identitySql(kind, `if(has({nobody:Array(String)}, f_${field}), '', f_${field})`);
  return `SELECT *, ${one(customer.kind, "customer")} AS named, ${one("email", "email")} AS mail,
      ${one("phone", "phone")} AS called,
      multiIf(named != '', {id_kind:String}, mail != '', 'email', called != '', 'phone', '') AS known_by,
      multiIf(named != '', named, mail != '', mail, called) AS person,
      transform(lower(f_response), {response_words:Array(String)}, {responses:Array(String)}, '') AS said
    FROM (${values})`;
}

export function selectContacts(_: ContactsMapping, prepared: string): string {
  const named = (column: "response_kinds" | "response_titles") =>
    `transform(said, {response_names:Array(String)}, {${column}:Array(String)}, '')`;
  const given = (name: string) => (name in fields ? `f_${name}` : "''");
  const hashed = Object.keys(fields)
    .filter((name) => name !== "message")
    .map((name) => `f_${name}`);
  const columns = [
    "source_line AS line",
    `${named("response_kinds")} AS kind`,
    `transform(concat(lower(f_channel), ' ', kind), {channel_kinds:Array(String)},
      {channel_names:Array(String)}, ${named("response_titles")}) AS name`,
    `ifNull(v_time, ${WAITING}) AS time, time AS known, f_message AS message`,
    "known_by AS id_kind, person AS customer, '' AS anonymous, '' AS previous",
    "mail AS email, called AS phone, '' AS ip, ifNull(v_human, true) AS human",
    ...TEXT_COLUMNS.map((name) => `${given(name)} AS ${name}`),
    ...[...NUMBER_COLUMNS, ...AMOUNT_COLUMNS].map((name) => `NULL AS ${name}`),
    "[] AS items, CAST(map(), 'Map(String, String)') AS bag, '' AS traits",
    `hex(sipHash128([${hashed.join(", ")}])) AS content`,
    "CAST([], 'Array(Array(String))') AS unread",
  ];
  return `SELECT ${columns.join(", ")} FROM (${prepared})`;
}

export function contactFaults(mapping: ContactsMapping): Fault[] {
  const person = (["customer", "email", "phone"] as const).find((name) => mapping.columns[name]);
  return [
    ...missing(["campaign"], mapping),
    { field: person ?? "customer", condition: "person = ''", reason: "missing" },
    { field: "response", condition: "said = ''", reason: "none of the mapping's responses" },
  ];
}

export function contactParameters({ responses, customer }: ContactsMapping): Parameters {
  const words = RESPONSE_NAMES.flatMap((name) => responses[name].map((word) => [word, name]));
  const named = EVENTS.flatMap(({ channel, kind, name }) =>
    channel === undefined || kind === "event" ? [] : [[`${channel} ${kind}`, name] as const],
  );
  return {
    nobody: customer.nobody,
    id_kind: customer.kind,
    response_words: words.map(([word]) => word!),
    responses: words.map(([, name]) => name!),
    response_names: RESPONSE_NAMES,
    response_kinds: RESPONSE_NAMES.map((name) => RESPONSES[name].kind),
    response_titles: RESPONSE_NAMES.map((name) => RESPONSES[name].name),
    channel_kinds: named.map(([kind]) => kind),
    channel_names: named.map(([, name]) => name),
  };
}
