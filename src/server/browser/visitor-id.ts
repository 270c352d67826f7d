/**
 * `GET /v1/id`: the visitor's id as a cookie that the server sets, because Safari removes those
 * that a script sets after seven days (sdk/README.md). The answer is the id of the request's
 * cookie, else the one that the snippet proposes. A page of the shop asks from another origin and
 * with its cookies, so it is named in the answer; a page of another site gets no cookies sent
 * (SameSite=Lax), so it learns nothing.
 */
import { randomUUID } from "node:crypto";
import type { FastifyInstance } from "fastify";
import { requireKey } from "../keys/request-keys.js";
import type { ServerParts } from "../parts.js";

const COOKIE = "tessera_id";
const YEAR_S = 365 * 86_400;

/** What an id may look like to be set again as a cookie; longer or other ones are made anew. */
const ID = /^[\w.-]{1,100}$/;
/** Two labels and more: browsers refuse the others, and what is a public suffix. */
const DOMAIN = /^[a-z0-9-]+(\.[a-z0-9-]*[a-z][a-z0-9-]*)+$/i;

export async function visitorIdRoutes(app: FastifyInstance, { keys }: ServerParts): Promise<void> {
  app.get("/v1/id", async (request, reply) => {
    await requireKey(keys, "write", request);
    const { anonymousId: proposed, domain: wanted } = request.query as Record<string, unknown>;
    const anonymousId =
      [cookieOf(request.headers.cookie), proposed].find(
        (id): id is string => typeof id === "string" && ID.test(id),
      ) ?? randomUUID();
    const { origin } = request.headers;
    if (origin !== undefined) {
      reply
        .header("access-control-allow-origin", origin)
        .header("access-control-allow-credentials", "true")
        .header("vary", "origin");
    }
    const domain = domainOf(request.hostname, wanted);
    const attributes = [
      `${COOKIE}=${anonymousId}`,
      ...(domain === undefined ? [] : [`Domain=${domain}`]),
      ...["Path=/", `Max-Age=${YEAR_S}`, "SameSite=Lax"],
      ...(request.protocol === "https" ? ["Secure"] : []),
    ];
    reply.header("set-cookie", attributes.join("; ")).header("cache-control", "no-store");
    return { anonymousId };
  });
}

function cookieOf(header = ""): string | undefined {
  const pairs = header.split(";").map((pair) => pair.trim().split("="));
  return pairs.find(([name]) => name === COOKIE)?.[1];
}

/** The shop's, which the snippet has found out, where this host is part of it; else this host. */
function domainOf(host: string, wanted: unknown): string | undefined {
  if (typeof wanted !== "string" || !DOMAIN.test(wanted)) return undefined;
  return `.${host.toLowerCase()}`.endsWith(`.${wanted.toLowerCase()}`) ? wanted : undefined;
}
