/** What `serve` and `keys` print with `--json`. */
import { z } from "zod";

export const serveAnswer = z
  .object({
    address: z.url().describe("where it takes events"),
    folder: z.string(),
    writeKey: z
      .string()
      .nullable()
      .describe("the first write key, made and shown only now; null where there is one already"),
    processId: z.int(),
    fault: z
      .string()
      .nullable()
      .describe("why messages that are taken do not become facts; null where they do"),
  })
  .describe("printed when the server listens");

export const keyAnswer = z.object({
  id: z.string().describe("its first characters"),
  kind: z.enum(["write", "secret"]),
  name: z.string().describe("what it is for"),
  perSecond: z.int().nullable().describe("messages that it may send; null = no limit"),
  createdAt: z.iso.datetime(),
  revokedAt: z.iso.datetime().nullable().describe("null = in force"),
});

export const newKeyAnswer = keyAnswer.extend({ key: z.string().describe("shown only now") });

export const keysAnswer = z.object({ keys: z.array(keyAnswer).describe("oldest first") });
