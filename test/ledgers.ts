/**
 * The engines that the ledger's contract must hold on:
 *
 *   describe.each(ledgerEngines)("$title", (engine) => {
 *     beforeAll(() => engine.start());
 *     afterAll(() => engine.stop());
 *
 * PostgreSQL is skipped, with the reason in its title, where its binaries do not run.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Ledger, openLedger } from "../src/store/index.js";
import { startPostgres, type TestPostgres, whyNoPostgres } from "./postgres.js";

export interface TestLedgerEngine {
  readonly title: string;
  readonly skipped: boolean;
  /** The server, where the engine has one. */
  server(): TestPostgres | undefined;
  start(): Promise<void>;
  /** A new and empty ledger; `open` opens it, again once it was closed. */
  create(): Promise<{ readonly folder: string; open(): Promise<Ledger> }>;
  /** Closes what is open. */
  closeAll(): Promise<void>;
  stop(): Promise<void>;
}

const missing = whyNoPostgres();

export const ledgerEngines: readonly TestLedgerEngine[] = [
  engine({ title: "SQLite", skipped: false }),
  engine({
    title: missing === undefined ? "PostgreSQL" : `PostgreSQL (skipped: ${missing})`,
    skipped: missing !== undefined,
    startServer: startPostgres,
  }),
];

function engine({
  title,
  skipped,
  startServer,
}: {
  title: string;
  skipped: boolean;
  startServer?: () => Promise<TestPostgres>;
}): TestLedgerEngine {
  let server: TestPostgres | undefined;
  const folders: string[] = [];
  const opened = new Set<Ledger>();
  async function closeAll(): Promise<void> {
    const ledgers = [...opened];
    opened.clear();
    await Promise.all(ledgers.map((ledger) => ledger.close()));
  }
  return {
    title,
    skipped,
    server: () => server,
    async start() {
      if (!skipped) server = await startServer?.();
    },
    async create() {
      const folder = mkdtempSync(join(tmpdir(), "tessera-ledger-"));
      folders.push(folder);
      const databaseUrl = await server?.createDatabase();
      return {
        folder,
        async open() {
          const ledger = await openLedger({ folder, databaseUrl });
          opened.add(ledger);
          const close = async () => {
            if (opened.delete(ledger)) await ledger.close();
          };
          return { ...ledger, close };
        },
      };
    },
    closeAll,
    async stop() {
      await closeAll();
      await server?.stop();
      for (const folder of folders) rmSync(folder, { recursive: true, force: true });
    },
  };
}
