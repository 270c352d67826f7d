/**
 * Web pages of any origin may send: what lets them is the write key, which stands in every page.
 * Nothing here is answered for a browser's cookies, except a visitor's own id (`visitor-id.ts`).
 */
import type { FastifyInstance } from "fastify";

/** What the browser clients of Segment and RudderStack and the snippet add to a request. */
const HEADERS = "authorization, content-type, anonymousid, sentat, x-retry-count";

/** Chromium keeps an answer for two hours at most, Firefox for a day. */
const MAX_AGE_S = 86_400;

export function allowOrigins(app: FastifyInstance): void {
  app.addHook("onRequest", async (_request, reply) => {
    reply.header("access-control-allow-origin", "*");
    reply.header("access-control-expose-headers", "retry-after");
  });
  app.options("/*", async (_request, reply) => {
    reply
      .code(204)
      .header("access-control-allow-methods", "GET, POST")
      .header("access-control-allow-headers", HEADERS)
      .header("access-control-max-age", MAX_AGE_S);
  });
}
