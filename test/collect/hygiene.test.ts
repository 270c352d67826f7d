/** Each group of the hygiene report on a store with its fault planted, beside near misses. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { parseCorrections } from "../../src/collect/hygiene/corrections.js";
import type { GroupKey } from "../../src/collect/hygiene/group.js";
import { PROPOSED_ENTRIES, proposalText } from "../../src/collect/hygiene/proposal.js";
import { type HygieneGroup, reportHygiene } from "../../src/collect/hygiene/report.js";
import type { Warehouse } from "../../src/store/index.js";
import { emptyTables, engines } from "../engines.js";
import { NOW, newPlanter, type Planter } from "./planted-store.js";

const [engine] = engines(["chdb"]);
let warehouse: Warehouse;
let store: Planter;
beforeAll(async () => {
  warehouse = await engine!.open();
});
afterAll(() => engine!.close());
beforeEach(async () => {
  await emptyTables(warehouse);
  store = newPlanter();
});

async function report(key: GroupKey, yaml = ""): Promise<HygieneGroup> {
  await store.plant(warehouse);
  store = newPlanter();
  const corrections = parseCorrections(yaml, "hygiene.yaml");
  const options = { asOf: NOW, timeZone: "Europe/Vienna", corrections, examples: 50 };
  const { groups } = await reportHygiene(warehouse, options);
  return groups.find((group) => group.key === key)!;
}

/** Member -> reason. */
async function found(key: GroupKey, yaml?: string): Promise<Record<string, string>> {
  const { examples } = await report(key, yaml);
  return Object.fromEntries(examples.map(({ member, reason }) => [member, reason]));
}

describe("business buyers", () => {
  it("are companies with a paper that says so", async () => {
    store.person("email:a@acme.example", { company: "Acme", tax_exempt: true });
    store.person("email:b@firm.example", { company: "Firm", payment_terms: "Net 30" });
    store.person("email:c@shop.example", { company: "Corner", tags: ["VIP", "B2B"] });
    store.person("email:d@text.example", { company: "Text", tax_exempt: "yes", tags: "a, trade" });
    store.person("email:near1@x.example", { company: "Only a name", tax_exempt: false });
    store.person("email:near2@x.example", { tax_exempt: true });
    store.person("email:near3@x.example", { company: "Paid", payment_terms: "Due on receipt" });
    store.person("email:near4@x.example", { company: "Tag", tags: ["not business"] });
    expect(await found("business")).toEqual({
      "email:a@acme.example": "Acme: tax exempt",
      "email:b@firm.example": "Firm: pays Net 30",
      "email:c@shop.example": "Corner: tagged b2b",
      "email:d@text.example": "Text: tax exempt, tagged trade",
    });
  });

  it("are no longer when the latest word says otherwise", async () => {
    store.person("email:a@acme.example", { company: "Acme", tax_exempt: true, tags: ["b2b"] });
    store.person("email:a@acme.example", { tax_exempt: false, tags: [] });
    expect(await found("business")).toEqual({});
  });

  it("buy far more units a line than others, and wholesale quantities", async () => {
    for (let i = 0; i < 300; i++) store.line(store.person(`user_id:${i}`), { units: 1 + (i % 3) });
    store.line(store.person("user_id:bulk"), { units: 60 });
    store.line(store.person("user_id:near"), { units: 49 });
    const group = await report("business");
    expect(group.examples).toEqual([{ member: "user_id:bulk", reason: "60 units a line" }]);
    expect(group).toMatchObject({ found: 1, people: 1, lines: 1, revenue: 600 });
    expect(group.share.people).toBeCloseTo(1 / 302);
    expect(group.share.revenue).toBeCloseTo(600 / (600 + 490 + 6000));
  });
});

describe("staff", () => {
  it("is tagged, or has an address at the store's own domain", async () => {
    store.person("user_id:1", { tags: ["Staff"] });
    store.person("email:tom@ourshop.example");
    store.person("user_id:2", { email: "Eva@OurShop.example" });
    store.person("user_id:near", { tags: ["Staffordshire"] });
    store.person("email:x@not-ourshop.example");
    store.person("email:ourshop.example@mail.example");
    expect(await found("staff", "staff: {domains: [ourshop.example]}")).toEqual({
      "user_id:1": "tagged staff",
      "email:tom@ourshop.example": "address at ourshop.example",
      "user_id:2": "address at ourshop.example",
    });
    expect(Object.keys(await found("staff"))).toEqual(["user_id:1"]);
  });
});

