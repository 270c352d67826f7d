/**
 * Documents -> plan. A library is the definitions of several documents (the playbook, then a
 * store's own, which override by name); a plan is what one pass evaluates: chosen segments,
 * families and attributes, and expressions asked ad hoc.
 */

import type { StoreSettings } from "../settings.js";
import type {
  AttributeDeclaration,
  Diagnostic,
  Document,
  Expression,
  SegmentDeclaration,
} from "../syntax/index.js";
import { formatExpression } from "../syntax/index.js";
import { planAggregate } from "./aggregates.js";
import {
  type Context,
  type Definition,
  type FamilyScope,
  report,
  type Workspace,
} from "./context.js";
import { nowDegree } from "./now-degree.js";
import { resolve, truthOf } from "./resolve.js";
import { planPercentile } from "./statistics.js";
import type { Plan, PlannedAttribute, PlannedFamily, PlannedSegment, Statistic } from "./types.js";
import { planUsual } from "./usual.js";
import { familiesIn } from "./walk.js";

/** Written out, a definition has at most so many expressions: names of names can double each time. */
const MOST_EXPRESSIONS = 20_000;

export interface SourceDocument {
  readonly document: Document;
  readonly file?: string;
}

export interface Library {
  readonly definitions: ReadonlyMap<string, Definition>;
  readonly settings: StoreSettings;
  readonly diagnostics: readonly Diagnostic[];
  /** The same without the store's calibration; absent where nothing is calibrated. */
  readonly uncalibrated?: Library;
}

/** Joins documents; a later one overrides, two equal names in one document are a fault. */
export function makeLibrary(
  documents: readonly SourceDocument[],
  settings: StoreSettings,
): Library {
  const definitions = new Map<string, Definition>();
  const diagnostics: Diagnostic[] = [];
  for (const { document, file } of documents) {
    const here = new Set<string>();
    for (const declaration of document.declarations) {
      if (here.has(declaration.name)) {
        diagnostics.push({
          severity: "error",
          code: "duplicate-name",
          message: `${declaration.name} is defined twice`,
          hint: "rename or remove one of them",
          span: declaration.span ?? { start: 0, end: 0 },
          ...(file === undefined ? {} : { file }),
        });
        continue;
      }
      here.add(declaration.name);
      const overrides = definitions.get(declaration.name);
      definitions.set(declaration.name, {
        declaration,
        ...(file === undefined ? {} : { file }),
        ...(overrides === undefined ? {} : { overrides }),
      });
    }
  }
  return { definitions, settings, diagnostics };
}

export interface Wanted {
  /** Names of segments and families; absent = all. */
  readonly segments?: readonly string[];
  /** Names of attributes to be put out; absent = none, "all" = all that are the person's. */
  readonly attributes?: readonly string[] | "all";
  /** Conditions asked ad hoc, by the name they get in the result. */
  readonly expressions?: readonly { readonly name: string; readonly expression: Expression }[];
}

export interface Planned {
  /** Absent if any diagnostic is an error. */
  readonly plan?: Plan;
  readonly diagnostics: readonly Diagnostic[];
}

export function makePlan(library: Library, wanted: Wanted = {}): Planned {
  const workspace: Workspace = {
    definitions: library.definitions,
    settings: library.settings,
    diagnostics: [...library.diagnostics],
    statistics: new Map<string, Statistic>(),
    open: [],
    truths: new Map(),
    budget: { left: MOST_EXPRESSIONS },
    resolvers: {
      resolve,
      truth: truthOf,
      aggregate: planAggregate,
      usual: planUsual,
      percentile: planPercentile,
    },
  };
  const segments: PlannedSegment[] = [];
  const families: PlannedFamily[] = [];
  const attributes: PlannedAttribute[] = [];
  const names = new Set(
    wanted.segments ??
      [...library.definitions].filter(([, d]) => d.declaration.kind === "segment").map(([n]) => n),
  );
  const outputs = wanted.attributes === "all" ? attributeNames(library) : (wanted.attributes ?? []);
  const context: Context = { workspace, bindings: new Map() };

  for (const name of names) {
    workspace.budget.left = MOST_EXPRESSIONS;
    const found = library.definitions.get(name);
    if (found?.declaration.kind !== "segment") {
      report(context, {}, { code: "unknown-name", message: `there is no segment ${name}` });
    } else if (found.declaration.parameters.length > 0) {
      push(families, planFamily(found.declaration, found, context));
    } else {
      push(segments, planSegment(found.declaration, context));
    }
  }
  for (const { name, expression } of wanted.expressions ?? []) {
    workspace.budget.left = MOST_EXPRESSIONS;
    const truth = truthOf(expression, context);
    if (truth !== undefined)
      segments.push({ name, notes: [], truth, text: formatExpression(expression) });
  }
  for (const name of outputs) {
    workspace.budget.left = MOST_EXPRESSIONS;
    push(attributes, planAttribute(name, library, context));
  }
  addMissingFamilies(workspace, segments, families, library, context);
  const failed = workspace.diagnostics.some((d) => d.severity === "error");
  return {
    ...(failed
      ? {}
      : { plan: { segments, families, attributes, statistics: byDepth(workspace.statistics) } }),
    diagnostics: workspace.diagnostics,
  };
}

/** Every fault of every definition, used or not. */
export function checkLibrary(library: Library): readonly Diagnostic[] {
  return makePlan(library, { attributes: "all" }).diagnostics;
}

function attributeNames(library: Library): string[] {
  return [...library.definitions]
    .filter(
      ([, d]) =>
        d.declaration.kind === "attribute" &&
        d.declaration.parameters.length === 0 &&
        d.declaration.per === undefined,
    )
    .map(([name]) => name);
}

