/**
 * `GET /health`: 200 while what is sent becomes durable, 503 with since when and why while it does
 * not. A projection that stumbles loses nothing, so it is told of and the status stays.
 */
import type { FastifyInstance } from "fastify";
import { requireKey } from "./keys/request-keys.js";
import type { ServerParts } from "./parts.js";

export async function healthRoutes(app: FastifyInstance, parts: ServerParts): Promise<void> {
  const { log, projection, metrics, keys } = parts;

  app.get("/health", async (_request, reply) => {
    const { fault, waitingItems } = log.health();
    const { waiting, lagMs, fault: behind } = projection.status();
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

function told(fault: { readonly since: number; readonly why: string } | undefined) {
  return fault === undefined
    ? { since: null, why: null }
    : { since: new Date(fault.since).toISOString(), why: fault.why };
}
