/**
 * The SELECT that turns the values of a row into an event, and what makes a row unusable. A column of
 * the mapping counts before a property of the same meaning; a property that a column has taken is
 * left out of the bag.
 */

import type { Parameters } from "../../../store/index.js";
import {
  EVENT_NAMES,
  eventOf,
  HUMAN_PROPERTIES,
  LIST_PROPERTIES,
  NUMBER_PROPERTIES,
  ORDER_KINDS,
  ORDER_PROPERTIES,
  PRODUCT_KINDS,
  plainName,
  TEXT_PROPERTIES,
} from "../../events/index.js";
import { identitySql } from "../../hygiene/index.js";
import { bagSql, keyOf, listOf, numberOf, plainSql, textOf } from "../../values/json-bag.js";
import { booleanSql } from "../../values/value-sql.js";
import type { Fault } from "../fields.js";
import type { Properties } from "../record-kind.js";
import { AMOUNT_COLUMNS, NUMBER_COLUMNS, TEXT_COLUMNS } from "./event-columns.js";
import { consentFaults } from "./event-consents.js";
import { amountFault, badAmountsSql, NEEDED_AMOUNT } from "./order-amounts.js";
import { type EventsMapping, fields, furtherFields, propertyOf } from "./schema.js";

/** Segment's calls that are no `track`. */
const CALLS = ["page", "screen", "identify", "group", "alias"];

const quoted = (words: readonly string[]) => words.map((word) => `'${word}'`).join(", ");

/** What the event is, whose it is, and its properties. */
export function prepareEvents(
  mapping: EventsMapping,
  values: string,
  properties: Properties,
): string {
  const { customer } = mapping;
  const isSaid = saidAmong(properties);
  const orders = tellsOfOrders(mapping, properties);
  const one = (kind: string, text: string) =>
    identitySql(kind, `if(has({nobody:Array(String)}, ${text}), '', ${text})`);
  const trait = (name: "email" | "phone") =>
    isSaid(name)
      ? `if(f_${name} = '' AND call = 'identify', said_traits['${name}'], f_${name})`
      : `f_${name}`;
  const contact = (kind: "email" | "phone") =>
    isSaid(kind) || isMapped(mapping, kind) ? one(kind, `said_${kind}`) : "''";
  return `SELECT *, ${one(customer.kind, "f_customer")} AS named, ${contact("email")} AS mail,
      ${contact("phone")} AS called,
      multiIf(named != '', {id_kind:String}, mail != '', 'email', called != '', 'phone', '') AS known_by,
      multiIf(named != '', named, mail != '', mail, called) AS person,
      if(has({calls:Array(String)}, call), call,
        transform(asked, {event_names:Array(String)}, {event_kinds:Array(String)}, 'event')) AS kind_of,
      ${orders ? badAmountsSql(`kind_of IN (${quoted(ORDER_KINDS)})`, "whole_bag") : NO_AMOUNTS} AS bad_amounts,
      ${orders ? NEEDED_AMOUNT : "bad_amounts[1]"} AS bad_amount
    FROM (SELECT *, ${trait("email")} AS said_email, ${trait("phone")} AS said_phone,
      if(f_order != '', f_order, ${textOf("said", orders ? TEXT_PROPERTIES.order : [])}) AS said_order,
      if(said['action'] != '' AND startsWith(plain_name, 'ecommerce.cart'),
        concat(plain_name, ' ', said['action']), plain_name) AS asked
    FROM (SELECT *, ${plainSql("whole_bag")} AS said, ${plainSql("traits_bag")} AS said_traits
    FROM (SELECT *, lower(f_type) AS call, ${bagSql("f_properties")} AS whole_bag,
      if(f_traits = '' AND call = 'identify', f_context_traits, f_traits) AS own_traits,
      ${bagSql("own_traits")} AS traits_bag,
      replaceRegexpAll(lower(f_name), '[\\\\s_]+', ' ') AS plain_name FROM (${values}))))`;
}

const NO_AMOUNTS = "CAST([], 'Array(Array(String))')";

/** Whether a property of this name may be there: each that is asked for in vain costs planning. */
const saidAmong = (properties: Properties) => (name: string) =>
  properties === undefined || properties.has(name);

/** An event about an order that does not say which is unusable, whatever else it says. */
const tellsOfOrders = (mapping: EventsMapping, properties: Properties): boolean =>
  isMapped(mapping, "order") || TEXT_PROPERTIES.order.some(saidAmong(properties));

const isMapped = ({ columns, constants }: EventsMapping, field: keyof typeof fields): boolean =>
  columns[field] !== undefined || constants[field] !== undefined;

