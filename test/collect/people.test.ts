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

  it("counts as the most advanced of those without a date, whichever came first", async () => {
    const early = "7,ann@example.com,,,Ann Lee,,no,,,10,1,5,,38,";
    const late = "7,ann@example.com,,,Ann Fox,,yes,,,30,2,,,,";
    const shown = async () => (await facts()).map(({ name, props }) => [name, props]);
    await take(early);
    const summary = await take(late);
    expect(summary.notes).toEqual([expect.stringMatching(/^1 people are described anew/)]);
    const both = await shown();
    // The credit went with the record that told it.
    expect(both).toEqual([["", expect.objectContaining({ name: "Ann Fox", total_orders: 2 })]]);
    await store.clear();
    await take(late);
    expect(await take(early)).toMatchObject({ alreadyPresent: 1 });
    expect(await shown()).toEqual(both);
  });

  it("belongs to one person with all its identifiers, unless two people share one", async () => {
    await take(
      "7,ann@example.com,+43 660 555123,,Ann,,,,,,,,,,",
      "8,bob@example.com,+43 660 777123,,Bob,,,,,,,,,,",
      "9,cy@example.com,+43 660 777123,,Cy,,,,,,,,,,",
      ",bob@example.com,,2024-01-01,Bob,,,,,,,,,,",
    );
    const who = await store.query<{ id: string; person: string }>(
      `SELECT a.id_value AS id, b.id_value AS person FROM aliases AS a
       INNER JOIN aliases AS b ON dictGetOrDefault('identity_now', 'person', a.alias, a.alias) = b.alias
       ORDER BY id`,
    );
    expect(Object.fromEntries(who.map(({ id, person }) => [id, person]))).toEqual({
      "7": "7",
      "8": "8",
      "9": "9",
      "ann@example.com": "7",
      "bob@example.com": "8",
      "cy@example.com": "9",
      "+43660555123": "7",
      "+43660777123": "+43660777123",
    });
  });

  it("is set aside where it names nobody, or says neither yes nor no", async () => {
    const { firstRejects, people } = await take(
      "7,,,,Ann,,,,,,,,,,",
      ",,,,Nobody,,,,,,,,,,",
      "8,,,,Bob,,maybe,,,,,,,,",
      "9,,,,Cy,,,,,,,,,,much",
    );
    expect(people).toBe(1);
    expect(firstRejects).toMatchObject([
      { line: 3, column: "id", reason: "names nobody" },
      { line: 4, column: "news", value: "maybe", reason: "neither yes nor no" },
      { line: 5, column: "income", value: "much" },
    ]);
  });

  it("reads Klaviyo's profiles by their header", async () => {
    const text = `Email,Klaviyo ID,First Name,Last Name,Organization,Phone Number,City,Country,Zip Code,Email Marketing Consent,Email Marketing Consent Timestamp,SMS Marketing Consent,Profile Created On,Last Active
Ann@example.com,01H,Ann,Lee,,+436605551234,Wien,Austria,1010,SUBSCRIBED,2024-02-03T10:00:00Z,NEVER_SUBSCRIBED,2023-01-01 10:00:00,2024-05-01 08:00:00
`;
    const summary = await store.import(store.write("list.csv", text), {
      preset: "klaviyo-profiles",
    });
    expect(summary).toMatchObject({ preset: "klaviyo-profiles", people: 1, rowsRejected: 0 });
    expect(await facts()).toMatchObject([
      { day: "2024-02-03", props: { accepts_email: true } },
      { day: "2024-05-01", props: { email: "ann@example.com", city: "Wien", accepts_sms: false } },
    ]);
  });

  it("is refused where a mapping contradicts itself, all at once", () => {
    const mapping =
      "record: people\nsource: s\ncolumns: {name: n, accepts_sms_at: d}\ntraits: {city: c}";
    expect(() => readMapping(mapping, "m.yaml")).toThrow(
      "m.yaml: columns: customer or email or phone is needed, by which people are known; columns.accepts_sms_at: needs columns.accepts_sms; traits.city: say columns.city",
    );
  });
});
