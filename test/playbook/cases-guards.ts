/** The guards, G1 to G5. */

import { type Table, times, who } from "./case.js";

const EIGHT = times(8, "2024-02-01 delivered channel=email");
const YES = "2023-01-01 identified accepts_email=yes";

/** G1 of another channel than e-mail. */
const consentTo = (channel: "sms" | "push"): Table => ({
  segment: `no_consent_${channel}`,
  in: [
    who("never asked", []),
    who("no", [`2024-01-01 identified accepts_${channel}=no`]),
    who("took it back", [
      `2024-01-01 identified accepts_${channel}=yes`,
      `2024-02-01 unsubscribed channel=${channel}`,
    ]),
    who("to e-mail only", [YES]),
  ],
  out: [
    who("yes", [`2024-01-01 identified accepts_${channel}=yes`]),
    who("yes after no", [
      `2024-01-01 identified accepts_${channel}=no`,
      `2024-02-01 identified accepts_${channel}=yes`,
    ]),
    who("took back another one", [
      `2024-01-01 identified accepts_${channel}=yes`,
      "2024-02-01 unsubscribed channel=email",
    ]),
  ],
});

export const GUARDS: readonly Table[] = [
  {
    segment: "no_consent_email",
    in: [
      who("never asked", []),
      who("no", ["2024-01-01 identified accepts_email=no"]),
      who("no after yes", [YES, "2024-01-02 identified accepts_email=no"]),
      who("unsubscribed", [YES, "2024-02-01 unsubscribed channel=email"]),
      who("unsubscribed from whatever", [YES, "2024-02-01 unsubscribed"]),
      who("spam", [YES, "2024-02-01 spam"]),
      who("a word that is no yes", ["2024-01-01 identified accepts_email=maybe"]),
    ],
    out: [
      who("yes", [YES]),
      who("yes after no", ["2022-01-01 identified accepts_email=no", YES]),
      who("unsubscribed from texts", [YES, "2024-02-01 unsubscribed channel=sms"]),
      who("yes after unsubscribing", ["2022-02-01 unsubscribed channel=email", YES]),
    ],
  },
  consentTo("sms"),
  consentTo("push"),
  {
    segment: "silent_subscriber",
    in: [
      who("90 days and a minute", [
        "2024-03-17T11:59 identified accepts_email=yes",
        ...times(8, "2024-04-01 delivered channel=email"),
      ]),
      who("clicked 180 days ago", [YES, ...EIGHT, "2023-12-18 message_clicked channel=email"]),
      who("only scanners clicked", [YES, ...EIGHT, "2024-06-01 message_clicked human=no"]),
    ],
    out: [
      who("seven e-mails", [YES, ...EIGHT.slice(1), "2024-02-01 delivered channel=sms"]),
      who(
        "90 days",
        [
          "2024-03-17T12:00 identified accepts_email=yes",
          ...times(8, "2024-04-01 delivered channel=email"),
        ],
        "2024-06-15T12:00:00.001",
      ),
      who(
        "subscribed again a week ago",
        [
          YES,
          ...EIGHT,
          "2024-06-07 identified accepts_email=no",
          "2024-06-08 identified accepts_email=yes",
        ],
        "2024-09-06T12:00:00.001",
      ),
      who("looked in", [YES, ...EIGHT, "2024-06-05 page"], "2024-12-02T12:00"),
      who("ordered", [YES, ...EIGHT, "2024-06-05 9"], "2024-12-02T12:00"),
      who("took it back", [YES, ...EIGHT, "2024-06-05 unsubscribed"]),
    ],
  },
  {
    segment: "just_bought('shoes')",
    in: [
      who("just now", ["2024-06-15T11:00 9 category=shoes"], "2024-06-18T11:00"),
      who("nearly 72 hours ago", ["2024-06-12T12:01 9 category=shoes"], "2024-06-15T12:01"),
      who(
        "and something else",
        ["2024-06-14 9 category=shoes", "2024-06-15T11:00 9 category=hats"],
        "2024-06-17T12:00",
      ),
    ],
    out: [
      who("72 hours ago", ["2024-06-12 9 category=shoes"]),
      who("something else", ["2024-06-14 9 category=hats"]),
      who("cancelled", ["2024-06-14 9 category=shoes cancelled"]),
    ],
  },
  {
    segment: "complaining",
    in: [
      who("just opened", ["2024-06-15T11:00 complaint_opened"]),
      who("one of two closed", [
        "2024-05-01 complaint_opened",
        "2024-05-02 complaint_opened",
        "2024-05-03 complaint_closed",
      ]),
      who("opened again", [
        "2024-05-01 complaint_opened",
        "2024-05-02 complaint_closed",
        "2024-05-03 complaint_opened",
      ]),
    ],
    out: [
      who("closed", ["2024-05-01 complaint_opened", "2024-05-02 complaint_closed"]),
      who("never had any", []),
      who("both closed", [
        ...times(2, "2024-05-01 complaint_opened"),
        ...times(2, "2024-05-02 complaint_closed"),
      ]),
    ],
  },
  {
    segment: "costly_returns",
    in: [
      // 730 days after the order.
      who("half sent back", ["2024-05-01 100 back=50 cost=101"], "2026-05-01T12:00"),
      who("all sent back", ["2024-05-01 100 cost=101 back=100"], "2026-05-01T12:00"),
      who(
        "a refund that names no order",
        ["2024-05-01 100 cost=60", "2024-05-02 refund 50"],
        "2026-05-01T12:00",
      ),
    ],
    out: [
      who("49 %", ["2024-05-01 100 back=49 cost=101"]),
      who("sold at cost", ["2024-05-01 100 back=50 cost=100"]),
      who("it may still come back", ["2024-05-17 100 back=50 cost=101"], "2024-06-16T12:00"),
      who("cost unknown", ["2024-05-01 100 back=50"]),
    ],
  },
  {
    segment: "held_out",
    in: [
      who("drawn", ["2024-01-01 identified holdout=yes"]),
      who("drawn again", ["2023-01-01 identified holdout=no", "2024-01-01 identified holdout=yes"]),
      who("and a buyer", ["2024-01-01 identified holdout=yes", "2024-06-01 9"]),
    ],
    out: [
      who("not drawn", ["2024-01-01 identified holdout=no"]),
      who("nothing said", []),
      who("not any more", [
        "2023-01-01 identified holdout=yes",
        "2024-01-01 identified holdout=no",
      ]),
    ],
  },
];
