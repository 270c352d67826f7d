/** Rows that are events: what people did on the site, with messages, and what a tracker sent. */

import { applyOrderChanges } from "../orders/order-changes.js";
import type { RecordKind } from "../record-kind.js";
import { TYPED_EVENT_COLUMNS } from "./event-columns.js";
import { eventFaults, eventParameters, prepareEvents, selectEvents } from "./event-select.js";
import { makeEvents } from "./make-events.js";
import {
  contradictions,
  type EventsMapping,
  fields,
  fit,
  furtherFields,
  schema,
} from "./schema.js";

export const events: RecordKind<EventsMapping> = {
  record: "events",
  fields,
  furtherFields,
  fit,
  schema,
  contradictions,
  typedColumns: () => TYPED_EVENT_COLUMNS,
  prepare: prepareEvents,
  select: selectEvents,
  faults: eventFaults,
  parameters: eventParameters,
  make: makeEvents,
  settle: applyOrderChanges,
};
