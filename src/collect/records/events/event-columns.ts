/** The columns of a typed event: what the statements that make facts of events start from. */

import { NUMBER_PROPERTIES, ORDER_PROPERTIES, TEXT_PROPERTIES } from "../../events/index.js";

export type TextColumn = keyof typeof TEXT_PROPERTIES;
export type NumberColumn = keyof typeof NUMBER_PROPERTIES;
export type AmountColumn = keyof typeof ORDER_PROPERTIES;

export const TEXT_COLUMNS = Object.keys(TEXT_PROPERTIES) as readonly TextColumn[];
export const NUMBER_COLUMNS = Object.keys(NUMBER_PROPERTIES) as readonly NumberColumn[];
export const AMOUNT_COLUMNS = Object.keys(ORDER_PROPERTIES) as readonly AmountColumn[];

/**
 * kind: of `src/collect/events/event-names.ts`, or `identify`, `alias`; time, known: when it
 * happened, and when the store knew; items: the products that the event lists, each as JSON;
 * bag: its other properties, each as JSON; content: the same for equal rows; same: a hash of that by
 * which the event is told from others.
 */
export const EVENT_COLUMNS = [
  "line UInt64, kind LowCardinality(String), name String",
  "time DateTime64(3, 'UTC'), known DateTime64(3, 'UTC'), message String",
  "id_kind LowCardinality(String), customer String, anonymous String, previous String",
  "email String, phone String, ip String, human UInt8",
  ...TEXT_COLUMNS.map((name) => `${name} String`),
  ...[...NUMBER_COLUMNS, ...AMOUNT_COLUMNS].map((name) => `${name} Nullable(Decimal(38, 4))`),
  "items Array(String), bag Map(String, String), traits String, content String",
  "same UInt64 MATERIALIZED cityHash64(message, if(message = '', content, ''))",
].join(", ");

/** With `unread`: [path, text, ...] of amounts of an order that are none, and were left out. */
export const TYPED_EVENT_COLUMNS = `${EVENT_COLUMNS}, unread Array(Array(String))`;
