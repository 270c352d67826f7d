/** What people allow, by channel and purpose: from files, from events, from the snippet's choice. */

import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { readMapping } from "../../src/collect/index.js";
import {
  consentsOfPerson,
  countPeople,
  DEFAULT_SETTINGS,
  loadLibrary,
} from "../../src/segment/index.js";
import { openSmallStore, type SmallStore } from "./small-store.js";

let store: SmallStore;
beforeAll(async () => {
  store = await openSmallStore();
});
beforeEach(() => store.clear());

const AS_OF = Date.UTC(2024, 5, 1);

async function statements(person: string): Promise<readonly object[]> {
  await store.warehouse.reloadIdentity();
  return (await consentsOfPerson(store.warehouse, person, { asOf: AS_OF })).statements;
}

async function holds(condition: string): Promise<number> {
  const { library } = loadLibrary([], DEFAULT_SETTINGS);
  return (await countPeople(store.warehouse, library, condition, { asOf: AS_OF })).count;
}

describe("consents of a file", () => {
  const mapping = readMapping(
    `record: people
source: crm
columns: {customer: Id, accepts_email: News, accepts_email_at: Since, accepts_sms_chain: Texts,
  accepts_sms_chain_at: Since, consent_basis: Basis, consent_wording: Text, consent_ip: IP,
  consent_country: Land, consent_confirmed_at: Confirmed}
consents: {double_opt_in: true}`,
    "people.yaml",
  );
  const FILE = [
    "Id,News,Texts,Since,Basis,Text,IP,Land,Confirmed",
    "ann,yes,no,2024-01-02T10:00:00Z,consent,v3,192.0.2.7,AT,2024-01-02T10:05:00Z",
    "bob,yes,,2024-01-03T10:00:00Z,consent,v3,192.0.2.8,DE,",
  ].join("\n");

  it("are kept with what proves them, and a yes without its confirmation is none", async () => {
    const path = store.write("people.csv", FILE);
    await store.import(path, mapping);
    await store.import(path, mapping);
    const proof = {
      source: "crm",
      ...{ basis: "consent", wording: "v3", ip: "192.0.2.7", country: "AT" },
      confirmedAt: "2024-01-02T10:05:00Z",
    };
    expect(await statements("ann")).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ channel: "email", purpose: "bulk", status: "granted", ...proof }),
        expect.objectContaining({ channel: "sms", purpose: "chain", status: "denied", ...proof }),
      ]),
    );
    expect(await statements("ann")).toHaveLength(2);
    expect(await statements("bob")).toMatchObject([{ channel: "email", status: "pending" }]);
    expect(await holds("person.accepts_email = true")).toBe(1);
    expect(await holds("not person.accepts_email = true")).toBe(1);
  });
});

describe("consents of events", () => {
  const call = (at: string, name: string, more: object) =>
    JSON.stringify({
      ...{ type: "track", event: name, messageId: `${at} ${name}`, userId: "ann" },
      ...{ timestamp: `2024-03-${at}Z`, receivedAt: `2024-03-${at}Z`, ...more },
    });
  const consent = (at: string, properties: object) => call(at, "Consent Updated", { properties });
  const chain = { channel: "email", purpose: "chain" };

  it("are appended with their proof; the last one holds", async () => {
    const calls = [
      consent("01T10:00:00", { ...chain, status: "granted", double_opt_in: true, wording: "v1" }),
      consent("02T10:00:00", {
        ...{ ...chain, status: "granted", double_opt_in: true, wording: "v1", basis: "consent" },
        ...{ confirmed_at: "2024-03-02", ip: "192.0.2.9", country: "AT" },
      }),
      consent("03T10:00:00", { channel: "sms", status: "granted" }),
      call("04T10:00:00", "Unsubscribed", { properties: { channel: "email" } }),
    ];
    await store.import(store.write("calls.ndjson", calls.join("\n")), { preset: "segment" });
    const email = (await statements("ann")).filter((s) => "channel" in s && s.channel === "email");
    expect(email).toMatchObject([
      { purpose: "chain", status: "pending", wording: "v1", confirmedAt: null },
      { status: "granted", basis: "consent", ip: "192.0.2.9", country: "AT", source: "segment" },
      { purpose: "bulk", status: "denied", by: "unsubscribed" },
      { purpose: "chain", status: "denied", by: "unsubscribed" },
    ]);
    expect(await holds("person.accepts_sms = true and person.accepts_email_chain = true")).toBe(1);
    expect(await holds("person.accepts_push = true")).toBe(0);
  });

  it("are set aside where they say nothing that can be kept", async () => {
    const calls = [
      consent("01T10:00:00", { status: "granted" }),
      consent("02T10:00:00", { channel: "email", status: "perhaps" }),
      consent("03T10:00:00", { channel: "email", purpose: "spam", status: "granted" }),
      consent("04T10:00:00", { channel: "email", status: "denied" }),
    ];
    const summary = await store.import(store.write("bad.ndjson", calls.join("\n")), {
      preset: "segment",
    });
    expect(summary.rowsRejected).toBe(3);
    expect(await statements("ann")).toHaveLength(1);
  });

  it("hold what a visitor chose on the site", async () => {
    const context = { consent: { categoryPreferences: { analytics: true, marketing: false } } };
    const chosen = call("01T10:00:00", "Segment Consent Preference Updated", { context });
    await store.import(store.write("choice.ndjson", chosen), { preset: "segment" });
    expect(await statements("ann")).toMatchObject([
      { channel: "site", purpose: "analytics", status: "granted" },
      { channel: "site", purpose: "marketing", status: "denied" },
    ]);
    expect(await holds("person.accepts_site_marketing = false")).toBe(1);
  });
});
