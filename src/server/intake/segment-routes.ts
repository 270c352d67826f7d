/**
 * Segment's HTTP API, with the short paths of its browser library and the variants of
 * RudderStack's clients. What parses is answered 200, once the log has it durably: a client can do
 * nothing about a message that is refused later, and RudderStack's node client would end the
 * shop's process. So a message's content is the projection's matter, and here only the body is
 * read, the key checked, and every message logged as it was sent.
 */
import { isIP } from "node:net";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { OverLimit } from "../http-errors.js";
import { requireKey } from "../keys/request-keys.js";
import type { ServerParts } from "../parts.js";
import { instantOf, MAX_BODY_BYTES, readBody } from "./request-body.js";

/** It is kept with each message; 5,000 small ones with a header of 16 kB would be 80 MB. */
const MAX_USER_AGENT = 500;

/** Path -> what a single message is that does not say; undefined: it says, or they are a batch. */
const TYPES: Readonly<Record<string, string | undefined>> = {
  "/v1/track": "track",
  "/v1/identify": "identify",
  "/v1/page": "page",
  "/v1/screen": "screen",
  "/v1/group": "group",
  "/v1/alias": "alias",
  "/v1/batch": undefined,
  "/v1/import": undefined,
  "/v1/t": "track",
  "/v1/i": "identify",
  "/v1/p": "page",
  "/v1/s": "screen",
  "/v1/g": "group",
  "/v1/a": "alias",
  "/v1/b": undefined,
  "/beacon/v1/batch": undefined,
};

export async function segmentRoutes(app: FastifyInstance, parts: ServerParts): Promise<void> {
  for (const [path, type] of Object.entries(TYPES)) {
    const options = { bodyLimit: MAX_BODY_BYTES };
    app.post(path, options, async (request) => {
      await take(request, type, parts);
      return { success: true };
    });
  }
  // Segment's browser library reports here on itself, which nobody asked for.
  app.post("/v1/m", async () => ({ success: true }));
}

async function take(
  request: FastifyRequest,
  type: string | undefined,
  { keys, throttle, log, metrics }: ServerParts,
): Promise<void> {
  const begun = performance.now();
  const receivedAt = Date.now();
  const { messages, writeKey, sentAt } = await readBody(request.body, type);
  const key = await requireKey(keys, "write", request, [writeKey]);
  if (key.perSecond !== null) {
    const seconds = throttle.wait(key.id, key.perSecond, messages.length);
    if (seconds > 0) throw new OverLimit(seconds);
  }
  const common = {
    format: "segment",
    keyId: key.id,
    receivedAt,
    sentAt: sentAt ?? instantOf(request.headers.sentat),
    // A proxy on this machine may pass on any text for it.
    ip: isIP(request.ip) === 0 ? undefined : request.ip,
    userAgent: request.headers["user-agent"]?.slice(0, MAX_USER_AGENT),
  };
  await log.append(messages.map((body) => ({ ...common, body })));
  metrics.acknowledged(messages.length, (performance.now() - begun) / 1000);
}
