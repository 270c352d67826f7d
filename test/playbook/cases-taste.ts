/** The segments of taste, 17 and 18. */

import { type Table, times, who } from "./case.js";

export const TASTE: readonly Table[] = [
  {
    segment: "affine_category('shoes')",
    in: [
      who(
        "three lines, half of the money",
        ["2023-07-01 30 lines=3 category=shoes", "2024-06-01 30 category=hats"],
        "2024-07-01T12:00",
      ),
      who("three orders", times(3, "2024-06-01 9 category=shoes"), "2025-06-01T12:00"),
      who(
        "more, and a little else",
        ["2023-06-20 40 lines=4 category=shoes", "2024-01-01 9"],
        "2024-06-20T12:00",
      ),
    ],
    out: [
      who("two lines", times(2, "2024-06-01 9 category=shoes")),
      who(
        "below half of the money, until the hat leaves",
        ["2024-06-01 30 lines=3 category=shoes", "2023-07-01 31 category=hats"],
        "2024-07-01T12:00",
      ),
      who("the first one left", [
        "2023-06-15 9 category=shoes",
        ...times(2, "2024-06-01 9 category=shoes"),
      ]),
    ],
  },
  {
    segment: "affine_brand('acme')",
    in: [
      who(
        "three lines, 40 % of the money",
        ["2024-06-01 40 lines=4 brand=acme", "2024-06-02 60"],
        "2025-06-01T12:00",
      ),
      who("three orders", times(3, "2023-06-20 9 brand=acme"), "2024-06-20T12:00"),
      who("nothing else", ["2024-06-01 30 lines=3 brand=acme"], "2025-06-01T12:00"),
    ],
    out: [
      who("two lines", times(2, "2024-06-01 9 brand=acme")),
      who("a little below", ["2024-06-01 39 lines=3 brand=acme", "2024-06-02 61"]),
      who("another one's", times(3, "2024-06-01 9 brand=acmo")),
    ],
  },
  {
    // In Türkiye: Valentine's Day on 14 February, Mother's Day on 12 May, 21 days before each.
    segment: "gift_giver",
    in: [
      who("two gift days", ["2024-01-24 9 gift country=TR", "2024-05-12T23:59 9 gift country=TR"]),
      who("two clicks, 42 days apart", [
        "2024-03-01 message_clicked theme=gift",
        "2024-04-12 message_clicked theme=gift",
      ]),
      who("an order, and a click 42 days later", [
        "2024-02-10 9 gift country=TR",
        "2024-03-23 message_clicked theme=gift",
      ]),
      who("for others", [
        "2023-09-01 20 department=women units=2",
        "2024-02-10 9 department=men country=TR",
        "2024-05-10 9 department=men country=TR",
      ]),
    ],
    out: [
      who("twice for one day", ["2024-02-08 9 gift country=TR", "2024-02-10 9 gift country=TR"]),
      who("once before the run-up", [
        "2024-01-23T23:59 9 gift country=TR",
        "2024-05-10 9 gift country=TR",
      ]),
      who("nothing says that it was a present", [
        "2024-02-10 9 country=TR",
        "2024-05-10 9 country=TR",
      ]),
      who("two clicks, 41 days apart", [
        "2024-03-02 message_clicked theme=gift",
        "2024-04-12 message_clicked theme=gift",
      ]),
      who("scanners clicked", [
        "2024-03-01 message_clicked theme=gift human=no",
        "2024-04-12 message_clicked theme=gift human=no",
      ]),
      who("for others, once", [
        "2023-09-01 20 department=women units=2",
        "2024-02-10 9 department=men country=TR",
        "2024-05-10 9 department=women country=TR",
      ]),
    ],
  },
];
