/**
 * Which node kinds and options of `tree.ts` occur in texts. The list of what must occur is written
 * out, so that a new kind of node is missed here until the generators make it.
 */

import {
  AGGREGATE_FUNCTIONS,
  COMPARISON_OPERATORS,
  type Document,
  FUNCTIONS,
  SCOPE_KEYS,
  UNITS,
} from "../../src/segment/syntax/tree.js";
import { SOURCES } from "../../src/segment/vocabulary.js";

type AnyNode = Readonly<Record<string, unknown>>;

/** Every label that texts must show, given enough of them. */
export const FEATURES: readonly string[] = [
  ...[
    "attribute",
    "attribute parameter",
    "segment",
    "segment title",
    "segment note",
    "family",
    "family top",
  ],
  ...SCOPE_KEYS.map((key) => `attribute per ${key}`),
  ...[
    "classification",
    "several cases",
    "aggregate distinct",
    "aggregate moment",
    "aggregate row expression",
  ],
  ...[
    "literal number",
    "literal string",
    "literal boolean",
    "duration",
    "instant date",
    "instant time",
  ],
  ...["name", "call", "trait 1", "trait 2", "field source", "field props", "field nested props"],
  ...FUNCTIONS.map((name) => `call ${name}`),
  ...AGGREGATE_FUNCTIONS.map((fn) => `aggregate ${fn}`),
  ...["day", "week", "month"].map((per) => `aggregate per ${per}`),
  ...["person", "category", "department", "brand"].map((of) => `of ${of}`),
  ...[
    "sequence 2",
    "sequence 3",
    "step where",
    "step within",
    "step without",
    "step without where",
  ],
  ...[...SOURCES.keys()].map((source) => `source ${source}`),
  ...[
    "windows 0",
    "windows 1",
    "windows 2",
    "window last",
    "window ago",
    "window season",
    "window phase",
  ],
  ...["this", "previous"].flatMap((which) =>
    ["day", "week", "month", "year"].map((unit) => `window ${which} ${unit}`),
  ),
  ...["window from", "window to", "window from to"],
  ...["after", "before"].flatMap((side) => [`window ${side}`, `window within ${side}`]),
  ...UNITS.map((unit) => `window last ${unit}`),
  ...[
    "percentile bare",
    "percentile of",
    "percentile among",
    "percentile store",
    "percentile store among",
    "percentile fraction",
  ],
  ...["usual share", "usual average", "usual median", "usual by field", "usual by period"],
  "usual by several",
  ...["+", "-", "*", "/"].map((op) => `arithmetic ${op}`),
  ...["negate", "since days", "since time", "and", "or", "not", "between", "in window"],
  ...["in season", "in season phase"],
  ...COMPARISON_OPERATORS.map((op) => `comparison ${op}`),
  ...["is", "is not", "is literal", "is name", "is set", "is not set"],
  ...["some", "every", "no", "at least"].map((quantity) => `quantifier ${quantity}`),
  ...SCOPE_KEYS.map((key) => `quantifier ${key}`),
];

/** How often each label occurs; labels that `FEATURES` does not know throw. */
export function countFeatures(documents: Iterable<Document>): Map<string, number> {
  const counts = new Map(FEATURES.map((feature) => [feature, 0]));
  const add = (label: string) => {
    const old = counts.get(label);
    if (old === undefined) throw new Error(`FEATURES lacks ${label}`);
    counts.set(label, old + 1);
  };
  const walk = (value: unknown) => {
    if (typeof value !== "object" || value === null) return;
    const node = value as AnyNode;
    for (const label of labelsOf(node)) add(label);
    for (const part of Object.values(node)) walk(part);
  };
  for (const document of documents) walk(document);
  return counts;
}

function labelsOf(node: AnyNode): string[] {
  if ("windows" in node && Array.isArray(node.windows)) {
    return [`windows ${Math.min(node.windows.length, 2)}`, ...expressionLabels(node)];
  }
  if ("steps" in node) return sourceLabels(node);
  if ("source" in node && !("kind" in node)) return stepLabels(node);
  return [...declarationLabels(node), ...windowLabels(node), ...expressionLabels(node)];
}

const when = (condition: unknown, label: string): string[] => (condition ? [label] : []);
const sizeOf = (list: unknown): number => (list as readonly unknown[]).length;

