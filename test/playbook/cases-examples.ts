/** The examples, 0 to 3. */

import { type Table, who } from "./case.js";

const SHOES = "category=running_shoes launched=2024-05-01";
const FAN = "2024-03-01 200 department=footwear";
const LOOK = `2024-06-14 viewed p1 ${SHOES}`;
const WOMAN = "2024-01-01 identified gender=female";
const CLICK = "2024-05-01 message_clicked theme=gift";
const ADOPTER = [
  "2024-04-20 100 department=women launched=2024-04-01",
  "2024-04-21 100 department=men launched=2024-04-01",
];
const NEWEST = "2024-06-10 viewed p1 launched=2024-05-01";

export const EXAMPLES: readonly Table[] = [
  {
    segment: "example_opening",
    in: [
      who("in one order", ["2024-06-14 168 department=women"], "2024-06-21T12:00"),
      who(
        "half of the money",
        ["2024-01-01 100 department=men", "2024-06-10 100 department=women"],
        "2024-06-17T12:00",
      ),
      who(
        "the order of last week was something else",
        ["2024-01-01 200 department=women", "2024-06-10 10 department=men"],
        "2024-06-17T12:00",
      ),
    ],
    out: [
      who("7 days ago", ["2024-06-08 168 department=women"]),
      who("a cent below the top", ["2024-06-14 167.99 department=women"]),
      who("a little less than half", [
        "2024-06-10 99 department=women",
        "2024-06-11 101 department=men",
      ]),
    ],
  },
  {
    segment: "example_footwear_fans",
    in: [
      who("looked yesterday", [FAN, LOOK], "2024-06-21T12:00"),
      who(
        "looked two weeks ago, back since",
        [FAN, `2024-06-01 viewed p1 ${SHOES}`, "2024-06-14 page"],
        "2024-06-21T12:00",
      ),
      who("a year ago", ["2023-06-16 200 department=footwear", LOOK], "2024-06-16"),
      who(
        "two fifths of the money",
        ["2024-03-01 80 department=footwear", "2024-03-01 120 department=men", LOOK],
        "2024-06-21T12:00",
      ),
    ],
    out: [
      who("more than a year ago", ["2023-06-15 200 department=footwear", LOOK]),
      who("not churned yet", ["2024-03-08 200 department=footwear", LOOK], "2024-06-17"),
      who("an old collection", [
        FAN,
        "2024-06-14 viewed p1 category=running_shoes launched=2024-03-13",
      ]),
      who("other shoes", [FAN, "2024-06-14 viewed p1 category=boots launched=2024-05-01"]),
      who("not back since", [FAN, `2024-06-08 viewed p1 ${SHOES}`]),
      who("less than two fifths", [
        "2024-03-01 79 department=footwear",
        "2024-03-01 121 department=men",
        LOOK,
      ]),
    ],
  },
  {
    segment: "example_gift_givers",
    in: [
      who("a woman", [WOMAN, "2024-04-20 40 department=men lines=4 off=3", CLICK], "2024-07-30"),
      who(
        "shops women's for herself",
        ["2024-04-20 20 department=women off=1", "2024-04-20 20 department=men off=1 gift", CLICK],
        "2024-07-30",
      ),
      who(
        "below the usual price",
        [WOMAN, "2024-04-20 40 department=men lines=2 usual=40", CLICK],
        "2024-07-30",
      ),
    ],
    out: [
      who("no answer", [
        WOMAN,
        "2024-04-20 40 department=men lines=4 off=3",
        "2024-05-01 delivered theme=gift",
      ]),
      who("half of the pieces", [WOMAN, "2024-04-20 40 department=men lines=4 off=2", CLICK]),
      who("a compare-at price of long ago", [
        WOMAN,
        "2024-04-20 40 department=men lines=4 compare=20 since=2024-01-01",
        CLICK,
      ]),
      who("nobody knows who", ["2024-04-20 40 department=men lines=4 off=3", CLICK]),
      who("top tier", [WOMAN, "2024-04-20 168 department=men lines=4 off=3", CLICK]),
    ],
  },
  {
    segment: "example_early_adopters",
    in: [
      who("two departments", [...ADOPTER, NEWEST], "2024-06-24T12:00"),
      who(
        "half of the money is of new things",
        [
          "2024-04-20 100 department=women launched=2024-03-21T12:00",
          "2024-04-21 100 department=men launched=2020-01-01",
          NEWEST,
        ],
        "2024-06-24T12:00",
      ),
      who(
        "four stars, and a complaint that was settled",
        [
          ...ADOPTER,
          NEWEST,
          "2024-05-01 reviewed rating=4",
          "2024-05-01 complaint_opened",
          "2024-05-02 complaint_closed",
        ],
        "2024-06-24T12:00",
      ),
    ],
    out: [
      who(
        "three stars, until they are 90 days old",
        [...ADOPTER, NEWEST, "2024-03-20 reviewed rating=3"],
        "2024-06-18T12:00",
      ),
      who("an open complaint", [...ADOPTER, NEWEST, "2024-05-01 complaint_opened"]),
      who("sent something back", [...ADOPTER, NEWEST, "2024-05-20 9 back=3"]),
      who("one department", ["2024-04-20 200 department=women launched=2024-04-01", NEWEST]),
      who("looked at an old collection", [...ADOPTER, "2024-06-10 viewed p1 launched=2024-03-09"]),
      who("bought more than 30 days after the launch", [
        "2024-04-20 100 department=women launched=2024-03-21T11:59",
        "2024-04-21 101 department=men launched=2020-01-01",
        NEWEST,
      ]),
    ],
  },
  {
    segment: "example_orders",
    in: [
      who(
        "three days of orders, just the top tier",
        ["2023-01-01 56", "2024-01-01 56", "2024-06-14 56"],
        "2024-06-21T12:00",
      ),
      who(
        "nearly a week ago",
        ["2023-01-01 90", "2024-01-01 90", "2024-06-08T12:01 9"],
        "2024-06-15T12:01",
      ),
      who("two last week", ["2023-01-01 90", "2024-06-10 90", "2024-06-11 9"], "2024-06-18T12:00"),
    ],
    out: [
      who("a week ago", ["2023-01-01 90", "2024-01-01 90", "2024-06-08 9"]),
      who("two days of orders", ["2024-01-01 90", "2024-01-01 90", "2024-06-14 9"]),
      who("a cent below the top", ["2023-01-01 55.99", "2024-01-01 56", "2024-06-14 56"]),
    ],
  },
];
