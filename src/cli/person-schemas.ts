/**
 * What the questions about single people print with `--json`: a part of `schemas.ts`.
 */

import { z } from "zod";

const count = z.int().nonnegative();
const instant = z.iso.datetime();
const scalar = z.union([z.number(), z.string(), z.boolean(), z.null()]);

export const peopleAnswer = z.object({
  asOf: instant,
  total: count.describe("people for whom the condition holds"),
  given: count.describe("of these, those in `people` or in the file: at most `--limit`"),
  columns: z
    .array(
      z.object({
        name: z.string(),
        type: z.enum(["number", "text", "boolean", "moment", "duration"]),
      }),
    )
    .describe("identifiers, then the columns asked for; durations are milliseconds"),
  people: z
    .array(z.record(z.string(), scalar))
    .describe("values by column, null = missing; at most 1,000 without `--limit`"),
  file: z.string().nullable().describe("the file that was written instead"),
});

export const explainAnswer = z.object({
  person: z.string().describe("the person's own 64-bit id, in decimal"),
  segment: z.string(),
  asOf: instant,
  member: z.boolean(),
  dueAt: instant.nullable().describe("when the answer could next change by the clock alone"),
  conditions: z
    .array(
      z.object({
        text: z.string().describe("`any of`, `all of`: of the parts that follow, one deeper"),
        depth: count.describe(
          "0 = must hold with the others of 0; the parts of one follow it, one deeper",
        ),
        type: z
          .enum(["number", "text", "boolean", "moment", "duration"])
          .nullable()
          .describe("of both sides; null = it has no sides"),
        value: scalar.describe(
          "its left side; of a classification the person's; null = missing, or no single value; durations are milliseconds",
        ),
        threshold: scalar.describe("its right side"),
        holds: z.boolean(),
        dueAt: instant.nullable().describe("when it could next change; null = never by the clock"),
      }),
    )
    .describe(
      "the conditions that the segment is made of, in reading order; long named ones without parts",
    ),
});

const ruled = { key: z.string(), reason: z.string() };
const contestOf = <Shape extends z.ZodRawShape>(winner: z.ZodObject<Shape>) =>
  z.object({
    winner: winner.nullable().describe("null = nobody"),
    losers: z.array(z.object(ruled)),
  });
const contest = contestOf(z.object(ruled));

const decision = {
  guards: z
    .array(
      z.object({
        key: z.string(),
        guard: z.string().describe("its name, as G1"),
        blocks: z.array(z.string()).describe("the channels that it shuts, or `all`"),
        reason: z.string(),
      }),
    )
    .describe("what goes before all other rules"),
  message: contestOf(
    z.object({ ...ruled, channels: z.array(z.string()).describe("those that no guard shuts") }),
  ).describe("whose message is sent"),
  value: contest.describe("as whom the person is treated, by the value order"),
  cap: contestOf(
    z.object({
      ...ruled,
      level: z.enum(["L0", "L1", "L2", "L3", "L4", "L5"]),
      text: z.string().describe("the whole note"),
    }),
  ).describe("how much may be added to the public price"),
};

const membership = z.object({
  key: z.string().describe("of a family with its argument"),
  segment: z.string(),
  argument: z.string().describe("empty but for families"),
  name: z.string().describe("its title"),
  group: z.string(),
  dueAt: instant.nullable().describe("the earliest instant at which the clock alone can end it"),
});

const consentStatus = z
  .enum(["granted", "denied", "pending"])
  .describe("pending = asked for, not confirmed yet");
const said = z.string().nullable();

export const consentsAnswer = z.object({
  person: z.string().describe("the person's own 64-bit id, in decimal"),
  asOf: instant,
  statements: z
    .array(
      z.object({
        at: instant,
        knownAt: instant,
        channel: z.string(),
        purpose: z.string(),
        status: consentStatus,
        by: z.string().describe("the trait that says so, or `unsubscribed`"),
        source: z.string().describe("the system that said so"),
        basis: said,
        wording: said.describe("version of the text that was agreed to"),
        ip: said,
        country: said,
        confirmedAt: said.describe("when a second message was answered, as its source wrote it"),
      }),
    )
    .describe("in order of time; nothing is ever replaced"),
});

