/** What the routes of a server work with. */

import type { IntakeLog } from "../collect/index.js";
import type { Keys } from "./keys/keys.js";
import type { Throttle } from "./keys/throttle.js";
import type { Metrics } from "./metrics.js";
import type { PeopleActions } from "./people-routes.js";

/** How far the warehouse is behind the log. */
export interface ProjectionState {
  /** Messages of the log that are no facts yet. */
  readonly waiting: number;
  /** Age of the oldest of them, ms; 0 where none waits. */
  readonly lagMs: number;
  /** Messages that went to the rejects, and events that name nobody, since the server's start. */
  readonly rejected: number;
  readonly nobody: number;
  /** Its last batch failed and is tried again: since when, ms, and why. */
  readonly fault?: { readonly since: number; readonly why: string };
}

export interface ServerParts {
  readonly log: Pick<IntakeLog, "append" | "health">;
  readonly projection: { status(): ProjectionState };
  readonly keys: Keys;
  readonly throttle: Throttle;
  readonly metrics: Metrics;
  /** The browser snippet, as /tessera.js gives it. */
  readonly snippet: string;
  /** Any of them may sign Shopify's webhooks; without one they are not taken. */
  readonly shopifySecrets: readonly string[];
  /** Without it there is no warehouse behind the server, and nobody can be asked about. */
  readonly people: PeopleActions | undefined;
}
