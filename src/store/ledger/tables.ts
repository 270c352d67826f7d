/**
 * The ledger's tables, as Kysely knows them. Each table is described beside the migration that
 * makes it. Rules that hold on both engines: instants are milliseconds since the epoch, JSON is
 * text, a yes or no is 1 or 0, absent is null.
 */
import type { IntakeLogTable, LedgerIdentityTable } from "./migrations/001-intake-log.js";
import type { AccessKeysTable } from "./migrations/002-access-keys.js";
import type { IntakeTrimmedTable } from "./migrations/003-intake-trimmed.js";

export interface LedgerTables {
  readonly intake_log: IntakeLogTable;
  readonly ledger_identity: LedgerIdentityTable;
  readonly access_keys: AccessKeysTable;
  readonly intake_trimmed: IntakeTrimmedTable;
}
