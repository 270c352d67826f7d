/**
 * What a person may ask for, for programs that hold a secret key: all that is known of them, and to be
 * erased. `id` is an identifier as the shop knows it (email:ann@example.org, or 17850).
 */
import type { FastifyInstance } from "fastify";
import { AppError } from "../base/index.js";
import { requireKey } from "./keys/request-keys.js";
import type { ServerParts } from "./parts.js";

/** What the store does for it; throws `input.missing` for a person who is not known. */
export interface PeopleActions {
  exportPerson(id: string): Promise<unknown>;
  erasePerson(id: string, reason: string): Promise<unknown>;
}

interface About {
  readonly Params: { readonly id: string };
  readonly Querystring: { readonly reason?: unknown };
}

const MOST_REASON = 1000;

export async function peopleRoutes(app: FastifyInstance, parts: ServerParts): Promise<void> {
  const { keys, people } = parts;
  if (people === undefined) return;
  app.get<About>("/v1/people/:id/export", async (request) => {
    await requireKey(keys, "secret", request);
    return people.exportPerson(request.params.id);
  });
  app.delete<About>("/v1/people/:id", async (request) => {
    await requireKey(keys, "secret", request);
    const { reason } = request.query;
    if (typeof reason !== "string" || reason.trim() === "" || reason.length > MOST_REASON)
      throw new AppError("input.invalid", "An erasure has a reason, for its record: ?reason=...");
    return people.erasePerson(request.params.id, reason);
  });
}
