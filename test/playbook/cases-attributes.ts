/** Attributes that no segment tells apart well enough, as conditions. */

import { type Table, times, who } from "./case.js";

const YES = "2023-01-01 identified accepts_email=yes";
const TEXTS = "2023-01-01 identified accepts_sms=yes";
const sent = (channel: string, delivered: number, clicked: number): readonly string[] => [
  ...times(delivered, `2024-02-01 delivered channel=${channel}`),
  ...times(clicked, `2024-02-02 message_clicked channel=${channel}`),
];

export const ATTRIBUTES: readonly Table[] = [
  {
    segment: "journey is bought",
    in: [
      who("an hour ago", ["2024-06-15T11:00 9"], "2024-06-18T11:00"),
      who(
        "and looked at something since",
        ["2024-06-14 9", ...times(3, "2024-06-15T11:00 viewed p1")],
        "2024-06-17T12:00",
      ),
      who("nearly 72 hours ago", ["2024-06-12T12:01 9"], "2024-06-15T12:01"),
    ],
    out: [
      who("72 hours ago", ["2024-06-12 9"]),
      who("cancelled", ["2024-06-14 9 cancelled"]),
      who("never", []),
    ],
  },
  {
    segment: "journey is checkout",
    in: [
      who("begun", ["2024-06-15T11:00 checkout order=o1"], "2024-06-16T11:00"),
      who(
        "with a cart that was left",
        ["2024-06-15T10:00 added p1 cart=c1", "2024-06-15T11:00 checkout order=o1"],
        "2024-06-16T11:00",
      ),
      who(
        "bought four days ago",
        ["2024-06-11 9", "2024-06-15T11:00 checkout"],
        "2024-06-16T11:00",
      ),
    ],
    out: [
      who("done", ["2024-06-15T11:00 checkout order=o1", "2024-06-15T11:05 9 id=o1"]),
      who("bought yesterday", ["2024-06-14 9", "2024-06-15T11:00 checkout order=o1"]),
      who("a cart", ["2024-06-15T10:00 added p1 cart=c1"]),
    ],
  },
  {
    segment: "journey is hesitation",
    in: [
      who(
        "a cart, quiet for 30 minutes",
        ["2024-06-15T11:30 added p1 cart=c1"],
        "2024-06-18T11:30",
      ),
      who(
        "looked again after half an hour",
        ["2024-06-15T11:00 viewed p1", "2024-06-15T11:30 viewed p1"],
        "2024-06-22T11:00",
      ),
      who(
        "looked again yesterday",
        ["2024-06-10 viewed p1", "2024-06-14 viewed p1"],
        "2024-06-17T12:00",
      ),
    ],
    out: [
      who("a cart of just now", ["2024-06-15T11:31 added p1 cart=c1"], "2024-06-15T12:01"),
      who("looked again at once", ["2024-06-15T11:00 viewed p1", "2024-06-15T11:29 viewed p1"]),
      who("two products", ["2024-06-14 viewed p1", "2024-06-15T11:00 viewed p2"]),
    ],
  },
  {
    segment: "journey is consideration or browsing",
    in: [
      who(
        "two products",
        ["2024-06-14 viewed p1", "2024-06-15T11:00 viewed p2"],
        "2024-06-22T11:00",
      ),
      who("a search", ["2024-06-14 searched query=lamp"], "2024-06-21T12:00"),
      who("a page", ["2024-06-14 page"], "2024-06-21T12:00"),
    ],
    out: [
      who("a week ago", ["2024-06-08 page"]),
      who("hesitates", ["2024-06-14 viewed p1", "2024-06-15T11:00 viewed p1"], "2024-06-21T12:00"),
      who("never", []),
    ],
  },
  {
    // Of nobody here ten messages are known before, so the store's level is 0.
    segment: "best_channel is sms",
    in: [
      who("no consent to anything else", [TEXTS, ...sent("email", 10, 9), ...sent("sms", 10, 1)]),
      who("clicks on texts more", [YES, TEXTS, ...sent("email", 10, 1), ...sent("sms", 10, 2)]),
      who("as many clicks on fewer texts", [
        YES,
        TEXTS,
        ...sent("email", 12, 1),
        ...sent("sms", 11, 1),
      ]),
    ],
    out: [
      who("as many on both", [YES, TEXTS, ...sent("email", 10, 1), ...sent("sms", 10, 1)]),
      who("one click on one text says less", [
        YES,
        TEXTS,
        ...sent("email", 30, 9),
        ...sent("sms", 1, 1),
      ]),
      who("consent to nothing", sent("sms", 10, 5)),
    ],
  },
  {
    segment: "rfm_group is champions",
    in: [
      // d_last P40 10 days; orders P80 4; net P80 168.
      who("recent, frequent, rich", times(4, "2024-06-10 42"), "2024-06-21"),
      who("more of all", times(9, "2024-06-14 42"), "2024-06-25"),
      who("long ago mostly", [...times(3, "2022-06-10 60"), "2024-06-10 9"], "2024-06-21"),
    ],
    out: [
      who("three orders", times(3, "2024-06-10 60")),
      who("a cent less", [...times(3, "2024-06-10 42"), "2024-06-10 41.99"]),
      who("eleven days ago", times(4, "2024-06-04 42")),
    ],
  },
  {
    segment: "rfm_group is at_risk or previously_loyal",
    in: [
      who("eleven days ago", times(4, "2024-06-04 42")),
      who("years ago", times(4, "2021-06-04 42")),
      who("ninety days ago", times(4, "2024-03-17 42")),
    ],
    out: [
      who("from tomorrow on", times(4, "2024-06-05 42"), "2024-06-16"),
      who("one order", ["2024-05-01 168"]),
      who("never kept one", ["2024-05-01 168 returned"]),
    ],
  },
  {
    segment: "shops_for is women",
    in: [
      who("half of the pieces", ["2024-06-10 9 department=women", "2024-06-10 90 department=men"]),
      who("the rest are presents", [
        "2024-06-10 9 department=women",
        "2024-06-10 90 department=men units=5 gift",
      ]),
      who("nothing else", ["2020-06-10 9 department=women"]),
    ],
    out: [
      who("fewer than half", [
        "2024-06-10 9 department=women",
        "2024-06-10 9 department=men units=2",
      ]),
      who("presents only", ["2024-06-10 9 department=women gift"]),
      who("sent back", ["2024-06-10 9 department=women returned"]),
    ],
  },
  {
    segment: "subscribed_at_email in last 30 days",
    in: [
      who("a week ago", ["2024-06-08 identified accepts_email=yes"], "2024-07-08T12:00"),
      who(
        "again, after a no",
        [YES, "2024-06-01 identified accepts_email=no", "2024-06-08 identified accepts_email=yes"],
        "2024-07-08T12:00",
      ),
      who(
        "again, after unsubscribing",
        [YES, "2024-06-01 unsubscribed", "2024-06-08 identified accepts_email=yes"],
        "2024-07-08T12:00",
      ),
    ],
    out: [
      who("said it again", [YES, "2024-06-08 identified accepts_email=yes"]),
      who("30 days ago", ["2024-05-16 identified accepts_email=yes"]),
      who("no", ["2024-06-08 identified accepts_email=no"]),
    ],
  },
  {
    segment: "responded('gift')",
    in: [
      who("the theme", ["2024-06-01 message_clicked theme=gift"]),
      who("the campaign", ["2024-06-01 message_clicked campaign=gift"]),
      who("long ago", ["2021-06-01 message_clicked theme=gift"]),
    ],
    out: [
      who("opened it", ["2024-06-01 opened theme=gift"]),
      who("a scanner", ["2024-06-01 message_clicked theme=gift human=no"]),
      who("another one", ["2024-06-01 message_clicked theme=sale"]),
    ],
  },
  {
    segment: "some product: decision_time <= 1 hours",
    in: [
      who("half an hour", ["2024-06-01T11:30 viewed p1", "2024-06-01 9 product=p1"]),
      who("an hour", ["2024-06-01T11:00 viewed p1", "2024-06-01 9 product=p1"]),
      who("one of two", [
        "2024-05-01 viewed p2",
        "2024-06-01T11:59 viewed p1",
        "2024-06-01 9 product=p1",
        "2024-06-01 9 product=p2",
      ]),
    ],
    out: [
      who("a minute more", ["2024-06-01T10:59 viewed p1", "2024-06-01 9 product=p1"]),
      who("looked at it afterwards", ["2024-06-01T12:01 viewed p1", "2024-06-01 9 product=p1"]),
      who("another product", ["2024-06-01T11:59 viewed p2", "2024-06-01 9 product=p1"]),
    ],
  },
];
