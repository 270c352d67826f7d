/**
 * `GET /v1/id`: the visitor's id as a cookie that the server sets, because Safari removes those
 * that a script sets after seven days (sdk/README.md). The answer is the id of the request's
 * cookie, else the one that the snippet proposes. A page of the shop asks from another origin and
 * with its cookies, so it is named in the answer; a page of another site gets no cookies sent
 * (SameSite=Lax), so it learns nothing.
 */
import { randomUUID } from "node:crypto";
import { isIP } from "node:net";
import type { FastifyInstance } from "fastify";
import { requireKey } from "../keys/request-keys.js";
import type { ServerParts } from "../parts.js";

const COOKIE = "tessera_id";
const YEAR_S = 365 * 86_400;

/** What an id may look like to be set again as a cookie; longer or other ones are made anew. */
const ID = /^[\w.-]{1,100}$/;

export async function visitorIdRoutes(app: FastifyInstance, { keys }: ServerParts): Promise<void> {
  app.get("/v1/id", async (request, reply) => {
    await requireKey(keys, "write", request);
    const { anonymousId: proposed } = request.query as { anonymousId?: unknown };
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
    const domain = domainOf(request.hostname, origin);
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

/**
 * What the page's host and the server's have in common: www.shop.example and t.shop.example are
 * both of shop.example. Where that is no shop's (co.uk), a browser refuses the cookie.
 */
export function domainOf(host: string, origin: string | undefined): string | undefined {
  const page = origin !== undefined && URL.canParse(origin) ? new URL(origin).hostname : host;
  if (isIP(host) || isIP(page)) return undefined;
  const shared: string[] = [];
  const [ours, theirs] = [host, page].map((name) => name.toLowerCase().split(".").reverse());
  for (const [i, label] of ours!.entries()) {
    if (label !== theirs![i]) break;
    shared.unshift(label);
  }
  return shared.length < 2 || page === host ? undefined : shared.join(".");
}
