/**
 * The warehouse port: what the rest of Tessera needs of ClickHouse, and nothing else. Two adapters
 * implement it: chDB in this process over a folder (`chdb-warehouse.ts`), and a ClickHouse server
 * or cluster over HTTP (`server-warehouse.ts`). One contract suite runs against both.
 *
 * Values reach SQL only as bound parameters, `{name:Type}`; identifiers come from the schema.
 */

/** A value that can be bound: numbers, text, booleans, 64-bit integers as bigint, and arrays. */
export type Parameter = number | string | boolean | bigint | null | readonly Parameter[];
export type Parameters = Readonly<Record<string, Parameter>>;

export interface QueryOptions {
  /** ClickHouse settings for this query, e.g. `max_threads`. */
  readonly settings?: Readonly<Record<string, string | number>>;
  /** Kept apart from other work: queries of different lanes do not wait for each other. */
  readonly lane?: "write" | "evaluate" | "evaluate beside" | "read";
  /** Statements that name one session, one after another, see each other's temporary tables. */
  readonly session?: string;
}

export interface QueryResult<Row> {
  readonly rows: readonly Row[];
  /** Rows that the engine read from tables, as it reports them. */
  readonly readRows: number;
  readonly elapsedMs: number;
}

/** File formats that ClickHouse reads by itself. */
export type FileFormat =
  | "CSVWithNames"
  | "CSV"
  | "TSVWithNames"
  | "JSONEachRow"
  | "Parquet"
  | "Native"
  | "LineAsString";

/** File formats that ClickHouse writes by itself. */
export type WrittenFormat = "CSVWithNames" | "JSONEachRow" | "Parquet";

/** A file on this machine that is to be written. What is in its place is overwritten. */
export interface WrittenFile {
  readonly path: string;
  readonly format: WrittenFormat;
}

/** A file on this machine, `gzip` or plain by its content. */
export interface LocalFile {
  readonly path: string;
  readonly format: FileFormat;
  readonly settings?: QueryOptions["settings"];
}

export interface Warehouse {
  /**
   * Rows of a SELECT as objects. 64-bit integers and decimals arrive as strings (exact),
   * Float64 and smaller integers as numbers, dates as ISO-like strings, arrays as arrays.
   */
  query<Row = Record<string, unknown>>(
    sql: string,
    parameters?: Parameters,
    options?: QueryOptions,
  ): Promise<QueryResult<Row>>;

  /** DDL, INSERT ... SELECT, and other statements without a result. */
  command(sql: string, parameters?: Parameters, options?: QueryOptions): Promise<void>;

  /** Appends rows (JSON-able objects keyed by column; bigint allowed) in one insert. */
  insert(table: string, rows: readonly Readonly<Record<string, unknown>>[]): Promise<void>;

  /**
   * Loads a local file into a table by ClickHouse's own reader. Columns are matched by name where
   * the format has names, else by position; absent ones take their defaults.
   */
  insertFile(table: string, file: LocalFile): Promise<void>;

  /**
   * Writes the rows of a SELECT into a file of this machine by ClickHouse's own writer, row by row:
   * memory does not grow with them. Instants are ISO texts where the format has only texts. What a
   * failure leaves is the caller's to remove.
   */
  writeFile(
    file: WrittenFile,
    sql: string,
    parameters?: Parameters,
    options?: QueryOptions,
  ): Promise<void>;

  /** Column names and types that ClickHouse infers for a local file. */
  describeFile(
    file: LocalFile,
  ): Promise<readonly { readonly name: string; readonly type: string }[]>;

  /** After rows were appended to `identity`: makes the alias -> person dictionary see them. */
  reloadIdentity(): Promise<void>;

  /** "chdb" or "server"; for messages and the few statements that differ. */
  readonly engine: "chdb" | "server";

  /**
   * The servers among which facts are divided, so that reading them row by row crosses a network: each
   * knows its own parts alone, those of `facts` as `facts_local`. Empty where all lie in one place.
   */
  readonly shards: readonly Warehouse[];

  close(): Promise<void>;
}
