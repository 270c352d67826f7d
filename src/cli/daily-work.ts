/**
 * What a server does to its store at its start and once a day: it forgets visitors whose time is up,
 * and marks who is no audience (staff, business buyers, ...), as an import of files does at its end.
 * What takes long (looking for them, writing parts anew) holds up nothing that comes in.
 */
import type { Ledger, Warehouse } from "../store/index.js";
import { expireVisitors } from "./expire-visitors.js";

const DAY_MS = 86_400_000;

interface DailyWork {
  readonly folder: string;
  readonly warehouse: Warehouse;
  readonly ledger: Ledger;
  /** Between two batches of what comes in. */
  readonly alone: <T>(work: () => Promise<T>) => Promise<T>;
}

/** What fails is said on the standard error and tried again the next day. Returns what ends it. */
export function startDailyWork({ folder, warehouse, ledger, alone }: DailyWork) {
  const closing = new AbortController();
  const forget = async () => {
    const { removeHidden } = await import("../collect/index.js");
    await expireVisitors(warehouse, { folder, ledger, alone });
    await removeHidden(warehouse, closing.signal);
  };
  const mark = async () => {
    const { markPeople, readCorrections } = await import("../collect/index.js");
    await markPeople(warehouse, { corrections: readCorrections(folder), now: Date.now(), alone });
  };
  const run = async () => {
    for (const work of [forget, mark]) {
      if (closing.signal.aborted) return;
      await work().catch((error) => console.error("tessera serve: daily work:", error));
    }
  };
  let running = run();
  const timer = setInterval(() => {
    running = running.then(run);
  }, DAY_MS).unref();
  return async (): Promise<void> => {
    clearInterval(timer);
    closing.abort();
    await running;
  };
}
