/**
 * What every kind of record (order lines, products, people, ...) is made of. A file's rows go
 *
 *   staged text -> values (`fields`) -> typed rows (`typedColumns`, `select`) -> facts (`make`)
 *
 * and all that the kinds share (columns, faults of values, rejects, collisions, facts that the
 * store has already, landing) is outside of them. Everything that a kind makes is a function of the
 * set of rows, never of their order.
 */

import type { z } from "zod";
import type { Parameters, Warehouse } from "../../store/index.js";
import type { LandingTable } from "../landing/landing.js";
import type { CommonMapping } from "../mapping/mapping-schema.js";
import type { VatSettings } from "../money/vat.js";
import type { Reject } from "../rejects/rejects.js";
import type { Fault, Fields } from "./fields.js";

/** As in `StagedRows`: what no row names need not be looked for. */
export type Properties = ReadonlySet<string> | undefined;

/** Rows that cannot be used because of other rows of their group. */
export interface Conflict {
  /** SELECT of the keys of such groups from the typed rows, `{table:Identifier}`. */
  readonly keys: string;
  readonly parameters?: Parameters;
  /** The field to be named, and the column of the typed rows with its value. */
  readonly field: string;
  readonly value: string;
  readonly reason: (key: string) => string;
}

/** Rows that were taken in without a value of theirs that could not be read and is not needed. */
export interface Amended {
  readonly rows: number;
  /** The first of these values; `value` is as it stands. */
  readonly first: readonly Reject[];
}

export interface Making<M extends CommonMapping = CommonMapping> {
  readonly mapping: M;
  readonly importId: number;
  /** The table of typed rows. */
  readonly typed: string;
  /** Staging tables by the table that they will join, of the same columns. */
  readonly tables: Readonly<Record<LandingTable, string>>;
  /** Table (alias, id_kind, id_value) for the identifiers in the file. */
  readonly identifiers: string;
  /** Name of a further table that exists only while the import runs. */
  readonly table: (purpose: string) => string;
  /** Milliseconds since the epoch: when the store learns of what has no date of its own. */
  readonly now: number;
  /** The file, for messages. */
  readonly path: string;
  /** The store's currency, if its settings name one. */
  readonly currency: string | undefined;
  /** Path of the store's table of rates, if it has one. */
  readonly rates: string | undefined;
  /** The VAT inside prices of files that do not say their tax; undefined = there is none. */
  readonly vat: VatSettings | undefined;
}

/** What an import did, as far as only the kind knows. */
export interface Counts {
  /** Rows that repeat another row of the file in every mapped column. */
  readonly duplicates: number;
  /** Known customers in the file. */
  readonly people: number;
  /** Events that name nobody, neither a customer nor a device; those of products need not. */
  readonly nobody?: number;
  /** Orders that the store did not have; 0 for other kinds. */
  readonly newOrders: number;
  /** Orders of the store that this file changed. */
  readonly changedOrders: number;
  /** Facts of this file that the store has already. */
  readonly alreadyPresent: number;
  /** Of the amounts as they land; '' where nothing says so. */
  readonly currency: string;
  /** First and last time in the file, ISO 8601; '' without one. */
  readonly from: string;
  readonly to: string;
  /** Undefined where there are none. */
  readonly amended?: Amended | undefined;
  /** What is worth knowing, in sentences. */
  readonly notes: readonly string[];
}

export interface RecordKind<M extends CommonMapping = CommonMapping> {
  /** Its name in a mapping: `record: orders`. */
  readonly record: string;
  readonly fields: Fields;
  /** Fields that the mapping itself makes, beside these. */
  furtherFields?(mapping: M): Fields;
  /** The mapping for a file with these columns: what it says of columns by a pattern is written out. */
  fit?(mapping: M, present: readonly string[]): M;
  /** Schema of its mappings. */
  readonly schema: z.ZodObject;
  /** What the schema cannot say: faults of a mapping, each beginning with its key. */
  contradictions(mapping: M): string[];

  /** Columns of the typed rows; the first is `line UInt64`, the row's line in the file. */
  typedColumns(mapping: M): string;
  /**
   * SELECT of `typedColumns` from `values`: a SELECT of source_line, f_<field> and v_<field>. In all
   * three, `properties` are those of the staged rows.
   */
  select(mapping: M, values: string, properties: Properties): string;
  /** SELECT from `values` with further columns, for `faults` and `select`; of few different texts. */
  prepare?(mapping: M, values: string, properties: Properties): string;
  /** Beyond those of the values themselves. Conditions over the columns of `prepare`. */
  faults(mapping: M, properties: Properties): readonly Fault[];
  /** Bound in these three, beside those of the values. */
  parameters(mapping: M): Parameters;
  /** What rows belong together by: a column of the typed rows, and of the values. */
  readonly groupedBy?: { readonly typed: string; readonly value: string };
  conflicts?(mapping: M): readonly Conflict[];
  /** Whether one unusable row makes its whole group unusable. */
  wholeGroups?(mapping: M): boolean;

  /**
   * Typed rows -> finished rows in the staging tables, without those that the store has already
   * (`leaveOutKnown`). Identifiers go into `identifiers`; `aliases` and `seen` are filled from there
   * and from `facts` by the caller.
   */
  make(warehouse: Warehouse, making: Making<M>): Promise<Counts>;

  /**
   * What follows from the file for other facts of the store: called after what the file itself
   * brings was counted and what the catalogue changes was added; adds to the staging tables, `seen`
   * included. Facts of the store are those in `facts` and in the staging table.
   */
  settle?(warehouse: Warehouse, making: Making<M>): Promise<void>;
}

/** All fields that a file by this mapping may have. */
export const fieldsOf = (kind: RecordKind, mapping: CommonMapping): Fields => ({
  ...kind.fields,
  ...kind.furtherFields?.(mapping),
});
