/** Campaigns: to whom they went, what came of it, and their descriptions; in any order. */

import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { readMapping } from "../../src/collect/index.js";
import { openSmallStore, type SmallStore } from "./small-store.js";

let store: SmallStore;
beforeAll(async () => {
  store = await openSmallStore();
});
beforeEach(() => store.clear());

const CONTACTS = readMapping(
  `record: contacts
source: mailer
columns: {customer: who, campaign: campaign, time: at, channel: via, response: what, coupon: coupon, human: human}
customer: {kind: email}`,
  "contacts.yaml",
);
const CAMPAIGNS = readMapping(
  `record: campaigns
source: mailer
columns: {campaign: id, starts: from, ends: to, theme: about, channel: via}`,
  "campaigns.yaml",
);

const contacts = (...rows: readonly string[]) =>
  store.import(
    store.write("contacts.csv", ["who,campaign,at,via,what,coupon,human", ...rows].join("\n")),
    CONTACTS,
  );
const campaigns = (...rows: readonly string[]) =>
  store.import(
    store.write("campaigns.csv", ["id,from,to,about,via", ...rows].join("\n")),
    CAMPAIGNS,
  );

const visible = (until = "2024-12-31") =>
  store.query<Record<string, unknown>>(
    `SELECT kind, name, campaign, theme, channel, coupon, human, toString(ts) AS ts, toString(known_at) AS known
     FROM facts WHERE known_at <= '${until}' AND (fact_id, version) NOT IN (SELECT fact_id, version FROM superseded)
     ORDER BY ALL`,
  );

const SPRING = "spring,2024-03-01,2024-03-31,gifts,email";
const UNDATED = "ann@example.com,spring,,,,,";

describe("contacts of campaigns", () => {
  it("are messages and what people did with them, by the channel's names", async () => {
    const summary = await contacts(
      "ann@example.com,may,2024-05-01T08:00:00Z,email,sent,,",
      "ann@example.com,may,2024-05-01T08:00:09Z,email,clicked,,no",
      "ann@example.com,may,2024-05-02,sms,delivered,,",
      "ann@example.com,may,2024-05-03,,redeemed,TEN,",
    );
    expect(summary).toMatchObject({ events: 4, people: 1, rowsRejected: 0 });
    const found = (await visible()).map(({ kind, name, coupon, human }) => [
      kind,
      name,
      coupon,
      human,
    ]);
    expect(found).toEqual([
      ["delivered", "Email Delivered", "", 1],
      ["delivered", "SMS Delivered", "", 1],
      ["event", "Coupon Redeemed", "TEN", 1],
      ["message_clicked", "Email Link Clicked", "", 0],
    ]);
  });

  it("take day, theme and channel from the campaign's description, whichever came first", async () => {
    await campaigns(SPRING);
    await contacts(UNDATED, "bob@example.com,spring,2024-03-05,,clicked,,");
    const expected = await visible();
    expect(expected).toMatchObject([
      { kind: "delivered", theme: "gifts", channel: "email", ts: "2024-03-01 00:00:00.000" },
      { kind: "message_clicked", theme: "gifts", ts: "2024-03-05 00:00:00.000" },
    ]);
    await store.clear();
    const early = await contacts(UNDATED, "bob@example.com,spring,2024-03-05,,clicked,,");
    expect(early.notes).toContain(
      "1 contacts wait for the day of their campaign: its description is not there.",
    );
    expect(await visible()).toHaveLength(1);
    await campaigns(SPRING);
    expect(await visible()).toEqual(expected);
    const before = await store.contents();
    expect(await campaigns(SPRING)).toMatchObject({ alreadyPresent: 1 });
    expect(await contacts(UNDATED)).toMatchObject({ events: 0, alreadyPresent: 1 });
    expect(await store.contents()).toEqual(before);
  });

  it("refuse a second description of a campaign, and rows that say too little", async () => {
    await campaigns(SPRING);
    await expect(campaigns("spring,2024-04-01,,gifts,email")).rejects.toThrow(
      /campaigns are described in two ways, here or in an earlier file: spring/,
    );
    const summary = await contacts(
      UNDATED,
      ",spring,,,,,",
      "ann@example.com,,,,,,",
      "a@b.com,x,,,liked,,",
    );
    expect(summary.firstRejects.map(({ column, reason }) => [column, reason])).toEqual([
      ["who", "missing"],
      ["campaign", "missing"],
      ["what", "none of the mapping's responses"],
    ]);
  });
});
