/**
 * The HTTP server: what every request passes through, and the rooms' routes. Content types are not
 * looked at (`intake/request-body.ts`); a request is logged as method, route and status, never with
 * its path, query or body, in which keys and people's data stand.
 */
import { writeSync } from "node:fs";
import Fastify, { type FastifyInstance, type FastifyRequest, LogController } from "fastify";
import { AppError } from "../base/index.js";
import { clientSettingsRoutes } from "./browser/client-settings.js";
import { snippetRoutes } from "./browser/snippet.js";
import { visitorIdRoutes } from "./browser/visitor-id.js";
import { allowOrigins } from "./cross-origin.js";
import { healthRoutes } from "./health.js";
import { sendError } from "./http-errors.js";
import { segmentRoutes } from "./intake/segment-routes.js";
import { shopifyRoutes } from "./intake/shopify-routes.js";
import type { ServerParts } from "./parts.js";
import { peopleRoutes } from "./people-routes.js";

const ROUTES = [
  segmentRoutes,
  shopifyRoutes,
  clientSettingsRoutes,
  visitorIdRoutes,
  snippetRoutes,
  healthRoutes,
  peopleRoutes,
] as const;

/** Of an identifier in a path: e-mail addresses have up to 254 characters, a few of them escaped. */
const MAX_PARAM_LENGTH = 1000;

/** A client that sends so slowly holds memory. */
const REQUEST_TIMEOUT_MS = 30_000;

/** Its log may lie on the disk that is full, of which /health still has to tell: a lost line ends nothing. */
const STANDARD_ERROR = {
  write(line: string) {
    try {
      writeSync(process.stderr.fd, line);
    } catch {
      // There is nowhere to say it.
    }
  },
};

export interface LogTarget {
  readonly level: string;
  /** Standard error where absent. */
  readonly stream?: { write(line: string): void };
}

export async function makeHttpServer(
  parts: ServerParts,
  { level, stream = STANDARD_ERROR }: LogTarget,
): Promise<FastifyInstance> {
  const app = Fastify({
    logger: { level, stream, serializers: { req: () => ({}), res: () => ({}) } },
    logController: new LogController({ disableRequestLogging: true }),
    // A proxy on this machine says who the client is; nobody else is believed.
    trustProxy: "loopback",
    requestTimeout: REQUEST_TIMEOUT_MS,
    routerOptions: { maxParamLength: MAX_PARAM_LENGTH },
    forceCloseConnections: "idle",
    // What fails before a route is found, such as a path that cannot be decoded.
    frameworkErrors: (error, request, reply) =>
      sendError(error, request, reply, parts.metrics.refused),
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => done(null, body));
  app.addHook("onRequest", async (request) => {
    delete request.raw.headers["content-type"];
  });
  allowOrigins(app);
  app.addHook("onResponse", async (request, reply) => {
    const { statusCode, elapsedTime } = reply;
    request.log.info({ ...said(request), status: statusCode, ms: Math.round(elapsedTime) });
  });
  app.setErrorHandler((error, request, reply) =>
    sendError(error, request, reply, parts.metrics.refused),
  );
  app.setNotFoundHandler(() => {
    throw new AppError("request.unknown", "There is nothing here.", {
      hint: "Messages are sent by POST, to /v1/batch for instance; docs/server.md has all paths.",
    });
  });
  for (const routes of ROUTES) await app.register((within) => routes(within, parts));
  return app;
}

function said(request: FastifyRequest) {
  return { method: request.method, route: request.routeOptions.url ?? null };
}
