/**
 * The intake log: what clients sent and were answered 200 for, in the order in which it became
 * durable. Rows are only appended, and removed from the front once the warehouse has them, or where
 * a person is erased. A sequence is never given twice, not even after the log was emptied, because
 * the warehouse keeps the last one that it has seen (so: AUTOINCREMENT, or an identity column). For the same reason the
 * ledger has a name of its own: another one, made anew, begins at 1 again.
 */
import { randomUUID } from "node:crypto";
import { type Generated, sql } from "kysely";
import type { LedgerMigration } from "../migration.js";

export interface IntakeLogTable {
  readonly sequence: Generated<number>;
  /** When the server had read the request, ms. */
  readonly received_at: number;
  /** Whose form the body has: "segment", ... */
  readonly format: string;
  /** The key that it was sent with. */
  readonly key_id: string;
  /** When the client says that it sent the request, by its own clock, ms. */
  readonly sent_at: number | null;
  readonly ip: string | null;
  readonly user_agent: string | null;
  /** JSON text of one message. */
  readonly body: string;
}

/** One row, never changed. */
export interface LedgerIdentityTable {
  readonly id: string;
}

export const intakeLog: LedgerMigration = {
  name: "001-intake-log",
  async up(db, engine) {
    await db.schema
      .createTable("intake_log")
      .addColumn("sequence", engine === "sqlite" ? "integer" : "bigint", (column) =>
        engine === "sqlite"
          ? column.primaryKey().autoIncrement()
          : column.primaryKey().generatedAlwaysAsIdentity(),
      )
      .addColumn("received_at", "bigint", (column) => column.notNull())
      .addColumn("format", "text", (column) => column.notNull())
      .addColumn("key_id", "text", (column) => column.notNull())
      .addColumn("sent_at", "bigint")
      .addColumn("ip", "text")
      .addColumn("user_agent", "text")
      .addColumn("body", "text", (column) => column.notNull())
      .execute();
    await db.schema
      .createTable("ledger_identity")
      .addColumn("id", "text", (column) => column.primaryKey())
      .execute();
    await sql`INSERT INTO ledger_identity (id) VALUES (${randomUUID()})`.execute(db);
  },
};
