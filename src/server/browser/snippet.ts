/**
 * `GET /tessera.js`: the browser snippet (sdk/README.md), as the build has made it; packed for whoever
 * takes it so, as browsers do: every page of the shop loads it, and a proxy in front need not pack.
 */
import { createHash } from "node:crypto";
import { constants, gzipSync } from "node:zlib";
import type { FastifyInstance } from "fastify";
import type { ServerParts } from "../parts.js";

/** A page that is loaded again within an hour asks for nothing; after that 304 mostly. */
const MAX_AGE_S = 3600;

export async function snippetRoutes(app: FastifyInstance, { snippet }: ServerParts): Promise<void> {
  const packed = gzipSync(snippet, { level: constants.Z_BEST_COMPRESSION });
  // Weak, because it stands for the packed and for the plain form.
  const etag = `W/"${createHash("sha256").update(snippet).digest("base64url").slice(0, 20)}"`;
  app.get("/tessera.js", async (request, reply) => {
    reply
      .header("etag", etag)
      .header("cache-control", `public, max-age=${MAX_AGE_S}`)
      .header("vary", "accept-encoding")
      .header("x-content-type-options", "nosniff");
    if (request.headers["if-none-match"] === etag) return reply.code(304).send();
    reply.type("text/javascript; charset=utf-8");
    if (!takesGzip(request.headers["accept-encoding"])) return reply.send(snippet);
    return reply.header("content-encoding", "gzip").send(packed);
  });
}

/** Whether `Accept-Encoding` names gzip, and not as `gzip;q=0`. */
const takesGzip = (accepted = ""): boolean =>
  /\bgzip\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))/iu.test(accepted);
