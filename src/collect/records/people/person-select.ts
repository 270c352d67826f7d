/** The SELECT that turns the values of a row into what it says of a person. */

import type { Parameters } from "../../../store/index.js";
import { identitySql } from "../../hygiene/index.js";
import { objectSql } from "../../values/value-sql.js";
import { PROOF, proofSql } from "../consent-sql.js";
import type { Fault } from "../fields.js";
import { ownTraits } from "./own-traits.js";
import { CONSENTS, type fields, type PeopleMapping, TEXT_TRAITS } from "./schema.js";

/** customer: by which the person is known, of the kind id_kind; named, mail, called: all that the row has. name, of a
 * consent: `email_chain`; pending: a yes that is not confirmed yet; proof: JSON, '' without one. */
export const PERSON_COLUMNS = `
  line UInt64, id_kind LowCardinality(String), customer String, named String, mail String,
  called String, ts Nullable(DateTime64(3, 'UTC')), country LowCardinality(String), traits String,
  consents Array(Tuple(name String, accepted Bool, at DateTime64(3, 'UTC'), pending Bool, proof String)),
  total_orders Decimal(38, 4), total_spent Decimal(38, 4),
  balance Nullable(Decimal(38, 4)), points Nullable(Decimal(38, 4))`;

/** An identifier of a row: the column with its value, and the expression for its kind. */
const IDENTIFIERS = {
  customer: { value: "named", kind: "{id_kind:String}" },
  email: { value: "mail", kind: "'email'" },
  phone: { value: "called", kind: "'phone'" },
} as const;

/** Whose the row is, by the first of the identifiers in `customer.by` that it has; and the consents. */
export function preparePeople({ customer }: PeopleMapping, values: string): string {
  const one = (kind: string, field: string) =>
    identitySql(kind, `if(has({nobody:Array(String)}, f_${field}), '', f_${field})`);
  const first = (what: "kind" | "value") =>
    customer.by.map((by) => `${IDENTIFIERS[by].value} != '', ${IDENTIFIERS[by][what]}`).join(", ");
  const accepted = (field: string) =>
    `multiIf(has({yes_words:Array(String)}, lower(${field})), toNullable(true),
      has({no_words:Array(String)}, lower(${field})), toNullable(false), NULL)`;
  return `SELECT *, ${one(customer.kind, "customer")} AS named, ${one("email", "email")} AS mail,
      ${one("phone", "phone")} AS called,
      multiIf(${first("kind")}, '') AS id_kind, multiIf(${first("value")}, '') AS person,
      ${CONSENTS.map(({ name }) => `${accepted(`f_accepts_${name}`)} AS accepts_${name}`).join(", ")}
    FROM (${values})`;
}

/** From the rows of `preparePeople`. */
export function selectPeople(mapping: PeopleMapping, prepared: string): string {
  const dated = mappedConsents(mapping).map(
    ({ name, ...rest }) => `('${name}', ifNull(accepts_${name}, false),
      if(accepts_${name} IS NULL, NULL, v_accepts_${name}_at), ${pending(mapping, name)},
      ${proof(mapping, { name, ...rest })})`,
  );
  return `SELECT source_line AS line, id_kind, person AS customer, named, mail, called, v_time AS ts,
      f_country AS country, ${objectSql(traitEntries(mapping))} AS traits,
      ${
        dated.length === 0
          ? "[]"
          : `arrayMap(c -> (c.1, c.2, assumeNotNull(c.3), c.4, c.5), arrayFilter(c -> c.3 IS NOT NULL,
        [${dated.join(", ")}]))`
      } AS consents,
      ifNull(v_total_orders, 0) AS total_orders, ifNull(v_total_spent, 0) AS total_spent,
      v_balance AS balance, v_points AS points
    FROM (${prepared})`;
}

type Consent = (typeof CONSENTS)[number];

const mappedConsents = ({ columns }: PeopleMapping): readonly Consent[] =>
  CONSENTS.filter(({ name }) => columns[`accepts_${name}_at`]);

