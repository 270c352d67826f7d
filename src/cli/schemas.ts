/**
 * What every command prints with `--json`: one document on the standard output, also when it fails.
 * `docs/cli.md` shows these schemas; a test holds the two equal and runs every command against its
 * own. Amounts are in the store's currency, instants ISO 8601 in UTC, shares between 0 and 1.
 */

import { z } from "zod";
import { importAnswer, proposalAnswer, rejectsAnswer } from "./import-schemas.js";
import {
  consentsAnswer,
  eraseAnswer,
  erasuresAnswer,
  explainAnswer,
  explainPairAnswer,
  explainRulesAnswer,
  exportPersonAnswer,
  identityAnswer,
  peopleAnswer,
  personAnswer,
  requestsAnswer,
} from "./person-schemas.js";
import {
  breakdownAnswer,
  compareAnswer,
  crossAnswer,
  historyAnswer,
  overlapAnswer,
  segmentsAnswer,
} from "./report-schemas.js";
import { keyAnswer, keysAnswer, newKeyAnswer, serveAnswer } from "./server-schemas.js";
import { startAnswer } from "./start-schema.js";

const count = z.int().nonnegative();
const instant = z.iso.datetime();

const refreshAnswer = z.object({
  asOf: instant,
  people: count.describe("people with any fact known then"),
  segments: count.describe("segments and families that were evaluated"),
  entered: count.describe("memberships that began since the refresh before"),
  left: count.describe("memberships that ended"),
  expired: count.describe("visitors who were erased, by `retention.anonymous_days`"),
  rehearsal: z
    .boolean()
    .describe("true when `asOf` lies before the refresh before: the membership log stays as it is"),
  statistics: z
    .array(
      z.object({
        text: z.string().describe("the percentile, as the language writes it"),
        value: z.number().nullable().describe("null = a percentile of nothing"),
        n: count.describe("values that it is taken of"),
        thin: z.boolean().describe("true = too few values to rely on"),
      }),
    )
    .describe("the percentiles that are now frozen"),
  elapsedMs: count,
});

const countAnswer = z.object({
  count: count.describe("people for whom the condition holds"),
  people: count.describe("all people"),
  asOf: instant,
});

const sqlAnswer = z.object({
  sql: z.string().describe("the statement; `{name:Type}` are its bound parameters"),
  parameters: z
    .record(z.string(), z.unknown())
    .describe("values that come from the text; `now`, `known` and `zone` come with each run"),
});

const diagnostic = z.object({
  severity: z.enum(["error", "warning"]),
  code: z.string(),
  message: z.string(),
  hint: z.string().nullable(),
  file: z.string().nullable(),
  line: z.int().positive(),
  column: z.int().positive(),
});

const checkAnswer = z.object({
  ok: z.boolean().describe("false when there is an error; warnings do not count"),
  files: z.array(z.string()),
  segments: count.describe("segments and families that these files declare"),
  attributes: count.describe("attributes that they declare"),
  diagnostics: z.array(diagnostic),
});

const testAnswer = z.object({
  ok: z.boolean(),
  passed: count,
  failed: count,
  tests: z.array(
    z.object({
      name: z.string(),
      file: z.string(),
      line: z.int().positive(),
      on: z.enum(["history", "store"]).describe("what it was run on"),
      failures: z.array(z.string()).describe("what differs, a sentence each; none = as expected"),
    }),
  ),
});

const demoAnswer = z.object({
  folder: z.string(),
  made: z.boolean().describe("false when it was there already, just so"),
  people: count,
  seed: count,
  until: instant.describe("the end of its history"),
  facts: count.describe("rows of all kinds, later versions of orders and lines included"),
  orders: count,
  lines: count,
  events: count,
  products: count,
  truth: z.string().describe("the file that says what is true of each person by construction"),
  seconds: z.number().nullable().describe("how long it took; null when nothing was made"),
});

const definition = z.object({
  name: z.string().describe("with its parameters"),
  title: z.string().describe("of a segment"),
  about: z.string().describe("the comment above its declaration"),
  file: z.string().nullable(),
  overrides: z.string().nullable().describe("the file whose definition it replaces"),
  text: z.string().describe("its declaration"),
});

const attributesAnswer = z.object({
  sources: z.array(
    z.object({
      name: z.string(),
      about: z.string(),
      fields: z.array(z.string()),
    }),
  ),
  attributes: z.array(definition),
  families: z.array(definition).describe("of a name that is given, the segment of that name too"),
});

const share = z.number();

const hygieneAnswer = z.object({
  asOf: instant,
  people: count.describe("all people"),
  lines: count.describe("lines of kept orders"),
  revenue: z.number().describe("net of these lines and of refunds"),
  groups: z.array(
    z.object({
      key: z.string().describe("its name in hygiene.yaml; docs/hygiene.md describes each"),
      title: z.string(),
      rule: z.string().describe("who or what is found"),
      effect: z
        .enum(["left out", "left out once confirmed", "identifies nobody", "reported"])
        .describe("what follows from being found"),
      off: z.boolean().describe("true = switched off in hygiene.yaml, nothing was looked for"),
      found: count.describe("people, identifiers, products or orders, by group"),
      people: count.describe("people whom it touches"),
      lines: count.describe("lines of these people; of faulty records the lines themselves"),
      revenue: z.number().describe("net of these lines, and refunds of these people"),
      share: z
        .object({ people: share, lines: share, revenue: share })
        .describe("of the store's; revenue can be negative or above 1 where refunds are many"),
      examples: z
        .array(
          z.object({
            member: z.string().describe("as hygiene.yaml names it"),
            reason: z.string(),
          }),
        )
        .describe("at most five, those with the most revenue or lines first"),
    }),
  ),
  applied: z
    .object({
      marked: count.describe("people who are left out, or released, from now on"),
      unmarked: count.describe("people of whom that no longer holds"),
    })
    .nullable()
    .describe("what `--apply` did"),
  proposal: z.string().nullable().describe("the file that `--propose` wrote"),
});

