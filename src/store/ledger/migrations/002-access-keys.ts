/**
 * The keys that requests carry: write keys may send, secret keys may read and administer. The key
 * itself is not kept, only its SHA-256; `id`, its first characters, finds it.
 */
import type { LedgerMigration } from "../migration.js";

export interface AccessKeysTable {
  readonly id: string;
  readonly kind: "write" | "secret";
  /** What it is for, in its maker's words. */
  readonly name: string;
  /** SHA-256 of the whole key, in hexadecimal. */
  readonly hash: string;
  /** Messages that it may send; null = no limit of its own. */
  readonly per_second: number | null;
  /** ms */
  readonly created_at: number;
  /** ms; null = in force. */
  readonly revoked_at: number | null;
}

export const accessKeys: LedgerMigration = {
  name: "002-access-keys",
  async up(db) {
    await db.schema
      .createTable("access_keys")
      .addColumn("id", "text", (column) => column.primaryKey())
      .addColumn("kind", "text", (column) => column.notNull())
      .addColumn("name", "text", (column) => column.notNull())
      .addColumn("hash", "text", (column) => column.notNull())
      .addColumn("per_second", "integer")
      .addColumn("created_at", "bigint", (column) => column.notNull())
      .addColumn("revoked_at", "bigint")
      .execute();
  },
};
