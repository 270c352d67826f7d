/** Files of people: their traits, consents, balances and identifiers. */

import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { readMapping } from "../../src/collect/index.js";
import { openSmallStore, type SmallStore } from "./small-store.js";

const PEOPLE = readMapping(
  `record: people
source: crm
currency: EUR
columns:
  customer: id
  email: mail
  phone: phone
  time: seen
  name: name
  tags: tags
  accepts_email: news
  accepts_email_at: news since
  accepts_sms: sms
  total_spent: spent
  total_orders: orders
  balance: credit
  points: points
traits: {size: shoe, income: {column: income, type: number}}
consents: {"yes": [subscribed]}`,
  "people",
);
const HEADER =
  "id,mail,phone,seen,name,tags,news,news since,sms,spent,orders,credit,points,shoe,income";

let store: SmallStore;
beforeAll(async () => {
  store = await openSmallStore();
});
beforeEach(() => store.clear());

const take = (...rows: string[]) =>
  store.import(store.write("people.csv", [HEADER, ...rows, ""].join("\n")), PEOPLE);

const VISIBLE = "(fact_id, version) NOT IN (SELECT fact_id, version FROM superseded)";
const facts = () =>
  store
    .query<{ day: string; kind: string; name: string; props: unknown }>(
      `SELECT toString(toDate(ts)) AS day, kind, name, toString(props) AS props FROM facts
     WHERE ${VISIBLE} ORDER BY day, kind, props
     SETTINGS output_format_json_quote_64bit_integers = 0`,
    )
    .then((rows) => rows.map((row) => ({ ...row, props: JSON.parse(String(row.props)) })));

describe("a row about a person", () => {
  it("becomes traits, dated consents and balances", async () => {
    const summary = await take(
      '7,Ann@Example.com,+43 660 1,2024-05-01,Ann Lee,"vip, b2b",subscribed,2024-02-03,no,120.50,3,15,200,38,52000',
    );
    expect(summary).toMatchObject({ rowsRead: 1, rowsRejected: 0, people: 1, record: "people" });
    expect(await facts()).toEqual([
      { day: "2024-02-03", kind: "identified", name: "", props: { accepts_email: true } },
      {
        day: "2024-05-01",
        kind: "event",
        name: "Balance Updated",
        props: { kind: "credit", amount: 15, currency: "EUR" },
      },
      {
        day: "2024-05-01",
        kind: "event",
        name: "Balance Updated",
        props: { kind: "points", amount: 200 },
      },
      {
        day: "2024-05-01",
        kind: "identified",
        name: "",
        props: {
          name: "Ann Lee",
          email: "ann@example.com",
          phone: "+436601",
          tags: ["vip", "b2b"],
          accepts_sms: false,
          total_spent: 120.5,
          total_orders: 3,
          size: "38",
          income: 52000,
        },
      },
    ]);
  });
});
