/** The SELECT that turns the values of a row into what it says of a person. */

import type { Parameters } from "../../../store/index.js";
import { identitySql } from "../../hygiene/index.js";
import { objectSql } from "../../value-sql.js";
import type { Fault } from "../fields.js";
import { ownTraits } from "./own-traits.js";
import { CHANNELS, type PeopleMapping, TEXT_TRAITS } from "./schema.js";

/** customer: by which the person is known, of the kind id_kind; named, mail, called: all that the row has. */
export const PERSON_COLUMNS = `
  line UInt64, id_kind LowCardinality(String), customer String, named String, mail String,
  called String, ts Nullable(DateTime64(3, 'UTC')), country LowCardinality(String), traits String,
  consents Array(Tuple(channel String, accepted Bool, at DateTime64(3, 'UTC'))),
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
      ${CHANNELS.map((c) => `${accepted(`f_accepts_${c}`)} AS accepts_${c}`).join(", ")}
    FROM (${values})`;
}

/** From the rows of `preparePeople`. */
export function selectPeople(mapping: PeopleMapping, prepared: string): string {
  const dated = CHANNELS.map(
    (channel) => `('${channel}', ifNull(accepts_${channel}, false),
      if(accepts_${channel} IS NULL, NULL, v_accepts_${channel}_at))`,
  );
  return `SELECT source_line AS line, id_kind, person AS customer, named, mail, called, v_time AS ts,
      f_country AS country, ${objectSql(traitEntries(mapping))} AS traits,
      arrayMap(c -> (c.1, c.2, assumeNotNull(c.3)), arrayFilter(c -> c.3 IS NOT NULL,
        [${dated.join(", ")}])) AS consents,
      ifNull(v_total_orders, 0) AS total_orders, ifNull(v_total_spent, 0) AS total_spent,
      v_balance AS balance, v_points AS points
    FROM (${prepared})`;
}

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
    ...CHANNELS.map((channel): Entry => {
      const [key, json, present] = value(`accepts_${channel}`, `accepts_${channel}`);
      return [key, json, `${present} AND v_accepts_${channel}_at IS NULL`];
    }),
    value("total_spent", "v_total_spent"),
    value("total_orders", "v_total_orders"),
    ...ownTraits(mapping).map(({ name: own, field, type }) =>
      type === "text" ? text(own, `f_${field}`) : value(own, `v_${field}`),
    ),
  ];
}

export function personFaults({ columns, customer }: PeopleMapping): Fault[] {
  const identifier = customer.by.find((field) => columns[field]);
  const unclear = CHANNELS.filter((channel) => columns[`accepts_${channel}`]).map((channel) => ({
    field: `accepts_${channel}`,
    condition: `f_accepts_${channel} != '' AND accepts_${channel} IS NULL`,
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
