/**
 * What resolving a text needs to know as it walks down: the definitions, what names are bound to,
 * and in which scope it stands. The resolvers of values, rows and aggregates call each other
 * through it, so that their files do not import each other.
 */

import type { StoreSettings } from "../settings.js";
import type {
  Aggregate,
  Declaration,
  Diagnostic,
  Expression,
  Percentile,
  ScopeKey,
  Span,
  Usual,
} from "../syntax/index.js";
import { suggest } from "../syntax/index.js";
import type { SourceDefinition } from "../vocabulary.js";
import type { RowExpression, Statistic, Truth, Value, ValueType } from "./types.js";

/** The family whose argument a parameter stands for; its key becomes known from its first use. */
export interface FamilyScope {
  readonly name: string;
  key?: ScopeKey;
}

export type Binding =
  | { readonly kind: "literal"; readonly value: number | string | boolean }
  | { readonly kind: "family"; readonly family: FamilyScope };

export type Resolved = { readonly truth: Truth } | { readonly value: Value };

/** A declaration with the file and text that it came from. */
export interface Definition {
  readonly declaration: Declaration;
  readonly file?: string;
  /** What an earlier document said of the name. */
  readonly overrides?: Definition;
}

export interface Resolvers {
  resolve(
    expression: Expression,
    context: Context,
    expected?: ValueType | "any",
  ): Resolved | undefined;
  truth(expression: Expression, context: Context): Truth | undefined;
  aggregate(
    aggregate: Aggregate,
    context: Context,
    expected?: ValueType | "any",
  ): Resolved | undefined;
  usual(usual: Usual, row: RowContext): RowExpression | undefined;
  percentile(
    percentile: Percentile,
    left: Expression | undefined,
    context: Context,
  ): Value | undefined;
}

/** Shared by all texts of one planning run. */
export interface Workspace {
  readonly definitions: ReadonlyMap<string, Definition>;
  readonly settings: StoreSettings;
  readonly diagnostics: Diagnostic[];
  readonly statistics: Map<string, Statistic>;
  /** Definitions that are being written out, to refuse circles. */
  readonly open: string[];
  /** Person-level truths by name, so that each is planned once. */
  readonly truths: Map<string, Truth | undefined>;
  readonly resolvers: Resolvers;
  /** Expressions that one definition may still be written out to. */
  readonly budget: { left: number };
}

export interface Context {
  readonly workspace: Workspace;
  readonly bindings: ReadonlyMap<string, Binding>;
  /** The key inside `some product: ...` or `attribute ... per product`. */
  readonly key?: ScopeKey;
  readonly family?: FamilyScope;
  readonly file?: string;
}

/** Where an expression over one row stands. */
export interface RowContext {
  readonly source: SourceDefinition;
  readonly context: Context;
  /** Whether fields are bare (inside `where`) or carry their source (`line.net`). */
  readonly bare: boolean;
}

export interface Fault {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
}

/** Records a fault at a node and returns undefined, so that callers can `return report(...)`. */
export function report(context: Context, node: { readonly span?: Span }, fault: Fault): undefined {
  context.workspace.diagnostics.push({
    severity: "error",
    ...fault,
    span: node.span ?? { start: 0, end: 0 },
    ...(context.file === undefined ? {} : { file: context.file }),
  });
  return undefined;
}

/** More names than these are looked up rather than read. */
const NAMES_SHOWN = 40;

/** "did you mean ..." for a misspelt name; else what there is, or the command that lists it. */
export function hintFor(name: string, candidates: Iterable<string>): string {
  const all = [...candidates];
  const near = suggest(name, all);
  if (near !== undefined) return `did you mean ${near}?`;
  return all.length > NAMES_SHOWN
    ? "`tessera attributes` lists the names that there are; a trait of people is person.NAME"
    : `known are: ${all.join(", ")}`;
}

export function typeOf(resolved: Resolved): ValueType {
  return "truth" in resolved ? "boolean" : resolved.value.type;
}

export const person = (context: Context): Context => ({
  workspace: context.workspace,
  bindings: new Map(),
  ...(context.file === undefined ? {} : { file: context.file }),
});
