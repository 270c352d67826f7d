/** The segments of value, 1 to 11. */

import { type Table, times, who } from "./case.js";

export const VALUE: readonly Table[] = [
  {
    segment: "vip",
    in: [
      who(
        "three order days, just the P90",
        ["2024-06-10 62", "2024-03-10 62", "2023-09-10 60"],
        "2024-09-10T12:00",
      ),
      who("rich and recent", ["2024-06-14 100", "2024-06-01 100", "2024-05-20 100"], "2024-09-23"),
      who(
        "a margin of 1 after a refund of 2",
        [
          "2024-06-10 62 cost=61",
          "2024-06-09 62 cost=61",
          "2024-06-08 62 cost=61",
          "2024-06-11 refund 2",
        ],
        "2024-09-19",
      ),
    ],
    out: [
      who("a cent below the P90", ["2024-06-10 62", "2024-03-10 62", "2023-09-10 59.99"]),
      who("three orders on two days", ["2024-06-10 62", "2024-06-10T23:59 62", "2023-09-10 60"]),
      who("churned", ["2024-03-06 200", "2024-03-05 200", "2024-03-04 200"]),
      who("sold at cost", [
        "2024-06-10 62 cost=62",
        "2024-06-09 62 cost=62",
        "2024-06-08 62 cost=62",
      ]),
      who(
        "a refund of a year ago is about to leave",
        ["2024-06-10 62", "2024-06-09 62", "2024-06-08 60", "2023-06-20 refund 1"],
        "2024-06-20T12:00",
      ),
      who("a wholesaler", [
        "2024-06-10 90 units=60",
        "2024-06-09 90 units=60",
        "2024-06-08 90 units=60",
      ]),
    ],
  },
  {
    segment: "loyal",
    in: [
      // Gaps 20 and 40 with the store's 30 three times: 29.3 days expected, 43.95 at 1.5 times.
      who("on the last day", ["2024-05-03 20", "2024-04-13 20", "2024-03-04 20"], "2024-06-16"),
      // Gaps 10 and 10: 19.3 expected, 28.998 at 1.5 times.
      who(
        "quick, on the last day",
        ["2024-05-18 20", "2024-05-08 20", "2024-04-28 20"],
        "2024-06-16",
      ),
      // Gaps 7 and 11: 18.35 expected, 27.5 at 1.5 times.
      who("new already", ["2024-06-12 20", "2024-06-05 20", "2024-05-25 20"], "2024-07-10"),
    ],
    out: [
      who("a day too late", ["2024-05-02 20", "2024-04-12 20", "2024-03-03 20"]),
      who("two order days", ["2024-06-12 20", "2024-06-05 20", "2024-06-05T20:00 20"]),
      who(
        "a VIP until the oldest order leaves",
        ["2024-06-10 62", "2024-05-10 62", "2023-06-25 60"],
        "2024-06-25T12:00",
      ),
    ],
  },
  {
    segment: "frequent",
    in: [
      who(
        "four in 12 months, the first about to leave",
        ["2023-06-16 20", "2023-10-01 20", "2024-01-01 20", "2024-06-01 20"],
        "2024-06-16T12:00",
      ),
      who("four in one day", times(4, "2024-06-14 20"), "2025-06-14T12:00"),
      who(
        "five",
        ["2023-07-01 9", "2023-08-01 9", ...times(3, "2024-06-14 20")],
        "2024-08-01T12:00",
      ),
    ],
    out: [
      who("three", times(3, "2024-06-14 20")),
      who("four, one of them cancelled", [...times(3, "2024-06-14 20"), "2024-06-13 20 cancelled"]),
      who("the first one left this instant", ["2023-06-15 20", ...times(3, "2024-06-14 20")]),
      who("a wholesaler", times(4, "2024-06-14 20 units=60")),
    ],
  },
  {
    segment: "frequent_small",
    in: [
      who("just below the median", times(4, "2024-06-14 29.99"), "2025-06-14T12:00"),
      who("at list prices, too", times(4, "2024-06-14 20 list=29.99"), "2025-06-14T12:00"),
      who("one large basket", ["2024-06-13 50", ...times(4, "2024-06-14 20")], "2025-06-14T12:00"),
    ],
    out: [
      who("at the median", times(4, "2024-06-14 30")),
      who("only after the discount", times(4, "2024-06-14 20 list=30")),
      who("three small baskets", times(3, "2024-06-14 20")),
    ],
  },
  {
    segment: "big_ticket",
    in: [
      who("one order, just the P80", ["2024-06-10 42"], "2024-09-19"),
      who("two, on the last day", ["2024-03-07 60", "2024-02-01 60"], "2024-06-16"),
      who("42 at list prices", ["2024-06-10 30 list=42"], "2024-09-19"),
    ],
    out: [
      who("a cent below", ["2024-06-10 41.99"]),
      who(
        "three until the first one leaves",
        ["2023-06-20 50", "2024-05-01 50", "2024-06-01 50"],
        "2024-06-20T12:00",
      ),
      who("churned", ["2024-03-06 60"]),
    ],
  },
  {
    segment: "new_buyer",
    in: [
      who("on the last day", ["2024-04-16 20"], "2024-06-16"),
      who("today", ["2024-06-15T09:00 20"], "2024-08-15"),
      who(
        "the second one was sent back",
        ["2024-06-01 20", "2024-06-10 20 returned"],
        "2024-08-01",
      ),
    ],
    out: [
      who("a day late", ["2024-04-15 20"]),
      who("two orders on one day", ["2024-06-10 20", "2024-06-10T13:00 20"]),
      who("sent everything back", ["2024-06-10 20 returned"]),
    ],
  },
  {
    segment: "new_high_potential",
    in: [
      who("just the first tenth", ["2024-06-10 19"], "2024-08-10"),
      who("on the last day", ["2024-04-16 100"], "2024-06-16"),
      who(
        "the second one was cancelled",
        ["2024-06-10 30", "2024-06-11 9 cancelled"],
        "2024-08-10",
      ),
      who(
        "a forecast says more than a small order",
        ["2024-06-10 9", "2024-06-11 identified forecast_value=19"],
        "2024-08-10",
      ),
    ],
    out: [
      who("a cent below", ["2024-06-10 18.99"]),
      who("a forecast says less than a large order", [
        "2024-06-10 90",
        "2024-06-11 identified forecast_value=18",
      ]),
      who("a day late", ["2024-04-15 100"]),
      who("bought twice", ["2024-06-10 100", "2024-06-11 100"]),
    ],
  },
  {
    segment: "second_order_overdue",
    in: [
      who("since today", ["2024-04-15 20"], "2024-07-25"),
      who("on the last day", ["2024-03-07 20"], "2024-06-16"),
      who(
        "kept here by an order sent back",
        ["2024-01-17 20", "2024-06-05 9 returned"],
        "2024-09-14",
      ),
    ],
    out: [
      who("from tomorrow on", ["2024-04-16 20"], "2024-06-16"),
      who("churned", ["2024-03-06 20"]),
      who("ordered twice", ["2024-04-15 20", "2024-04-15T13:00 20"]),
    ],
  },
  {
    segment: "at_risk_high_value",
    in: [
      // A gap of 31 days with the store's 30 three times: 30.25 expected, 45.37 at 1.5 times.
      who("since today", ["2024-04-30 84", "2024-03-30 84"], "2024-08-09"),
      // A gap of 10 days: 22.8 expected, 34.2 at 1.5 times.
      who("quick, since today", ["2024-05-11 84", "2024-05-01 84"], "2024-08-20"),
      who("top until an order leaves", ["2024-03-08 100", "2022-06-16 68"], "2024-06-16T12:00"),
    ],
    out: [
      who("from tomorrow on", ["2024-05-01 84", "2024-03-31 84"], "2024-06-16"),
      who("a cent below the top", ["2024-04-30 84", "2024-03-30 83.99"]),
      who("churned", ["2024-03-06 84", "2024-02-04 84"]),
      who("one order day", ["2024-04-30 84", "2024-04-30T20:00 84"]),
    ],
  },
  {
    segment: "lapsed",
    in: [
      who("101 days after the only order", ["2024-03-06 20"]),
      who("sent it back", ["2024-03-06 20 returned"]),
      who("until known as a buyer of the season", ["2023-11-20 20"], "2024-08-20T12:00"),
    ],
    out: [
      who("100 days after the only order", ["2024-03-07 20"], "2024-06-16"),
      who("never ordered", []),
      // Nine months after the last season, until the order is 20 years old.
      who("buys in the season only", ["2022-11-20 20"], "2042-11-20T12:00"),
    ],
  },
  {
    segment: "not active_subscriber and lapsed",
    in: [
      who("101 days ago", ["2024-03-06 20"]),
      who("a subscription that was ended", [
        "2024-03-06 20",
        "2024-03-07 identified subscription=active",
        "2024-05-07 identified subscription=ended",
      ]),
      who("another tag", ["2024-03-06 20", "2024-03-07 identified tags=friend"]),
    ],
    out: [
      who("a running subscription", ["2024-03-06 20", "2024-03-07 identified subscription=active"]),
      who("a tag that says so", ["2024-03-06 20", "2024-03-07 identified tags=Active_Subscriber"]),
      who("100 days ago", ["2024-03-07 20"], "2024-06-16"),
    ],
  },
  {
    segment: "lapsed_one_time",
    in: [
      who("one order", ["2024-03-06 20"]),
      who("sent back", ["2024-03-06 20 returned"]),
      who("another was cancelled", ["2024-03-06 20", "2024-03-07 20 cancelled"]),
    ],
    out: [
      who("two orders", ["2024-03-06 20", "2024-03-05 20"]),
      who("100 days", ["2024-03-07 20"], "2024-06-16"),
      who("another was sent back", ["2024-03-06 20", "2024-03-05 20 returned"]),
    ],
  },
  {
    segment: "lapsed_repeat",
    in: [
      who("two orders", ["2024-03-06 20", "2024-03-05 20"]),
      who("one of them sent back", ["2024-03-06 20", "2024-03-05 20 returned"]),
      who("two on one day", times(2, "2023-07-05 20")),
    ],
    out: [
      who("one order", ["2024-03-06 20"]),
      who("100 days", ["2024-03-07 20", "2024-03-05 20"], "2024-06-16"),
      who("one of them cancelled", ["2024-03-06 20", "2024-03-05 20 cancelled"]),
    ],
  },
  {
    segment: "lapsed_repeat_with_balance",
    in: [
      who("a credit of a cent", [...times(2, "2024-03-06 20"), "2024-03-07 balance credit 0.01"]),
      who("a gift card, no credit left", [
        ...times(2, "2023-03-06 20"),
        "2023-03-07 balance credit 5",
        "2023-03-08 balance gift_card 5",
        "2023-04-08 balance credit 0",
      ]),
      who("on the account", [...times(2, "2023-03-06 20"), "2022-03-07 balance account 9"]),
    ],
    out: [
      who("spent it", [
        ...times(2, "2024-03-06 20"),
        "2024-03-05 balance credit 5",
        "2024-03-07 balance credit 0",
      ]),
      who("points only", [...times(2, "2024-03-06 20"), "2024-03-07 balance points 500"]),
      who("one order", ["2024-03-06 20", "2024-03-07 balance credit 5"]),
    ],
  },
  {
    segment: "lapsed_hot",
    in: [
      who(
        "looked a week ago, nearly",
        ["2024-03-06 20", "2024-06-08T12:01 viewed"],
        "2024-06-15T12:01",
      ),
      who("looked just now", ["2024-03-06 20", "2024-06-15T11:00 viewed"], "2024-06-22T11:00"),
      who(
        "looked again and again, two visits",
        ["2023-03-06 20", "2024-06-10 viewed", "2024-06-10T12:20 viewed", "2024-06-11 viewed"],
        "2024-06-18T12:00",
      ),
    ],
    out: [
      who("looked a week ago", ["2024-03-06 20", "2024-06-08T12:00 viewed"]),
      who("churns tomorrow", ["2024-03-07 20", "2024-06-14 viewed"], "2024-06-16"),
      who("never ordered", ["2024-06-14 viewed"]),
    ],
  },
  {
    segment: "season_only",
    at: "2024-12-05T12:00",
    in: [
      who("one season", ["2023-11-20 20"], "2043-11-20T12:00"),
      who(
        "back for the third",
        ["2022-11-10 20", "2023-11-24 20", "2024-11-06 20"],
        "2024-12-06T12:00",
      ),
      who(
        "four of five orders",
        ["2021-11-05 9", "2022-11-05 9", "2022-11-06 9", "2023-11-07 9", "2023-08-01 9"],
        "2043-11-07T12:00",
      ),
    ],
    out: [
      who("three of four orders", ["2021-11-05 9", "2022-11-05 9", "2022-11-06 9", "2023-08-01 9"]),
      who(
        "once in spring, until nine months ago",
        [...times(4, "2023-11-07 9"), "2024-03-20 9"],
        "2024-12-20T12:00",
      ),
      who(
        "back 30 days ago, until known as faithful again",
        ["2023-11-20 9", "2024-11-05 9"],
        "2025-08-05T12:00",
      ),
      who("here for the first time", ["2024-11-20 20"], "2025-08-20T12:00"),
    ],
  },
  {
    segment: "season_only_sure",
    at: "2024-12-05T12:00",
    in: [
      who("two seasons", ["2022-11-10 20", "2023-11-24 20"], "2043-11-24T12:00"),
      who(
        "back for the third",
        ["2022-11-10 20", "2023-11-24 20", "2024-11-06 20"],
        "2024-12-06T12:00",
      ),
      who("three", ["2021-11-30 9", "2022-11-10 9", "2023-11-01 9"], "2043-11-01T12:00"),
    ],
    out: [
      who("one season", ["2023-11-20 20", "2023-11-21 20"]),
      who("one season and now", ["2023-11-20 20", "2024-11-06 20"], "2025-08-06T12:00"),
      who("two seasons of four orders", [
        "2022-11-05 9",
        ...times(2, "2023-11-07 9"),
        "2023-08-01 9",
      ]),
    ],
  },
  {
    segment: "discount_driven",
    in: [
      who(
        "two discounted orders",
        ["2022-07-01 20 off=1", "2024-06-01 20 off=1"],
        "2024-07-01T12:00",
      ),
      who(
        "five of seven lines",
        ["2022-07-01 70 lines=7 off=5", "2024-06-01 1 off=1"],
        "2024-07-01T12:00",
      ),
      who(
        "three of four lines",
        ["2023-01-01 30 lines=3 off=3", "2023-02-01 10"],
        "2025-01-01T12:00",
      ),
    ],
    out: [
      who("one order", ["2024-06-01 20 lines=2 off=2"]),
      who("every second one", ["2022-07-01 20", "2024-06-01 20 off=1"]),
      who(
        "three of five until the two have left",
        ["2022-07-01 20 lines=2", "2024-06-01 30 lines=3 off=3"],
        "2024-07-01T12:00",
      ),
      who("one dear line decides alone", ["2023-07-01 100 off=1", "2024-06-01 1 off=1"]),
    ],
  },
  {
    segment: "full_price",
    in: [
      who("seven lines", ["2022-07-01 10", "2024-06-01 60 lines=6"], "2024-07-01T12:00"),
      who(
        "two of thirty discounted",
        ["2023-01-01 290 lines=29 off=2", "2023-02-01 10"],
        "2025-01-01T12:00",
      ),
      who("ten lines", ["2023-01-01 40 lines=4", "2024-01-01 60 lines=6"], "2025-01-01T12:00"),
    ],
    out: [
      who("six lines", ["2023-07-01 10", "2024-06-01 50 lines=5"]),
      who("one order", ["2024-06-01 100 lines=10"]),
      who(
        "one of ten, until it leaves",
        ["2022-07-01 10 off=1", "2024-06-01 90 lines=9"],
        "2024-07-01T12:00",
      ),
      who("one dear line and six cheap ones", ["2023-07-01 10", "2024-06-01 110 lines=6 dear=50"]),
    ],
  },
];
