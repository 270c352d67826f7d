/** What `tessera start` prints with `--json`: a part of `schemas.ts`. */

import { z } from "zod";
import { crossAnswer, segmentsAnswer } from "./report-schemas.js";

const count = z.int().nonnegative();

export const startAnswer = z.object({
  folder: z.string().describe("the demo store"),
  made: z.boolean().describe("false when it was there already"),
  segments: segmentsAnswer,
  examples: z
    .array(
      z.object({
        key: z.string(),
        name: z.string(),
        intent: z.string(),
        needs: z.array(z.string()).describe("facts that the store lacks: then sizes say nothing"),
        people: count.describe("all people, before the first condition"),
        steps: crossAnswer.shape.steps,
      }),
    )
    .describe("the playbook's examples of segments crossed"),
  phases: z.array(z.string()).describe("phases of seasons that `asOf` lies in: november.tease"),
  actions: z
    .array(
      z.object({
        key: z.string(),
        name: z.string(),
        intent: z.string().describe("what speaking to these people is for"),
        channel: z.string().describe("how, without the ways that are shut for all of them"),
        timing: z.string(),
        cap: z.string().describe("how much may be added to the public price"),
        size: count.describe("people of the segment"),
        people: count.describe("those who may be spoken to and are in no action before"),
        averageOrder: z.number().describe("of these people; the store's where they have no orders"),
        worth: z.number().describe("people x averageOrder: an order of each"),
        expr: z.string().describe("the condition that holds for just these people"),
        command: z.string().describe("lists them"),
      }),
    )
    .describe("the most valuable things to do now, the best first"),
  next: z.array(z.object({ what: z.string(), command: z.string() })),
});
