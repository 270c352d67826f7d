/**
 * How far the intake log was trimmed: a warehouse that was restored from an older copy may lack what
 * is gone from the log, and must notice.
 */
import { sql } from "kysely";
import type { LedgerMigration } from "../migration.js";

/** One row. */
export interface IntakeTrimmedTable {
  /** The highest sequence that was trimmed; 0 = none. */
  readonly sequence: number;
  /** When that entry was received, ms. */
  readonly received_at: number;
}

export const intakeTrimmed: LedgerMigration = {
  name: "003-intake-trimmed",
  async up(db) {
    await db.schema
      .createTable("intake_trimmed")
      .addColumn("sequence", "bigint", (column) => column.notNull())
      .addColumn("received_at", "bigint", (column) => column.notNull())
      .execute();
    await sql`INSERT INTO intake_trimmed (sequence, received_at) VALUES (0, 0)`.execute(db);
  },
};