/** Typed rows from the rows of `prepareEvents`. */
export function selectEvents(
  mapping: EventsMapping,
  prepared: string,
  properties: Properties,
): string {
  const isSaid = saidAmong(properties);
  const further = Object.keys(furtherFields(mapping));
  const hashed = [...Object.keys(fields), ...further]
    .filter((name) => !["known", "message", "ip"].includes(name))
    .map((name) => `f_${name}`);
  const ours = (names: string, otherwise: string) =>
    `transform(asked, {event_names:Array(String)}, {${names}:Array(String)}, ${otherwise})`;
  const text = (name: keyof typeof TEXT_PROPERTIES) => {
    const names = TEXT_PROPERTIES[name].filter(isSaid);
    return names.length === 0
      ? `f_${name}`
      : `if(f_${name} != '', f_${name}, ${textOf("said", names)})`;
  };
  const number = (names: readonly string[]) => numberOf("said", names.filter(isSaid));
  const channel = `if(${text("channel")} = '' AND call IN ('', 'track'),
    ${ours("event_channels", "''")}, ${text("channel")})`;
  const columns = [
    "source_line AS line",
    "if(call = 'group', 'event', kind_of) AS kind",
    `multiIf(call IN ('', 'track'), ${ours("event_titles", "f_name")}, f_page != '', f_page,
      call IN ('page', 'screen') AND f_name != '', f_name,
      concat(upper(left(call, 1)), substring(call, 2))) AS name`,
    "assumeNotNull(coalesce(v_time, v_known)) AS time",
    "ifNull(v_known, time) AS known",
    "f_message AS message",
    "known_by AS id_kind",
    "person AS customer",
    "f_anonymous AS anonymous",
    "f_previous AS previous",
    "mail AS email",
    "called AS phone",
    "if(asked = 'consent updated', f_ip, '') AS ip",
    `coalesce(v_human, ${booleanSql(textOf("said", HUMAN_PROPERTIES.filter(isSaid)))}, true) AS human`,
    ...TEXT_COLUMNS.map((name) => `${name === "channel" ? channel : text(name)} AS ${name}`),
    ...NUMBER_COLUMNS.map(
      (name) => `ifNull(v_${name}, ${number(NUMBER_PROPERTIES[name])}) AS ${name}`,
    ),
    ...AMOUNT_COLUMNS.map((name) => `${number(ORDER_PROPERTIES[name])} AS ${name}`),
    `${listOf("whole_bag", LIST_PROPERTIES.filter(isSaid))} AS items`,
    `mapUpdate(${ownProperties(further)}, if(call = 'group', mapUpdate(traits_bag, whole_bag),
      mapUpdate(mapFilter((k, v) -> NOT has(${usedKeys(isSaid)}, k), whole_bag), ${PREFERENCES}))) AS bag`,
    "if(call = 'identify', own_traits, '') AS traits",
    `hex(sipHash128([${hashed.join(", ")}])) AS content`,
    "bad_amounts AS unread",
  ];
  return `SELECT ${columns.join(", ")} FROM (${prepared})`;
}

/** Properties that became columns, and the list of products where it becomes facts. */
function usedKeys(isSaid: (name: string) => boolean): string {
  const texts = TEXT_COLUMNS.map((name) => TEXT_PROPERTIES[name].filter(isSaid))
    .filter((names) => names.length > 0)
    .map((names) => keyOf("said", names));
  const numbers = NUMBER_COLUMNS.flatMap((name) => {
    const names = NUMBER_PROPERTIES[name].filter(isSaid);
    return names.length === 0
      ? []
      : `if(isNull(${numberOf("said", names)}), '', ${keyOf("said", names)})`;
  });
  const lists = `if(kind_of IN (${quoted(PRODUCT_KINDS)}), [${quoted(LIST_PROPERTIES)}], [])`;
  return `arrayConcat([${[...texts, ...numbers, "'human'"].join(", ")}], ${lists})`;
}

/** Of the event that tells a visitor's choice: it stands beside its properties, not among them. */
const PREFERENCES = `if(asked = 'segment consent preference updated' AND f_consent != '',
  map('categoryPreferences', f_consent), CAST(map(), 'Map(String, String)'))`;

/** The further columns of the file that are not blank. */
function ownProperties(further: readonly string[]): string {
  const pairs = further.map((field) => `'${propertyOf(field)}', toJSONString(f_${field})`);
  return `mapFilter((k, v) -> v != '""', CAST(map(${pairs.join(", ")}), 'Map(String, String)'))`;
}

export function eventFaults(mapping: EventsMapping, properties: Properties): Fault[] {
  const faults: Fault[] = [];
  const when = (field: keyof typeof fields, condition: string, reason: string) =>
    faults.push({ field, condition, reason });
  when("time", "f_time = '' AND f_known = ''", "missing");
  when("type", "call NOT IN ('', 'track') AND NOT has({calls:Array(String)}, call)", NO_CALL);
  when("name", "call IN ('', 'track') AND f_name = ''", "missing");
  when("customer", "call = 'identify' AND person = '' AND f_anonymous = ''", "missing");
  when("previous", "call = 'alias' AND f_previous = ''", "missing");
  when("customer", "call = 'alias' AND person = ''", "missing");
  when("order", `kind_of IN (${quoted(ORDER_KINDS)}) AND said_order = ''`, NO_ORDER);
  if (tellsOfOrders(mapping, properties)) faults.push(amountFault);
  faults.push(...consentFaults());
  for (const field of ["properties", "traits", "context_traits", "consent"] as const) {
    when(field, `f_${field} != '' AND NOT startsWith(f_${field}, '{')`, "not an object");
    when(field, `f_${field} != '' AND isNull(accurateCastOrNull(f_${field}, 'JSON'))`, TWICE);
  }
  return faults;
}

const NO_CALL = "none of track, page, screen, identify, group, alias";
const NO_ORDER = "missing: this event is about an order";
const TWICE = "holds a property twice";

export function eventParameters({ names, customer }: EventsMapping): Parameters {
  const own = Object.entries(names).map(([name, event]) => {
    return [plainName(name), eventOf(event) ?? { name: event, kind: "event" }] as const;
  });
  const events = [...new Map([...EVENT_NAMES, ...own])];
  return {
    calls: CALLS,
    nobody: customer.nobody,
    id_kind: customer.kind,
    event_names: events.map(([name]) => name),
    event_kinds: events.map(([, { kind }]) => kind),
    event_titles: events.map(([, { name }]) => name),
    event_channels: events.map(([, { channel }]) => channel ?? ""),
  };
}