export const personAnswer = z.object({
  person: z.string().describe("the person's own 64-bit id, in decimal"),
  asOf: instant,
  identifiers: z.array(
    z.object({
      kind: z.string(),
      value: z.string(),
      since: instant.nullable().describe("since when it is this person's; null = always was"),
      cause: z.string().nullable().describe("why it became so"),
    }),
  ),
  links: z
    .array(
      z.object({
        kind: z.string(),
        value: z.string(),
        with: z.object({ kind: z.string(), value: z.string() }),
        how: z
          .enum(["together", "device", "household", "split", "merge"])
          .describe(
            "named in one record; identified on the device; in common and not identifying; decided",
          ),
        since: instant,
        times: count.describe("records that say so"),
        person: z.string().nullable().describe("whose the other is, where that is somebody else"),
      }),
    )
    .describe("what was seen of these identifiers, and with whom: why they are this person's"),
  consents: z.array(
    z.object({
      channel: z.string(),
      purpose: z.string().describe("bulk, chain, transactional; of a site its own categories"),
      given: z.boolean(),
      status: consentStatus,
      since: instant,
      by: z.string().describe("the trait that says so, or `unsubscribed`"),
    }),
  ),
  memberships: z.array(
    membership.extend({
      since: instant.nullable().describe("by the membership log; null = not in the log"),
      cause: z
        .string()
        .nullable()
        .describe("why it began; `definition` = so it was when first evaluated"),
    }),
  ),
  attributes: z.array(
    z.object({
      name: z.string(),
      type: z.enum(["number", "text", "boolean", "moment", "duration"]),
      value: scalar.describe("null = missing; durations are milliseconds"),
    }),
  ),
  timeline: z.object({
    total: count.describe("facts up to then, lines of orders not counted"),
    facts: z
      .array(
        z.object({
          at: instant,
          knownAt: instant.nullable().describe("when the store knew, where that was later"),
          kind: z.string(),
          text: z.string().describe("in plain words"),
        }),
      )
      .describe("the last `--facts` of them, newest first"),
  }),
});

export const explainRulesAnswer = z.object({
  person: z.string().describe("the person's own 64-bit id, in decimal"),
  asOf: instant,
  memberships: z.array(membership),
  ...decision,
});

export const explainPairAnswer = z.object({
  segments: z.array(z.string()).describe("the two, as they were given"),
  asOf: instant,
  people: z
    .object({ first: count, second: count, both: count })
    .nullable()
    .describe("how many are in them; null of a family without its argument"),
  ...decision,
  elsewhere: z
    .object({
      when: z.array(z.string()).describe("the conditions under which caps hold"),
      ...decision,
    })
    .nullable()
    .describe("what holds where these are not true; null where every cap holds always"),
});

export const identityAnswer = z.object({
  action: z.enum(["split", "merge"]),
  at: instant.describe("from when on it holds"),
  dryRun: z.boolean(),
  moves: z
    .array(
      z.object({
        kind: z.string(),
        value: z.string(),
        from: z.string().describe("the person that it was"),
        to: z.string().describe("the person that it is"),
        facts: count.describe("its own, which move with it"),
      }),
    )
    .describe("identifiers that change hands"),
});

export const exportPersonAnswer = z.object({
  person: z.string(),
  file: z.string(),
  identifiers: count,
  facts: count.describe("every version of every fact"),
  memberships: count.describe("entries into segments and exits from them"),
  messages: count.describe("of the intake log"),
  rejects: count.describe("rows that could not be used"),
});

export const erasuresAnswer = z.object({
  erasures: z
    .array(
      z.object({
        at: instant,
        reason: z.string(),
        people: count,
        identifiers: count,
        facts: count,
      }),
    )
    .describe("the newest first; of whom is kept nowhere"),
});

export const requestsAnswer = z.object({
  requests: z
    .array(
      z.object({
        id: z.string().describe("for `--answered`"),
        asks: z.enum(["erasure", "data", "shop erasure"]),
        of: z.string().describe("an identifier of the person; of a shop its domain"),
        askedAt: instant,
        dueAt: instant.describe("30 days later"),
        answeredAt: instant.nullable().describe("null = open"),
      }),
    )
    .describe("the newest first; an erasure is here until it is done"),
});

export const eraseAnswer = z.object({
  person: z.string().describe("the id that the person had"),
  identifiers: count,
  facts: count,
  messages: count.describe("of the intake log"),
  rejects: count.describe("rows that could not be used"),
  elsewhere: z.array(z.string()).describe("where the person may still be read"),
});
