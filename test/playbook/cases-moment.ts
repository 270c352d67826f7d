/** The segments of a moment: 12 to 16, 19 and 20. It is asked at noon. */

import { type Table, times, who } from "./case.js";

const BEGUN = "2024-06-15T10:00 checkout order=o1";

export const MOMENT: readonly Table[] = [
  {
    segment: "cart_abandoner",
    in: [
      who("30 minutes ago", ["2024-06-15T11:30 added p1 cart=c1 price=20"], "2024-06-18T11:30"),
      who(
        "came back and looked at it again",
        [
          "2024-06-14 added p1 cart=c1 price=20",
          "2024-06-15T11:58 cart_viewed cart=c1",
          "2024-06-15T11:59 viewed p1",
        ],
        "2024-06-17T12:00",
      ),
      who(
        "ordered something else",
        ["2024-06-14 added p1 cart=c1 price=20", "2024-06-14T20:00 9 product=p9"],
        "2024-06-17T12:00",
      ),
      who(
        "took one of two out",
        [
          "2024-06-14 added p1 cart=c1",
          "2024-06-14 added p2 cart=c1",
          "2024-06-15T10:00 removed p2 cart=c1",
        ],
        "2024-06-17T12:00",
      ),
      who("a cart without a name", ["2024-06-13 added p1"], "2024-06-16T12:00"),
    ],
    out: [
      who("29 minutes ago", ["2024-06-15T11:31 added p1 cart=c1 price=20"], "2024-06-15T12:01"),
      who("72 hours ago", ["2024-06-12 added p1 cart=c1 price=20"]),
      who("ordered it, to be paid on delivery", [
        "2024-06-14 added p1 cart=c1",
        "2024-06-14T13:00 20 product=p1 unpaid",
      ]),
      who("took everything out", [
        "2024-06-14 added p1 cart=c1",
        "2024-06-14T13:00 removed p1 cart=c1",
      ]),
      who("one of the staff", [
        "2024-01-01 identified hygiene=staff",
        "2024-06-14 added p1 cart=c1",
      ]),
    ],
  },
  {
    segment: "checkout_abandoner",
    in: [
      who("just now", ["2024-06-15T11:59 checkout order=o1"], "2024-06-16T11:59"),
      who(
        "got as far as the payment",
        ["2024-06-14T12:01 payment_entered order=o1"],
        "2024-06-15T12:01",
      ),
      who("ordered something else", [BEGUN, "2024-06-15T11:00 20 id=o2"], "2024-06-16T10:00"),
      who("an order without a name", ["2024-06-15T10:00 checkout"], "2024-06-16T10:00"),
    ],
    out: [
      who("24 hours ago", ["2024-06-14 checkout order=o1"]),
      who("ordered", [BEGUN, "2024-06-15T10:05 20 id=o1"]),
      who("ordered, to be paid on delivery", [BEGUN, "2024-06-15T10:05 20 id=o1 unpaid"]),
      who("without a name, and ordered since", ["2024-06-15T10:00 checkout", "2024-06-15T11:00 9"]),
    ],
  },
  {
    segment: "payment_failed",
    in: [
      who("of an order", [BEGUN, "2024-06-15T10:01 payment_failed order=o1"], "2024-06-16T10:00"),
      who(
        "of an order without a name",
        ["2024-06-15T10:00 payment_entered", "2024-06-15T10:01 payment_failed"],
        "2024-06-16T10:00",
      ),
      who(
        "ordered something else instead",
        [BEGUN, "2024-06-15T10:01 payment_failed order=o1", "2024-06-15T11:00 20 id=o2"],
        "2024-06-16T10:00",
      ),
    ],
    out: [
      who("paid in another way", [
        BEGUN,
        "2024-06-15T10:01 payment_failed order=o1",
        "2024-06-15T10:05 20 id=o1",
      ]),
      who("left before paying", [BEGUN]),
      who("yesterday", ["2024-06-14 checkout order=o1", "2024-06-14 payment_failed order=o1"]),
    ],
  },
  {
    segment: "product_viewer",
    in: [
      who(
        "twice",
        ["2024-06-14 viewed p1 category=shoes", "2024-06-15T11:00 viewed p1 category=shoes"],
        "2024-06-21T12:00",
      ),
      who(
        "three of a category",
        [
          "2024-06-10 viewed p1 category=shoes",
          "2024-06-11 viewed p2 category=shoes",
          "2024-06-12 viewed p3 category=shoes",
        ],
        "2024-06-17T12:00",
      ),
      who(
        "took it out of the cart",
        [
          "2024-06-13 viewed p1 category=shoes",
          "2024-06-13 added p1 category=shoes",
          "2024-06-14 removed p1 category=shoes",
          "2024-06-14 viewed p1 category=shoes",
        ],
        "2024-06-20T12:00",
      ),
      who(
        "bought of another category",
        [...times(2, "2024-06-13 viewed p1 category=shoes"), "2024-06-14 9 category=hats"],
        "2024-06-20T12:00",
      ),
      who("of no category", times(2, "2024-06-13 viewed p1"), "2024-06-20T12:00"),
    ],
    out: [
      who("two, once each", [
        "2024-06-13 viewed p1 category=shoes",
        "2024-06-14 viewed p2 category=shoes",
      ]),
      who("the first time 7 days ago", [
        "2024-06-08 viewed p1 category=shoes",
        "2024-06-14 viewed p1 category=shoes",
      ]),
      who("in the cart now", [
        ...times(2, "2024-06-13 viewed p1 category=shoes"),
        "2024-06-14 added p1 category=shoes",
      ]),
      who("bought of the category since", [
        ...times(2, "2024-06-13 viewed p1 category=shoes"),
        "2024-06-14 9 category=shoes product=p7",
      ]),
      who("ordered it, not paid yet", [
        ...times(2, "2024-06-13 viewed p1 category=shoes"),
        "2024-06-14 9 category=shoes product=p1 unpaid",
      ]),
    ],
  },
  {
    // Black Friday: looks count for 48 hours.
    segment: "product_viewer",
    at: "2023-11-24T12:00",
    in: [
      who(
        "twice in 48 hours",
        ["2023-11-22T13:00 viewed p1 category=shoes", "2023-11-24T11:00 viewed p1 category=shoes"],
        "2023-11-24T13:00",
      ),
      who(
        "three of a category in two days",
        [
          "2023-11-23T11:00 viewed p1 category=shoes",
          "2023-11-23T11:00 viewed p2 category=shoes",
          "2023-11-24T11:00 viewed p3 category=shoes",
        ],
        "2023-11-25T11:00",
      ),
      who(
        "of no category",
        ["2023-11-24T10:00 viewed p1", "2023-11-24T11:00 viewed p1"],
        "2023-11-26T10:00",
      ),
    ],
    out: [
      who(
        "four days apart, until the peak is over",
        ["2023-11-20T13:00 viewed p1 category=shoes", "2023-11-24T11:00 viewed p1 category=shoes"],
        "2023-11-27",
      ),
      who("once", ["2023-11-24T11:00 viewed p1 category=shoes"]),
      who("two, once each", [
        "2023-11-24T11:00 viewed p1 category=shoes",
        "2023-11-24T11:00 viewed p2 category=shoes",
      ]),
    ],
  },
  {
    segment: "searcher",
    in: [
      who(
        "twice",
        ["2024-06-14 searched query=lamp", "2024-06-15T11:00 searched query=rug"],
        "2024-06-21T12:00",
      ),
      who(
        "typed on, the second time",
        [
          "2024-06-14 searched query=lamp",
          "2024-06-15T11:00 searched query=rug",
          "2024-06-15T11:00:03 searched query=rugs",
        ],
        "2024-06-21T12:00",
      ),
      who(
        "looked at something before",
        [
          "2024-06-13 viewed p1",
          "2024-06-14 searched query=lamp",
          "2024-06-15T11:00 searched query=rug",
        ],
        "2024-06-21T12:00",
      ),
    ],
    out: [
      who("the same twice", [
        "2024-06-14 searched query=lamp",
        "2024-06-15T11:00 searched query=Lamp",
      ]),
      who("typed on", [
        "2024-06-15T11:00 searched query=lam",
        "2024-06-15T11:00:03 searched query=lamp",
      ]),
      who("two letters", ["2024-06-14 searched query=la", "2024-06-15T11:00 searched query=rug"]),
      who("the first one 7 days ago", [
        "2024-06-08 searched query=lamp",
        "2024-06-15T11:00 searched query=rug",
      ]),
      who(
        "looked at a result, until that search is forgotten",
        [
          "2024-06-10 searched query=bed",
          "2024-06-11 viewed p1",
          "2024-06-12 searched query=lamp",
          "2024-06-13 searched query=rug",
        ],
        "2024-06-17T12:00",
      ),
      who("ordered since", [
        "2024-06-14 searched query=lamp",
        "2024-06-15T11:00 searched query=rug",
        "2024-06-15T11:30 9",
      ]),
    ],
  },
  {
    segment: "no_result",
    in: [
      who(
        "neither found anything",
        [
          "2024-06-14 searched query=lamp results=0",
          "2024-06-15T11:00 searched query=rug results=0",
        ],
        "2024-06-21T12:00",
      ),
      who(
        "one of them",
        [
          "2024-06-14 searched query=lamp results=3",
          "2024-06-15T11:00 searched query=rug results=0",
        ],
        "2024-06-21T12:00",
      ),
      who(
        "three searches",
        [
          "2024-06-12 searched query=lamp results=0",
          "2024-06-13 searched query=rug results=1",
          "2024-06-14 searched query=bed results=1",
        ],
        "2024-06-19T12:00",
      ),
    ],
    out: [
      who("something was found", [
        "2024-06-14 searched query=lamp results=1",
        "2024-06-15T11:00 searched query=rug results=2",
      ]),
      who("not told", ["2024-06-14 searched query=lamp", "2024-06-15T11:00 searched query=rug"]),
      who("one search", ["2024-06-14 searched query=lamp results=0"]),
    ],
  },
  {
    segment: "watcher",
    in: [
      who(
        "5 % less",
        ["2024-05-01 wished p1", "2024-06-14 price_dropped p1 price=95 priceBefore=100"],
        "2024-06-28T12:00",
      ),
      who(
        "back again",
        ["2024-05-01 watched p1", "2024-06-03 back_in_stock p1"],
        "2024-06-17T12:00",
      ),
      who(
        "took another wish back",
        ["2024-06-01 wished p1", "2024-06-10 back_in_stock p1", "2024-06-11 unwished p2"],
        "2024-06-24T12:00",
      ),
    ],
    out: [
      who("4.9 % less", [
        "2024-05-01 wished p1",
        "2024-06-14 price_dropped p1 price=95.1 priceBefore=100",
      ]),
      who("14 days ago", ["2024-05-01 watched p1", "2024-06-01 back_in_stock p1"]),
      who("took the wish back", [
        "2024-06-01 wished p1",
        "2024-06-10 back_in_stock p1",
        "2024-06-11 unwished p1",
      ]),
      who("no news", ["2024-06-14 wished p1", "2024-06-14 watched p2"]),
    ],
  },
  {
    segment: "engaged_non_buyer",
    in: [
      who("two clicks, no order", times(2, "2024-06-10 message_clicked"), "2024-07-10T12:00"),
      who(
        "three visits, the last order 181 days ago",
        ["2023-12-17 20", "2024-06-12 page", "2024-06-13 page", "2024-06-14 page"],
        "2024-06-26T12:00",
      ),
      who(
        "two clicks, the only order was cancelled",
        ["2024-06-01 9 cancelled", ...times(2, "2024-06-10 message_clicked")],
        "2024-07-10T12:00",
      ),
    ],
    out: [
      who(
        "the last order 180 days ago",
        ["2023-12-18 20", ...times(2, "2024-06-10 message_clicked")],
        "2024-06-16",
      ),
      who("a scanner's clicks", times(2, "2024-06-10 message_clicked human=no")),
      who("two visits and a click", [
        "2024-06-13 page",
        "2024-06-14 page",
        "2024-06-14T12:05 message_clicked",
      ]),
    ],
  },
  {
    segment: "anonymous_high_intent",
    in: [
      who(
        "three products in one visit",
        ["2024-06-14 viewed p1", "2024-06-14T12:05 viewed p2", "2024-06-14T12:09 viewed p3"],
        "2024-06-21T12:00",
      ),
      who("a cart", ["nameless", "2024-06-14 added p1"], "2024-06-21T12:00"),
      who("two visits", ["2024-06-13 page", "2024-06-13T12:30 page"], "2024-06-20T12:00"),
      who(
        "has a name, and refused",
        [...times(2, "2024-01-01 identified accepts_email=no"), "2024-06-14 added p1"],
        "2024-06-21T12:00",
      ),
    ],
    out: [
      who("can be written to", [
        "2024-01-01 identified accepts_sms=yes",
        ...times(3, "2024-06-14 viewed p1"),
      ]),
      who("two products in one visit", ["2024-06-14 viewed p1", "2024-06-14T12:29 viewed p2"]),
      who("the first visit 7 days ago", ["2024-06-08 page", "2024-06-14 page"]),
    ],
  },
  {
    segment: "first_time_visitor",
    in: [
      who("an hour ago", ["nameless", "2024-06-15T11:00 page"], "2024-06-16T11:00"),
      who(
        "looked around",
        ["2024-06-14T12:01 page", "2024-06-14T12:02 viewed p1", "2024-06-14T12:03 added p1"],
        "2024-06-15T12:01",
      ),
      who(
        "an order that was cancelled",
        ["2024-06-15T11:00 page", "2024-06-15T11:10 9 cancelled"],
        "2024-06-16T11:00",
      ),
    ],
    out: [
      who("a visit of long ago", ["2021-06-01 page", "2024-06-15T11:00 page"]),
      who("24 hours ago", ["2024-06-14 page"]),
      who("ordered before", ["2023-06-01 9", "2024-06-15T11:00 page"]),
    ],
  },
];