describe("resellers", () => {
  const bulk = { units: 10, discount: 5, product: "P7" };
  it("buy ten of one product at a discount, day after day", async () => {
    const reseller = store.person("user_id:r");
    for (const day of [10, 20, 30]) store.line(reseller, { ...bulk, day });
    const fewDays = store.person("user_id:few days");
    for (const day of [10, 20, 20.01]) store.line(fewDays, { ...bulk, day });
    const fewUnits = store.person("user_id:few units");
    for (const day of [10, 20, 30]) store.line(fewUnits, { ...bulk, day, units: 9 });
    const fullPrice = store.person("user_id:full price");
    for (const day of [10, 20, 30]) store.line(fullPrice, { ...bulk, day, discount: 0 });
    const varied = store.person("user_id:varied");
    for (const day of [10, 20, 30]) store.line(varied, { ...bulk, day, product: `P${day}` });
    store.person("user_id:tagged", { tags: ["reseller"] });
    expect(await found("resellers")).toEqual({
      "user_id:r": "30 of P7 at a discount on 3 days",
      "user_id:tagged": "tagged reseller",
    });
  });
});

describe("marketplace and relay addresses", () => {
  it("are those of the services, and no others", async () => {
    store.person("email:1ab@marketplace.amazon.co.uk");
    store.person("email:x9@privaterelay.appleid.com");
    store.person("email:e@members.ebay.com");
    store.person("user_id:1", { email: "hidden@duck.com" });
    store.person("email:ann@amazon.com");
    store.person("email:ann@duck.community");
    store.person("email:marketplace.amazon.de@mail.example");
    expect(await found("relays")).toEqual({
      "email:1ab@marketplace.amazon.co.uk": "an address of Amazon Marketplace",
      "email:x9@privaterelay.appleid.com": "an address of Apple private relay",
      "email:e@members.ebay.com": "an address of eBay",
      "user_id:1": "an address of DuckDuckGo",
    });
  });
});

const FIVE = ["Ann Ash", "Ben Bay", "Cy Cox", "Di Dow", "Ed Elm"];

describe("junk identifiers", () => {
  it("are used by five names or more", async () => {
    for (const name of FIVE) store.person("email:desk@mail.example", { name });
    for (const [i, name] of FIVE.entries()) {
      store.person(`user_id:${i}`, { name, phone: "+43 1 555 0100" });
      if (i > 0) store.person("email:four@mail.example", { name });
    }
    for (const name of ["Zoë Ünal", "ZOE UNAL", "Unal, Zoe", " zoë  ünal", "Zoe-Unal"]) {
      store.person("email:spelled@mail.example", { name });
    }
    expect(await found("junk")).toEqual({
      "email:desk@mail.example": "used by 5 names",
      "phone:+4315550100": "used by 5 names",
    });
    expect(await report("junk")).toMatchObject({ found: 2, people: 6 });
    expect(await found("shared")).toEqual({ "email:four@mail.example": "used by 4 names" });
  });

  it("stand for none", async () => {
    for (const email of ["test@mail.example", "none@none.example", "n/a", "no-email@x.example"]) {
      store.person(`email:${email}`);
    }
    store.person("email:tessa@mail.example");
    store.person("email:contest@mail.example");
    for (const phone of ["000 000 000", "12345", "1234567890"]) {
      store.person(`user_id:${phone}`, { phone });
    }
    store.person("user_id:near", { phone: "+43 660 1112223" });
    expect(Object.keys(await found("junk")).sort()).toEqual([
      "email:n/a",
      "email:no-email@x.example",
      "email:none@none.example",
      "email:test@mail.example",
      "phone:000000000",
      "phone:12345",
      "phone:1234567890",
    ]);
  });
});

