/** `GET /tessera.js`: the browser snippet (sdk/README.md), as the build has made it. */
import { createHash } from "node:crypto";
import type { FastifyInstance } from "fastify";
import type { ServerParts } from "../parts.js";

/** A page that is loaded again within an hour asks for nothing; after that 304 mostly. */
const MAX_AGE_S = 3600;

export async function snippetRoutes(app: FastifyInstance, { snippet }: ServerParts): Promise<void> {
  const etag = `"${createHash("sha256").update(snippet).digest("base64url").slice(0, 20)}"`;
  app.get("/tessera.js", async (request, reply) => {
    reply
      .header("etag", etag)
      .header("cache-control", `public, max-age=${MAX_AGE_S}`)
      .header("x-content-type-options", "nosniff");
    if (request.headers["if-none-match"] === etag) return reply.code(304).send();
    return reply.type("text/javascript; charset=utf-8").send(snippet);
  });
}
