/**
 * What the questions about many people print with `--json`: a part of `schemas.ts`, which says what
 * amounts, instants and shares are.
 */

import { z } from "zod";

const count = z.int().nonnegative();
const instant = z.iso.datetime();

const averageOrder = z
  .number()
  .nullable()
  .describe("net revenue per kept order of the 365 days before `asOf`; null = no orders");
const lacks = z
  .array(z.object({ segment: z.string(), needs: z.array(z.string()) }))
  .describe("segments in the question for which the store has no facts: nobody can be in them");

export const segmentsAnswer = z.object({
  asOf: instant,
  people: count,
  limits: z
    .array(
      z.object({
        name: z.string(),
        value: z.number().nullable().describe("null = the store's own text is no plain number"),
        from: z.string().describe("`default`, `calibration`, or the file that sets it"),
      }),
    )
    .describe("what somebody is new, overdue, churned, ... by (docs/calibration.md)"),
  thin: z
    .array(z.object({ text: z.string(), n: count.describe("of how many it is taken") }))
    .describe("percentiles that are taken of too few to rely on; the fewest first"),
  segments: z.array(
    z.object({
      key: z.string().describe("its name in the language"),
      name: z.string().describe("its title"),
      family: z.boolean().describe("one for each value of something; `breakdown` shows its values"),
      size: count.describe("people; of a family, people with at least one argument"),
      share: z.number().min(0).max(1).describe("of all people"),
      revenue12m: z.number().describe("net revenue of its people in the 365 days before `asOf`"),
      available: z.boolean().describe("false when facts that it needs are absent from the store"),
      needs: z.array(z.string()).describe("the kinds of facts that are absent"),
      group: z.string().describe("what it is listed under"),
      partOf: z.string().nullable().describe("the segment that it is a part of"),
      overrides: z.string().nullable().describe("the file whose definition it replaces"),
      averageOrder,
      trend: z
        .object({
          since: instant.describe("the refresh that is compared with"),
          difference: z.int().describe("people now less people then"),
          entered: count
            .nullable()
            .describe("null of families, and where the store was not refreshed at `asOf`"),
          left: count.nullable(),
        })
        .nullable()
        .describe("null where there is no refresh before, or it meant something else then"),
      claimed: count
        .nullable()
        .describe("of its people, those whom a segment earlier in the value order has"),
    }),
  ),
});

export const crossAnswer = z.object({
  asOf: instant,
  people: count.describe("all people, before the first condition"),
  steps: z
    .array(
      z.object({
        expr: z.string(),
        size: count.describe("people for whom it and all conditions before it hold"),
        revenue: z.number().describe("their net revenue in the 365 days before `asOf`"),
        averageOrder,
      }),
    )
    .describe("one for each condition, in the order given"),
  combinations: z
    .array(
      z.object({
        holds: z.array(z.boolean()).describe("by condition, in the order given"),
        exactly: count.describe("people for whom just these hold, and no other of them"),
        atLeast: count.describe("people for whom these hold, and maybe others"),
        revenue: z.number().describe("of those in `exactly`"),
        averageOrder,
      }),
    )
    .nullable()
    .describe("every combination, most people first; null for one condition, and for over eight"),
  lacks,
});

export const breakdownAnswer = z.object({
  asOf: instant,
  everyone: count.describe("all people"),
  people: count.describe("people for whom the condition holds"),
  revenue: z.number().describe("their net revenue in the 365 days before `asOf`"),
  families: z
    .array(z.string())
    .describe(
      "those of `--by` that are families: a person counts in the row of each of their values",
    ),
  rows: z.array(
    z.object({
      values: z
        .array(
          z.object({
            text: z.string().nullable().describe("null = missing; of a family: none"),
            from: z.number().nullable().describe("a bucket of numbers: from <= x < to"),
            to: z.number().nullable(),
          }),
        )
        .describe("one for each `--by`, in the order given"),
      people: count.describe("of the condition"),
      share: z.number().describe("of the people of the condition"),
      revenue: z.number().describe("their net revenue in the 365 days before `asOf`"),
      averageOrder,
      index: z.number().describe("100 = as frequent as among everyone"),
    }),
  ),
  others: count.describe(
    "people of the condition in rows beyond `--limit`, each as often as they stand there",
  ),
  lacks,
});

export const overlapAnswer = z.object({
  asOf: instant,
  people: count.describe("all people"),
  groups: z.array(
    z.object({ expr: z.string(), size: count, share: z.number().describe("of all people") }),
  ),
  pairs: z
    .array(
      z.object({
        a: z.string(),
        b: z.string(),
        both: count.describe("people in both"),
        shareOfA: z.number().describe("of the people of `a`, those who are in `b` too"),
        shareOfB: z.number(),
        jaccard: z.number().describe("both / either; 1 = the same people"),
        lift: z
          .number()
          .describe("how many times more than if they had nothing to do with each other"),
      }),
    )
    .describe("pairs of groups that both have people, in the order of `--sort`"),
  lacks,
});

const differingShare = z.number().nullable().describe("of its people; null = nobody");
export const compareAnswer = z.object({
  asOf: instant,
  a: z.object({ expr: z.string(), size: count }),
  b: z.object({ expr: z.string(), size: count }),
  onlyA: count,
  both: count,
  onlyB: count,
  differences: z
    .array(
      z.object({
        attribute: z.string(),
        value: z
          .string()
          .nullable()
          .describe("of a classification; null: `a` and `b` are medians of a number"),
        a: z.number().nullable().describe("median, or share of its people; null = of nothing"),
        b: z.number().nullable(),
        knownA: differingShare.describe("share of its people who have a value"),
        knownB: differingShare,
        standardised: z
          .number()
          .describe("difference of means or shares in standard deviations, -2 to 2"),
      }),
    )
    .describe("greatest standardised difference first"),
  lacks,
});

export const historyAnswer = z.object({
  expr: z.string(),
  points: z.array(
    z.object({
      at: instant,
      size: count,
      people: count.describe("all people then"),
      entered: count.nullable().describe("since the point before; null of the first"),
      left: count.nullable(),
      source: z.enum(["log", "evaluated"]),
      lacks: lacks.describe("segments in the question for which the store had no facts then"),
    }),
  ),
  lacks,
});
