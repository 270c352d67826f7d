/**
 * What a server does with requests by privacy law that come in: whom Shopify asks to erase is erased
 * between two batches, at the start too where a crash came in between; of what only people can answer
 * it says on the standard error how much is open, and names nobody.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { PrivacyRequest } from "../collect/index.js";
import type { Ledger, Warehouse } from "../store/index.js";
import { plural } from "./terminal.js";

const RETRY_MS = 60_000;

interface Served {
  readonly folder: string;
  readonly warehouse: Warehouse;
  readonly ledger: Ledger;
  /** Between two batches of what comes in. */
  readonly alone: <T>(work: () => Promise<T>) => Promise<T>;
}

export interface PrivacyWork {
  /** Requests have come in. */
  look(): void;
  /** Finishes what is in hand. */
  close(): Promise<void>;
}

export function startPrivacyWork({ folder, warehouse, ledger, alone }: Served): PrivacyWork {
  const closing = new AbortController();
  const { signal } = closing;
  let asked = false;
  let running: Promise<void> | undefined;

  async function work(): Promise<void> {
    const { eraseRequested, listRequests } = await import("../collect/index.js");
    const options = { dataDir: folder, ledger, now: Date.now() };
    await alone(() => eraseRequested(warehouse, options));
    const open = (await listRequests(warehouse)).filter((one) => one.answeredAt === undefined);
    if (open.length > 0) console.error(`tessera serve: ${openText(open)}`);
  }

  async function run(): Promise<void> {
    while (asked && !signal.aborted) {
      asked = false;
      try {
        await work();
      } catch (error) {
        console.error("tessera serve: requests by privacy law:", error);
        asked = true;
        await sleep(RETRY_MS, undefined, { signal, ref: false }).catch(() => {});
      }
    }
    running = undefined;
  }

  const look = () => {
    asked = true;
    running ??= run();
  };
  look();
  return {
    look,
    async close() {
      closing.abort();
      await running;
    },
  };
}

function openText(open: readonly PrivacyRequest[]): string {
  const due = new Date(Math.min(...open.map(({ dueAt }) => dueAt))).toISOString().slice(0, 10);
  const shops = open.filter(({ asks }) => asks === "shop erasure").map(({ of }) => of);
  const whole =
    shops.length === 0 ? "" : ` Of a whole shop (${shops.join(", ")}) nothing is erased.`;
  return `${plural(open.length, "request")} by privacy law to be answered, the first by ${due}: tessera requests lists them.${whole}`;
}