describe("kiosks", () => {
  it("are devices with more than three people", async () => {
    const people = [1, 2, 3, 4].map((n) => store.person(`user_id:${n}`));
    const kiosk = store.person("anonymous_id:kiosk");
    const family = store.person("anonymous_id:family");
    const address = store.person("email:moved@mail.example");
    people.forEach((person, i) => {
      store.link(kiosk, person, 100 - i);
      store.link(address, person, 100 - i);
      if (i > 0) store.link(family, person, 100 - i);
    });
    expect(await found("kiosks")).toEqual({ "anonymous_id:kiosk": "used by 4 people" });
  });

  it("are no devices whose people turned out to be one", async () => {
    const people = [1, 2, 3, 4].map((n) => store.person(`user_id:${n}`));
    const device = store.person("anonymous_id:d");
    people.forEach((person, i) => {
      store.link(device, person, 100 - i);
    });
    store.link(people[3]!, people[0]!, 10);
    expect(await found("kiosks")).toEqual({});
  });
});

describe("people who look like one", () => {
  it("have the same name and postcode or phone", async () => {
    store.person("email:zoe@one.example", { name: "Zoë Ünal", postcode: "1010" });
    store.person("email:zoe@two.example", {
      first_name: "Zoe",
      last_name: "Unal",
      postcode: "1010",
    });
    store.person("email:ian@one.example", { name: "Ian Ito", phone: "+43 1 555 01" });
    store.person("email:ian@two.example", { name: "ian ito", phone: "+4315 5501" });
    store.person("email:bo@one.example", { name: "Bo Berg", postcode: "1010" });
    store.person("email:bo@two.example", { name: "Bo Berg", postcode: "1020" });
    store.person("email:cher@one.example", { name: "Cher", postcode: "1010" });
    store.person("email:cher@two.example", { name: "Cher", postcode: "1010" });
    const merged = store.person("user_id:1", { name: "Max Moll", postcode: "1010" });
    store.link(store.person("user_id:2", { name: "Max Moll", postcode: "1010" }), merged);
    expect(await found("duplicates")).toEqual({
      "unal zoe, 1010": "2 people of this name with the same postcode",
      "ian ito, +43155501": "2 people of this name with the same phone",
    });
  });
});

describe("records", () => {
  it("with impossible dates are named by their order", async () => {
    const ann = store.person("user_id:ann");
    store.line(ann, { order: "old", ts: Date.parse("1989-12-31T23:59:59Z") });
    store.line(ann, { order: "first", ts: Date.parse("1990-01-01T00:00:00Z") });
    store.line(ann, { order: "future", ts: NOW + 40 * 86_400_000 });
    store.line(ann, { order: "clock", ts: NOW + 3_600_000 });
    store.person("user_id:since ever", {}, 0);
    expect(await found("dates")).toEqual({
      old: "long ago: 1989-12-31",
      future: "in the future: 2026-12-11",
    });
  });

  it("of an import are compared with the day of the import", async () => {
    await warehouse.insert("imports", [
      {
        import_id: 7,
        state: "landed",
        at: "2026-10-01 00:00:00.000",
        file: "f",
        sha256: "",
        preset: "",
        summary: "",
      },
    ]);
    store.line(store.person("user_id:ann"), { order: "o", ts: NOW });
    await store.plant(warehouse);
    store = newPlanter();
    expect(await found("dates")).toEqual({});
    await warehouse.command(
      "ALTER TABLE facts UPDATE import_id = 7 WHERE kind = 'line' SETTINGS mutations_sync = 1",
    );
    expect(await found("dates")).toEqual({ o: "in the future: 2026-11-01" });
  });

  it("name products without department or cost, sold or not", async () => {
    const ann = store.person("user_id:ann");
    store.line(ann, { product: "P2", department: "" });
    store.line(ann, { product: "P2", department: "" });
    store.line(ann, { product: "P1" });
    store.product("P1");
    store.product("P3", { cost: null, department: "" });
    expect(await found("departments")).toEqual({ P2: "", P3: "" });
    expect(await report("departments")).toMatchObject({
      found: 2,
      people: 1,
      lines: 2,
      revenue: 20,
    });
    expect(await found("costs")).toEqual({ P3: "" });
  });

  it("have their share of what lines brought, before refunds that name no order", async () => {
    const ann = store.person("user_id:ann");
    store.line(ann, { department: "" });
    store.line(ann, { department: "", product: "P2" });
    store.refund(ann, 15);
    const { revenue, share } = await report("departments");
    expect({ revenue, share }).toEqual({ revenue: 20, share: { people: 1, lines: 1, revenue: 1 } });
  });

  it("that repeat a line of their order are counted without the first", async () => {
    const ann = store.person("user_id:ann");
    const same = { order: "twice", product: "P9" };
    for (const line of [same, same, same, { ...same, order: "other" }, { ...same, units: 2 }]) {
      store.line(ann, line);
    }
    expect(await report("equal_lines")).toMatchObject({
      ...{ found: 1, people: 1, lines: 2, revenue: 20 },
      examples: [{ member: "twice", reason: "3 times P9" }],
    });
  });
});