function declarationLabels(node: AnyNode): string[] {
  switch (node.kind) {
    case "attribute":
      return [
        "attribute",
        ...when(sizeOf(node.parameters) > 0, "attribute parameter"),
        ...when(node.per, `attribute per ${node.per}`),
      ];
    case "classification":
      return ["classification", ...when(sizeOf(node.cases) > 1, "several cases")];
    case "segment":
      return [
        "segment",
        ...when(node.title, "segment title"),
        ...when(sizeOf(node.notes) > 0, "segment note"),
        ...when(sizeOf(node.parameters) > 0, "family"),
        ...when(node.top, "family top"),
      ];
    default:
      return [];
  }
}

function sourceLabels(node: AnyNode): string[] {
  const count = sizeOf(node.steps);
  return [...when(count > 1, `sequence ${count}`), ...when(node.of, `of ${node.of}`)];
}

function stepLabels(node: AnyNode): string[] {
  const without = node.without as AnyNode | undefined;
  return [
    `source ${node.source}`,
    ...when(node.where, "step where"),
    ...when(node.within, "step within"),
    ...when(without, "step without"),
    ...when(without?.where, "step without where"),
  ];
}

function windowLabels(node: AnyNode): string[] {
  switch (node.kind) {
    case "last":
      return ["window last", `window last ${(node.duration as AnyNode).unit}`];
    case "ago":
      return ["window ago"];
    case "calendar":
      return [`window ${node.which} ${node.unit}`];
    case "range":
      return [`window ${[...when(node.from, "from"), ...when(node.to, "to")].join(" ")}`];
    case "season":
      return ["window season", ...when(node.phase, "window phase")];
    case "relative":
      return [node.within === undefined ? `window ${node.side}` : `window within ${node.side}`];
    default:
      return [];
  }
}

function expressionLabels(node: AnyNode): string[] {
  switch (node.kind) {
    case "literal":
      return [`literal ${typeof node.value}`];
    case "instant":
      return [sizeOf([...(node.text as string)]) > 10 ? "instant time" : "instant date"];
    case "call":
      return [
        "call",
        ...when((FUNCTIONS as readonly unknown[]).includes(node.name), `call ${node.name}`),
      ];
    case "trait":
      return [`trait ${sizeOf(node.path)}`];
    case "field":
      return fieldLabels(node);
    case "aggregate":
      return aggregateLabels(node);
    case "percentile":
      return percentileLabels(node);
    case "usual":
      return usualLabels(node);
    case "in season":
      return ["in season", ...when(node.phase, "in season phase")];
    case "arithmetic":
    case "comparison":
      return [`${node.kind} ${node.op}`];
    case "since":
      return [`since ${node.measure}`];
    case "is": {
      const values = node.values as readonly AnyNode[];
      return [
        node.negated ? "is not" : "is",
        ...values.map((v) => (v.kind === "name" ? "is name" : "is literal")),
      ];
    }
    case "is set":
      return [node.negated ? "is not set" : "is set"];
    case "quantifier":
      return [
        `quantifier ${typeof node.quantity === "string" ? node.quantity : "at least"}`,
        `quantifier ${node.key}`,
      ];
    case "duration":
    case "name":
    case "negate":
    case "and":
    case "or":
    case "not":
    case "between":
    case "in window":
      return [node.kind];
    default:
      return [];
  }
}

function fieldLabels(node: AnyNode): string[] {
  const path = node.path as readonly string[];
  return [
    ...when(node.source, "field source"),
    ...when(path[0] === "props", path.length > 2 ? "field nested props" : "field props"),
  ];
}

function aggregateLabels(node: AnyNode): string[] {
  const value = node.value as AnyNode | undefined;
  return [
    `aggregate ${node.fn}`,
    ...when(node.distinct, "aggregate distinct"),
    ...when(node.per, `aggregate per ${node.per}`),
    ...when((node.fn === "first" || node.fn === "last") && value === undefined, "aggregate moment"),
    ...when(value !== undefined && value.kind !== "field", "aggregate row expression"),
  ];
}

function usualLabels(node: AnyNode): string[] {
  const by = node.by as readonly string[];
  const isPeriod = (name: string) => ["day", "week", "month"].includes(name);
  return [
    `usual ${(node.of as AnyNode).fn}`,
    ...by.map((name) => `usual by ${isPeriod(name) ? "period" : "field"}`),
    ...when(by.length > 1, "usual by several"),
  ];
}

function percentileLabels(node: AnyNode): string[] {
  const form = node.store ? "store" : node.of ? "of" : "bare";
  return [
    `percentile ${form}`,
    ...when(node.among, node.store ? "percentile store among" : "percentile among"),
    ...when(!Number.isInteger(node.percent), "percentile fraction"),
  ];
}
