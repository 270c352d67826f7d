/** Rows that describe people: who they are, what they agreed to, what they hold. */

import type { RecordKind } from "../record-kind.js";
import { makePeople } from "./make-people.js";
import { fitTraits, ownFields } from "./own-traits.js";
import {
  PERSON_COLUMNS,
  personFaults,
  personParameters,
  preparePeople,
  selectPeople,
} from "./person-select.js";
import { contradictions, fields, type PeopleMapping, schema } from "./schema.js";

export const people: RecordKind<PeopleMapping> = {
  record: "people",
  fields,
  furtherFields: ownFields,
  fit: fitTraits,
  schema,
  contradictions,
  typedColumns: () => PERSON_COLUMNS,
  prepare: preparePeople,
  select: selectPeople,
  faults: personFaults,
  parameters: personParameters,
  make: makePeople,
};
