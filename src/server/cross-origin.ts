/**
 * Web pages of any origin may send: what lets them is the write key, which stands in every page.
 * Nothing here is answered for a browser's cookies, except a visitor's own id (`visitor-id.ts`).
 */
import type { FastifyInstance } from "fastify";

/** Names of headers with commas between them, no more than a client would have. */
const HEADER_NAMES = /^[\w-]+( ?, ?[\w-]+){0,49}$/;

/** Chromium keeps an answer for two hours at most, Firefox for a day. */
const MAX_AGE_S = 86_400;

export function allowOrigins(app: FastifyInstance): void {
  app.addHook("onRequest", async (_request, reply) => {
    reply.header("access-control-allow-origin", "*");
    reply.header("access-control-expose-headers", "retry-after");
  });
  // Whatever headers a client asks for: RudderStack's has some that only a retry brings, and one that
  // is not allowed would lose the message.
  app.options("/*", async (request, reply) => {
    const asked = request.headers["access-control-request-headers"] ?? "";
    reply
      .code(204)
      .header("access-control-allow-methods", "GET, POST")
      .header("access-control-max-age", MAX_AGE_S)
      .header("vary", "access-control-request-headers");
    if (HEADER_NAMES.test(asked)) reply.header("access-control-allow-headers", asked);
  });
}
