/**
 * What the browser clients of Segment and RudderStack ask for before they send: their workspace's
 * settings. Here there are no integrations to load, so the answers say where to send and that
 * nothing is to be reported to the vendors.
 */
import type { FastifyInstance, FastifyRequest } from "fastify";
import { requireKey } from "../keys/request-keys.js";
import type { ServerParts } from "../parts.js";

export async function clientSettingsRoutes(
  app: FastifyInstance,
  { keys }: ServerParts,
): Promise<void> {
  app.get<{ Params: { key: string } }>("/v1/projects/:key/settings", async (request) => {
    const { key } = request.params;
    await requireKey(keys, "write", request, [key]);
    return segmentSettings(key, request);
  });

  for (const path of ["/sourceConfig", "/sourceConfig/"]) {
    app.get(path, async (request) => {
      const { id } = await requireKey(keys, "write", request);
      return rudderSettings(id);
    });
  }
}

/** With them `cdnURL` is the only thing that a page has to change. */
function segmentSettings(apiKey: string, { host, protocol }: FastifyRequest) {
  return {
    integrations: { "Segment.io": { apiKey, apiHost: `${host}/v1`, protocol } },
    plan: {},
    middlewareSettings: {},
    enabledMiddleware: {},
    metrics: { sampleRate: 0 },
    legacyVideoPluginsEnabled: false,
    remotePlugins: [],
  };
}

function rudderSettings(id: string) {
  const off = { enabled: false };
  return {
    source: {
      id,
      name: "Tessera",
      enabled: true,
      config: { statsCollection: { errors: off, metrics: off } },
      destinations: [],
      workspaceId: "tessera",
    },
  };
}
