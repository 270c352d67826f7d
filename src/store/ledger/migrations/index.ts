/** The ledger's migrations, in order. They are numbered, and only ever appended. */
import type { LedgerMigration } from "../migration.js";
import { intakeLog } from "./001-intake-log.js";
import { accessKeys } from "./002-access-keys.js";
import { intakeTrimmed } from "./003-intake-trimmed.js";

export const ledgerMigrations: readonly LedgerMigration[] = [intakeLog, accessKeys, intakeTrimmed];