function push<T>(list: T[], item: T | undefined): void {
  if (item !== undefined) list.push(item);
}

function planSegment(
  declaration: SegmentDeclaration,
  context: Context,
): PlannedSegment | undefined {
  const resolved = resolve(
    { kind: "name", name: declaration.name, span: declaration.span },
    context,
  );
  if (resolved === undefined || !("truth" in resolved)) return undefined;
  if (declaration.top !== undefined) {
    return report(context, declaration, {
      code: "top-without-family",
      message: "top N needs a family: a segment with a parameter",
    });
  }
  return {
    name: declaration.name,
    ...(declaration.title === undefined ? {} : { title: declaration.title }),
    notes: declaration.notes,
    truth: resolved.truth,
    text: formatExpression(declaration.condition),
  };
}

function planFamily(
  declaration: SegmentDeclaration,
  definition: Definition,
  outer: Context,
): PlannedFamily | undefined {
  const [parameter] = declaration.parameters;
  const file = definition.file === undefined ? {} : { file: definition.file };
  if (parameter === undefined || declaration.parameters.length !== 1) {
    return report({ ...outer, ...file }, declaration, {
      code: "family-parameters",
      message: "a family has one parameter",
      hint: "make one family for each dimension",
    });
  }
  const family: FamilyScope = { name: declaration.name };
  const context: Context = {
    workspace: outer.workspace,
    bindings: new Map([[parameter, { kind: "family", family }]]),
    family,
    ...file,
  };
  const truth = truthOf(declaration.condition, context);
  const by = declaration.top && resolve(declaration.top.by, context, "number");
  if (truth === undefined || (declaration.top && by === undefined)) return undefined;
  if (family.key === undefined) {
    return report(context, declaration, {
      code: "family-without-key",
      message: `the parameter ${parameter} of ${declaration.name} is compared with no product dimension`,
      hint: `write where category = ${parameter} in an aggregate`,
    });
  }
  if (by !== undefined && "value" in by && nowDegree(by.value).degree !== 0) {
    return report(context, declaration.top?.by ?? declaration, {
      code: "not-linear",
      message: "top N by needs a number that does not move with the clock",
    });
  }
  if (by !== undefined && !("value" in by && by.value.type === "number")) {
    return report(context, declaration.top?.by ?? declaration, {
      code: "type-clash",
      message: "top N by needs a number",
    });
  }
  return {
    name: declaration.name,
    ...(declaration.title === undefined ? {} : { title: declaration.title }),
    notes: declaration.notes,
    key: family.key,
    truth,
    ...(declaration.top && by && "value" in by
      ? { top: { count: declaration.top.count, by: by.value } }
      : {}),
    text: formatExpression(declaration.condition),
  };
}

function planAttribute(
  name: string,
  library: Library,
  context: Context,
): PlannedAttribute | undefined {
  const found = library.definitions.get(name);
  if (found === undefined || found.declaration.kind !== "attribute") {
    return report(context, {}, { code: "unknown-name", message: `there is no attribute ${name}` });
  }
  const declaration: AttributeDeclaration = found.declaration;
  const resolved = resolve(
    { kind: "name", name, span: declaration.span },
    { ...context, ...(found.file === undefined ? {} : { file: found.file }) },
  );
  if (resolved === undefined) return undefined;
  const text =
    declaration.body.kind === "classification"
      ? `one of ${declaration.body.cases.map((c) => c.value).join(", ")}, ${declaration.body.otherwise}`
      : formatExpression(declaration.body);
  return "truth" in resolved
    ? { name, type: "boolean", value: { kind: "truth", truth: resolved.truth }, text }
    : { name, type: resolved.value.type, value: resolved.value, text };
}

/** Families that are asked for are evaluated too, wanted or not; they must not ask for themselves. */
function addMissingFamilies(
  workspace: Workspace,
  segments: readonly PlannedSegment[],
  families: PlannedFamily[],
  library: Library,
  context: Context,
): void {
  const asked = segments.map((s) => s.truth);
  for (const { of } of workspace.statistics.values()) {
    if (of.kind !== "usual" && of.among !== undefined) asked.push(of.among);
  }
  const queue = [...asked, ...families.map((f) => f.truth)].flatMap((t) => [...familiesIn(t)]);
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    if (families.some((f) => f.name === name)) continue;
    const found = library.definitions.get(name);
    const family =
      found?.declaration.kind === "segment"
        ? planFamily(found.declaration, found, context)
        : undefined;
    if (family === undefined) continue;
    families.push(family);
    queue.push(...familiesIn(family.truth));
  }
  for (const family of families) refuseCircle(family, [family.name], families, library, context);
}

function refuseCircle(
  family: PlannedFamily,
  path: readonly string[],
  families: readonly PlannedFamily[],
  library: Library,
  context: Context,
): void {
  for (const name of familiesIn(family.truth)) {
    const next = families.find((f) => f.name === name);
    if (name === path[0]) {
      report(context, library.definitions.get(name)?.declaration ?? {}, {
        code: "circular",
        message: `${name} depends on itself: ${[...path, name].join(" -> ")}`,
        hint: "break the circle",
      });
    } else if (next !== undefined && !path.includes(name)) {
      refuseCircle(next, [...path, name], families, library, context);
    }
  }
}

function byDepth(statistics: ReadonlyMap<string, Statistic>): Statistic[] {
  return [...statistics.values()].sort((a, b) => a.depth - b.depth);
}
