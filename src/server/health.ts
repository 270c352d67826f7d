/**
 * `GET /health`: 200 while what is sent becomes durable, 503 with since when and why while it does
 * not. A projection that stumbles loses nothing, so it is told of and the status stays. Why is in the
 * engine's own words, which may hold what a customer wrote: only who has a secret key reads them.
 */
import type { FastifyInstance, FastifyRequest } from "fastify";
import { requireKey } from "./keys/request-keys.js";
import type { ServerParts } from "./parts.js";

export async function healthRoutes(app: FastifyInstance, parts: ServerParts): Promise<void> {
  const { log, projection, metrics, keys } = parts;

  const holdsSecret = (request: FastifyRequest) =>
    requireKey(keys, "secret", request).then(
      () => true,
      () => false,
    );

  app.get("/health", async (request, reply) => {
    const { fault, waitingItems } = log.health();
    const { waiting, lagMs, fault: behind } = projection.status();
    const told = (await holdsSecret(request)) ? inFull : inShort;
    reply.code(fault === undefined ? 200 : 503).header("cache-control", "no-store");
    return {
      status: fault === undefined ? "ok" : "failing",
      ...told(fault),
      intake: { waiting: waitingItems },
      projection: {
        status: behind === undefined ? "ok" : "failing",
        waiting,
        lagMs,
        ...told(behind),
      },
    };
  });

  app.get("/metrics", async (request, reply) => {
    await requireKey(keys, "secret", request);
    reply.type(metrics.contentType);
    return metrics.text();
  });
}

type Fault = { readonly since: number; readonly why: string } | undefined;

const inFull = (fault: Fault) =>
  fault === undefined
    ? { since: null, why: null }
    : { since: new Date(fault.since).toISOString(), why: fault.why };

const inShort = (fault: Fault) =>
  inFull(fault && { ...fault, why: "told to those who ask with a secret key" });