/** A yes of a source that asks again, without the answer. */
const pending = ({ consents }: PeopleMapping, name: string): string =>
  consents.double_opt_in
    ? `(ifNull(accepts_${name}, false) AND f_consent_confirmed_at = '')`
    : "false";

const PROOFS = Object.fromEntries(PROOF.map((name) => [name, `f_consent_${name}`])) as Record<
  (typeof PROOF)[number],
  string
>;
const PROVEN = `(${Object.values(PROOFS).join(" || ")}) != ''`;

function proof(mapping: PeopleMapping, { name, channel, purpose }: Consent): string {
  const status = `multiIf(${pending(mapping, name)}, 'pending', ifNull(accepts_${name}, false), 'granted', 'denied')`;
  const json = proofSql({
    channel: `'${channel}'`,
    purpose: `'${purpose}'`,
    status,
    proof: PROOFS,
  });
  return `if(${PROVEN} OR ${pending(mapping, name)}, ${json}, '')`;
}

/** What proves the consents of a row that have no date of their own. */
const rowProof = (): Entry => [
  "consent",
  objectSql(PROOF.map((name) => text(name, PROOFS[name]))),
  PROVEN,
];

type Entry = readonly [key: string, json: string, present: string];

const text = (key: string, value: string): Entry => [
  key,
  `toJSONString(${value})`,
  `${value} != ''`,
];
const value = (key: string, of: string): Entry => [
  key,
  `toString(assumeNotNull(${of}))`,
  `${of} IS NOT NULL`,
];

const given = ({ columns, constants }: PeopleMapping, field: keyof typeof fields): boolean =>
  Boolean(columns[field] ?? constants[field]);

/** A consent with a date is a fact of its own. */
function traitEntries(mapping: PeopleMapping): Entry[] {
  const name = "if(f_name != '', f_name, trimBoth(concat(f_first_name, ' ', f_last_name)))";
  return [
    text("name", name),
    ...TEXT_TRAITS.map((field) => text(field, `f_${field}`)),
    ...(mapping.customer.by[0] === "customer" ? [] : [text("customer_id", "named")]),
    text("email", "mail"),
    text("phone", "called"),
    value("tax_exempt", "v_tax_exempt"),
    ["tags", "toJSONString(v_tags)", "notEmpty(v_tags)"],
    ...CONSENTS.filter(({ name }) => given(mapping, `accepts_${name}`)).map(({ name }): Entry => {
      const [key, json, present] = value(`accepts_${name}`, `accepts_${name}`);
      const undated = `v_accepts_${name}_at IS NULL AND NOT ${pending(mapping, name)}`;
      return [key, json, `${present} AND ${undated}`];
    }),
    ...(PROOF.some((name) => given(mapping, `consent_${name}`)) ? [rowProof()] : []),
    value("total_spent", "v_total_spent"),
    value("total_orders", "v_total_orders"),
    ...ownTraits(mapping).map(({ name: own, field, type }) =>
      type === "text" ? text(own, `f_${field}`) : value(own, `v_${field}`),
    ),
  ];
}

export function personFaults({ columns, customer }: PeopleMapping): Fault[] {
  const identifier = customer.by.find((field) => columns[field]);
  const unclear = CONSENTS.filter(({ name }) => columns[`accepts_${name}`]).map(({ name }) => ({
    field: `accepts_${name}`,
    condition: `f_accepts_${name} != '' AND accepts_${name} IS NULL`,
    reason: "neither yes nor no",
  }));
  return [
    { field: identifier ?? "customer", condition: "person = ''", reason: "names nobody" },
    ...unclear,
  ];
}

export const personParameters = ({ customer, consents }: PeopleMapping): Parameters => ({
  nobody: customer.nobody,
  id_kind: customer.kind,
  yes_words: ["yes", "true", "1", "y", "t", ...consents.yes],
  no_words: ["no", "false", "0", "n", "f", ...consents.no],
});
