/** The kinds of records that a file may hold. */

import { campaigns } from "./campaigns/index.js";
import { contacts } from "./contacts/index.js";
import { events } from "./events/index.js";
import { orders } from "./orders/index.js";
import { people } from "./people/index.js";
import { products } from "./products/index.js";
import type { RecordKind } from "./record-kind.js";
import { refunds } from "./refunds/index.js";

/**
 * In the order in which files of one command land; the result does not depend on it, but facts
 * that find their catalogue need not be completed later.
 */
export const RECORD_KINDS: readonly RecordKind[] = [
  ...[products, people, campaigns],
  ...[orders, refunds, events, contacts],
];

export function kindOf({ record }: { readonly record: string }): RecordKind {
  return RECORD_KINDS.find((kind) => kind.record === record)!;
}
