/**
 * SQLite as Kysely speaks it, over a connection in another thread. Kysely's own driver for SQLite
 * takes a connection that answers at once; all else of its dialect fits.
 */
import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type Kysely,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from "kysely";
import type { SqliteConnection } from "./sqlite-connection.js";

export const sqliteDialect = (connection: SqliteConnection): Dialect => ({
  createDriver: () => new ThreadDriver(connection),
  createQueryCompiler: () => new SqliteQueryCompiler(),
  createAdapter: () => new TransactionalAdapter(),
  // biome-ignore lint/suspicious/noExplicitAny: as Kysely's interface has it.
  createIntrospector: (db: Kysely<any>) => new SqliteIntrospector(db),
});

/** Kysely takes it that SQLite cannot make tables within a transaction; it can. */
class TransactionalAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

/** One connection: whoever wants it waits until those before have let go of it. */
class ThreadDriver implements Driver {
  readonly #database: SqliteConnection;
  readonly #connection: DatabaseConnection;
  #free: Promise<void> = Promise.resolve();
  #release = () => {};

  constructor(database: SqliteConnection) {
    this.#database = database;
    this.#connection = {
      async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
        const { rows, changes } = await database.run(sql, parameters);
        return { rows: rows as R[], numAffectedRows: BigInt(changes) };
      },
      streamQuery() {
        throw new Error("the ledger's rows come as a whole");
      },
    };
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    const before = this.#free;
    let release = () => {};
    this.#free = new Promise((resolve) => {
      release = resolve;
    });
    await before;
    this.#release = release;
    return this.#connection;
  }

  async releaseConnection(): Promise<void> {
    this.#release();
  }

  async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw("begin"));
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw("commit"));
  }

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw("rollback"));
  }

  destroy(): Promise<void> {
    return this.#database.close();
  }
}