describe("hygiene.yaml", () => {
  it("confirms, releases and switches off", async () => {
    store.person("email:a@acme.example", { company: "Acme", tax_exempt: true });
    store.person("email:b@acme.example", { company: "Acme", tax_exempt: true });
    store.person("user_id:7");
    const yaml =
      "business: {confirm: ['user_id:7', 'nobody@x.example'], release: [a@acme.example]}";
    expect(await found("business", yaml)).toEqual({
      "email:b@acme.example": "Acme: tax exempt",
      "user_id:7": "confirmed in hygiene.yaml",
    });
    expect(await report("business", "business: off")).toMatchObject({ off: true, found: 0 });
  });

  it("releases and confirms identifiers and records by the name in the report", async () => {
    store.person("email:test@mail.example");
    store.person("email:odd@mail.example");
    store.line(store.person("user_id:ann"), { order: "old", ts: 0 });
    const yaml = "junk: {release: ['email:test@mail.example'], confirm: [odd@mail.example]}";
    expect(await found("junk", yaml)).toEqual({
      "email:odd@mail.example": "confirmed in hygiene.yaml",
    });
    expect(await found("dates", "dates: {release: [old]}")).toEqual({});
  });

  it("is proposed with every entry commented out, under what the store would have to say", async () => {
    for (const name of FIVE) store.person("email:desk@mail.example", { name });
    store.person("email:test@mail.example");
    store.person("user_id:# odd\n'\"", { tags: ["reseller"] });
    await store.plant(warehouse);
    const corrections = parseCorrections("", "hygiene.yaml");
    const options = { asOf: NOW, timeZone: "UTC", corrections, examples: PROPOSED_ENTRIES };
    const text = proposalText(await reportHygiene(warehouse, options));
    expect(parseCorrections(text, "proposal")).toEqual(corrections);
    const taken = parseCorrections(text.replaceAll("    # - ", "    - "), "proposal").groups;
    expect(taken.junk).toMatchObject({
      confirm: ["email:desk@mail.example"],
      release: ["email:test@mail.example"],
    });
    expect(taken.resellers.confirm).toEqual(["user_id:# odd\n'\""]);
  });

  it("is refused with all its faults at once", () => {
    const yaml =
      "stuff: off\nkiosks: {confirm: [x]}\nstaff: {domains: [at], relese: [x]}\njunk: [a]";
    expect(() => parseCorrections(yaml, "hygiene.yaml")).toThrow(
      expect.objectContaining({
        code: "input.invalid",
        message:
          "hygiene.yaml: staff.domains.0: a domain, as in shop.example; " +
          'staff.relese: no such key; did you mean "release"?; ' +
          "junk: write off, or lists as in release: [...]; " +
          "kiosks.confirm: nothing would follow; this group has release and off; " +
          'stuff: no such key; did you mean "staff"?',
      }),
    );
    expect(() => parseCorrections("junk: {confirm: [a], release: [a]}", "f")).toThrow(
      "junk: a is both confirmed and released",
    );
    expect(() => parseCorrections("a: [", "hygiene.yaml")).toThrow(/hygiene.yaml: not YAML/);
  });
});
