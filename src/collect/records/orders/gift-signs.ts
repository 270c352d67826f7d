/**
 * By which an order shows that it is a gift: it goes to somebody else, it is wrapped, it has a note,
 * or a gift card is in it. A pick-up point or an office as the address says nothing of a gift,
 * because there people receive their own parcels under other names. Two names are one person's when
 * all words of one are among those of the other ("A. Ünal" and "Ayşe ÜNAL"): initials, accents,
 * capitals and the order of words do not count.
 */

import { booleanSql, plainNameSql } from "../../values/value-sql.js";

/** Fields of an order that only its signs are read from. */
export const GIFT_FIELDS = [
  ...["gift_note", "attributes", "ship_first_name", "ship_last_name", "ship_company"],
  ...["ship_address", "shipping_method"],
] as const;

/** Names in small letters of products that are the wrapping of a gift. */
export const WRAP_PATTERN =
  "gift ?wrap|geschenkverpackung|emballage cadeau|papel de regalo|confezione regalo|hediye paketi|cadeauverpakking";

/** Words in small letters of an address or a shipping method where parcels are fetched. */
export const PICKUP_PATTERN =
  "pick ?-?up|click (&|and) collect|parcel ?shop|access point|\\blockers?\\b|packstation|paketshop|postfiliale|abholung|point relais|mondial relay|retrait|recogida|punto de entrega|ritiro|afhaal|teslim nokta|gel al|kargomat";

/** A text that says so: neither blank nor a word for no, nor the amount 0. */
const said = (text: string): string =>
  `(${text} != '' AND ifNull(${booleanSql(text)}, true) AND ifNull(toFloat64OrNull(${text}) != 0, true))`;

/** Of an order's attributes ("Gift message: For you") those that speak of a gift, and what they say. */
const ATTRIBUTES = `extractAll(lower(max(l.attributes)),
  '(?:gift|geschenk|hediye|cadeau|regalo)[^:\\\\n]*:[ ]*([^\\\\n]+)')`;

/** Columns over the rows of one order. */
export const GATHERED_SIGNS = [
  `max(${said("l.gift_wrap")} OR match(lower(l.name), {wrap_pattern:String})) AS is_wrapped`,
  `max(${said("l.gift_note")}) OR arrayExists(x -> ${said("trimBoth(x)")}, ${ATTRIBUTES}) AS has_note`,
  "max(role = 'line' AND gift_card) AS has_gift_card",
];

const BUYER = "if(full_name != '', full_name, concat(first_name, ' ', last_name))";
const RECEIVER = "if(ship_name != '', ship_name, concat(ship_first_name, ' ', ship_last_name))";

const wordsOf = (name: string): string =>
  `arrayFilter(x -> lengthUTF8(x) > 1, splitByChar(' ', ${plainNameSql(`(${name})`)}))`;

const ELSEWHERE = `ship_company = ''
  AND NOT match(lower(concat(ship_address, ' ', shipping_method)), {pickup_pattern:String})`;

/** Columns over one row per order with what was gathered. */
export const GIFT_SIGNS = `${wordsOf(BUYER)} AS buyer_words, ${wordsOf(RECEIVER)} AS receiver_words,
  notEmpty(buyer_words) AND notEmpty(receiver_words) AND NOT hasAll(buyer_words, receiver_words)
    AND NOT hasAll(receiver_words, buyer_words) AND ${ELSEWHERE} AS to_another,
  to_another OR is_wrapped OR has_note OR has_gift_card AS gift`;