const settingsAnswer = z.object({
  settings: z.array(
    z.object({
      key: z.string().describe("as docs/settings.md lists them, and `hygiene.GROUP`"),
      about: z.string(),
      unit: z.string().describe('"" where it has none'),
      value: z.unknown().describe("as tessera.yaml would say it; null = nothing is said"),
      default: z.unknown(),
      from: z.string().describe("`default`, or the file of the data folder that says so"),
      effects: z
        .array(z.string())
        .nullable()
        .describe("what it does to this store, in sentences; null without `--explain` or a store"),
    }),
  ),
});

const size = { before: count, after: count, entered: count, left: count };

const calibrateAnswer = z.object({
  asOf: instant,
  counted: z.enum(["order", "activity"]).describe("activity: the events that the settings name"),
  people: count.describe("people with an order, or with activity"),
  period: z
    .object({ from: z.iso.date(), to: z.iso.date() })
    .describe("local dates of the first order and of `asOf`"),
  version: z.int().nullable().describe("the accepted version that was in force; null before one"),
  accepted: z.int().nullable().describe("the version that `--accept` wrote; null if none"),
  limits: z
    .array(
      z.object({
        name: z.string().describe("attribute of the playbook; docs/calibration.md describes each"),
        inForce: z.number().nullable().describe("null = the store's own text is no plain number"),
        from: z.string().describe("`default`, `calibration`, or the file that sets it"),
        proposed: z
          .number()
          .nullable()
          .describe("the store's own figure; null = too little history"),
        interval: z.array(z.number()).length(2).nullable().describe("95 %: from, to"),
        n: count.describe("of how many it is taken"),
        counted: z.enum(["people", "gaps"]).describe("what `n` counts"),
        default: z.number().describe("the playbook's"),
        lacks: z.string().nullable().describe("what is missing for a figure, in words"),
      }),
    )
    .describe("what somebody is new, overdue, churned, frequent or waiting for discounts by"),
  returns: z
    .object({
      limitDays: z.number(),
      times: count.describe("how often anybody had no order for longer, so far"),
      returned: count.describe("how many of these times ended with one"),
    })
    .nullable()
    .describe("how final it is to be churned, at the proposed limit; null if that is no number"),
  notes: z.array(z.string()).describe("what somebody who accepts should know, in sentences"),
  percentiles: z
    .array(
      z.object({
        text: z.string(),
        was: z.number().nullable().describe("when the version in force was accepted"),
        value: z.number().nullable().describe("as of `asOf`"),
        n: count,
        thin: z.boolean(),
      }),
    )
    .describe("taken anew by every refresh; nothing is to be accepted"),
  effect: z
    .array(z.object({ name: z.string().describe("a segment, or `stage is churned`"), ...size }))
    .describe("who would enter and leave; those that do not change are left out"),
});

/** By command. */
export const answerSchemas = {
  import: importAnswer,
  "import --propose": proposalAnswer,
  serve: serveAnswer,
  rejects: rejectsAnswer,
  "keys create": newKeyAnswer,
  "keys list": keysAnswer,
  "keys revoke": keyAnswer,
  hygiene: hygieneAnswer,
  refresh: refreshAnswer,
  segments: segmentsAnswer,
  count: countAnswer,
  cross: crossAnswer,
  breakdown: breakdownAnswer,
  overlap: overlapAnswer,
  compare: compareAnswer,
  history: historyAnswer,
  people: peopleAnswer,
  person: personAnswer,
  consents: consentsAnswer,
  identity: identityAnswer,
  "export-person": exportPersonAnswer,
  erase: eraseAnswer,
  "erase --list": erasuresAnswer,
  requests: requestsAnswer,
  explain: explainAnswer,
  "explain PERSON": explainRulesAnswer,
  "explain SEGMENT SEGMENT": explainPairAnswer,
  sql: sqlAnswer,
  check: checkAnswer,
  test: testAnswer,
  attributes: attributesAnswer,
  settings: settingsAnswer,
  start: startAnswer,
  demo: demoAnswer,
  calibrate: calibrateAnswer,
} as const;

/** Any command whose input has a fault (exit code 1). */
export const faultsSchema = z.object({ diagnostics: z.array(diagnostic) });

/** Any command that could not do its work (exit code 1 for `input.*`, else 2). */
export const errorSchema = z.object({
  error: z.object({
    code: z.string().describe("see docs/errors.md"),
    message: z.string(),
    hint: z.string().nullable(),
  }),
});

export type CommandName = keyof typeof answerSchemas;
export type Answers = { readonly [C in CommandName]: z.infer<(typeof answerSchemas)[C]> };
export type FaultJson = z.infer<typeof diagnostic>;
