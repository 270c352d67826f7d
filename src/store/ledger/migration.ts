/** What a migration of the ledger is. It runs in a transaction, on either engine. */
import type { Kysely } from "kysely";

export type LedgerEngine = "sqlite" | "postgresql";

export interface LedgerMigration {
  /** Number and subject, as the file is called: "001-intake-log". */
  readonly name: string;
  /** `db` knows no tables: a migration speaks of those of its own time, not of today's. */
  up(db: Kysely<unknown>, engine: LedgerEngine): Promise<void>;
}
