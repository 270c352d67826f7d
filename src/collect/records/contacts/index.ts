/** Rows that are contacts: who got which campaign when over which channel, and what they did then. */

import type { Warehouse } from "../../../store/index.js";
import { TYPED_EVENT_COLUMNS } from "../events/event-columns.js";
import { makeEvents } from "../events/make-events.js";
import { schema as eventsSchema } from "../events/schema.js";
import type { Counts, Making, RecordKind } from "../record-kind.js";
import {
  contactFaults,
  contactParameters,
  prepareContacts,
  selectContacts,
} from "./contact-select.js";
import { type ContactsMapping, contradictions, fields, schema } from "./schema.js";
import { WAITING } from "./undated-contacts.js";

export const contacts: RecordKind<ContactsMapping> = {
  record: "contacts",
  fields,
  schema,
  contradictions,
  typedColumns: () => TYPED_EVENT_COLUMNS,
  prepare: prepareContacts,
  select: selectContacts,
  faults: contactFaults,
  parameters: contactParameters,
  make: makeContacts,
};

/** Contacts are events; what they do not say themselves they take from their campaign. */
async function makeContacts(
  warehouse: Warehouse,
  making: Making<ContactsMapping>,
): Promise<Counts> {
  const { source } = making.mapping;
  const mapping = eventsSchema.parse({
    record: "events",
    source,
    columns: { name: "response", time: "time" },
  });
  const counts = await makeEvents(warehouse, { ...making, mapping });
  const { rows } = await warehouse.query<{ waiting: number; from: string; to: string }>(
    PERIOD,
    { ...making.tables },
    { lane: "write" },
  );
  const { waiting, from, to } = rows[0]!;
  const notes = [...counts.notes];
  if (waiting > 0) {
    notes.push(
      `${waiting} contacts wait for the day of their campaign: its description is not there.`,
    );
  }
  return { ...counts, from, to, notes };
}

const DATED = `ts != ${WAITING}`;
const ISO_TIME = "'%Y-%m-%dT%H:%i:%SZ'";

/** Of the contacts that have a time. */
const PERIOD = `SELECT toUInt32(countIf(NOT ${DATED})) AS waiting,
    if(countIf(${DATED}) = 0, '', formatDateTime(minIf(ts, ${DATED}), ${ISO_TIME}, 'UTC')) AS from,
    if(countIf(${DATED}) = 0, '', formatDateTime(maxIf(ts, ${DATED}), ${ISO_TIME}, 'UTC')) AS to
  FROM {facts:Identifier}`;
