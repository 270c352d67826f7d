/**
 * Aggregates: `count(viewed where price > 50 in last 7 days)`.
 *
 *   FN ( [distinct] STEP { then STEP } [of ...] { WINDOW } ) { WINDOW }
 *   STEP = SOURCE-or-VALUE [days|weeks|months] [where C] [within D] [without S [where C]]
 *   store FN ( STEP by FIELD { and FIELD } { WINDOW } )
 *
 * The value belongs to the last step and names its source (`line.net - line.cost`). Windows behind
 * the bracket restrict the facts too, except after `first(S)` and `last(S)`: these are moments, and
 * `first(order) in last 30 days` asks about the moment.
 */

import {
  advance,
  at,
  closeBracket,
  deeper,
  expected,
  fault,
  hintFor,
  inMode,
  isMark,
  need,
  needName,
  needWord,
  type Parser,
  peek,
  recoverAfterBracket,
  spanFrom,
  take,
  unexpected,
} from "./cursor.js";
import { startsWindow } from "./look-ahead.js";
import { parseDuration, parseWindow, parseWindows } from "./parse-windows.js";
import {
  type Aggregate,
  type AggregateFunction,
  type Expression,
  SCOPE_KEYS,
  type Source,
  type Step,
  type Window,
} from "./tree.js";
import { isMoment, walk } from "./walk-tree.js";
import { isAggregateFunction } from "./words.js";

const PER = { days: "day", weeks: "week", months: "month" } as const;

interface Parts {
  readonly distinct: boolean;
  readonly steps: Step[];
  value?: Expression;
  per?: Aggregate["per"];
  of?: Source["of"];
}

/** From the function's name on; the bracket is known to follow. */
export function parseAggregate(p: Parser): Expression {
  const { start } = peek(p);
  const node = recoverAfterBracket(p, p.index + 1, () => parseBracket(p));
  if (node.kind !== "aggregate" || isMoment(node)) return node;
  if (!p.mode.windows || !startsWindow(p)) return node;
  const windows = inMode(p, { fields: "none" }, () => parseWindows(p));
  return { ...node, windows: [...node.windows, ...windows], span: spanFrom(p, start) };
}

/** Whether `store share(...)` begins here. */
export function startsUsual(p: Parser): boolean {
  const next = peek(p, 1);
  const isFunction = next.kind === "word" && isAggregateFunction(next.text);
  return at(p, "store") && isFunction && isMark(peek(p, 2), "(");
}

/** `store share(line.net where discount > 0 by category and month)`. */
export function parseUsual(p: Parser): Expression {
  const { start } = advance(p);
  const by: string[] = [];
  const of = recoverAfterBracket(p, p.index + 1, () =>
    parseBracket(p, () => by.push(...parseBy(p))),
  );
  return of.kind === "aggregate" ? { kind: "usual", of, by, span: spanFrom(p, start) } : of;
}

/** `by category and month`. */
function parseBy(p: Parser): string[] {
  need(p, "by", "Say for which facts it is usual: store median(line.price by category).");
  const names: string[] = [];
  do names.push(needName(p, "a field").text);
  while (take(p, "and"));
  return names;
}

/** `more` parses what stands between the steps and the windows. */
function parseBracket(p: Parser, more?: () => void): Aggregate {
  const name = advance(p);
  const open = advance(p);
  const inner = peek(p).start;
  const parts: Parts = { distinct: take(p, "distinct"), steps: [] };
  deeper(p, () => parseSteps(p, parts));
  more?.();
  const source = {
    steps: parts.steps,
    ...(parts.of !== undefined && { of: parts.of }),
    span: spanFrom(p, parts.steps[0]?.span?.start ?? inner),
  };
  const windows = inMode(p, { windows: true, fields: "none" }, () => parseInnerWindows(p));
  closeBracket(p, open, "Close the bracket before the comparison: count(order) >= 3.");
  const node: Aggregate = {
    kind: "aggregate",
    fn: name.text as AggregateFunction,
    source,
    ...(parts.distinct && { distinct: true }),
    ...(parts.per !== undefined && { per: parts.per }),
    ...(parts.value !== undefined && { value: parts.value }),
    windows,
    span: spanFrom(p, name.start),
  };
  const wrong = shapeFault(node);
  if (wrong !== undefined) p.report("wrong-aggregate", node.span!, ...wrong);
  return node;
}

/** A comma may part windows: `then B within 3 days, after M` (else `within 3 days after M`). */
function parseInnerWindows(p: Parser): Window[] {
  const windows: Window[] = [];
  for (;;) {
    if (at(p, ",") && startsWindow(p, 1)) advance(p);
    if (!startsWindow(p)) break;
    windows.push(parseWindow(p));
  }
  return windows;
}

function parseSteps(p: Parser, parts: Parts): void {
  do {
    if (parts.value !== undefined || parts.per !== undefined) {
      const hint = "Ask for a field or for days at the last step.";
      fault(p, "wrong-aggregate", peek(p), "only the last step of a sequence is counted", hint);
    }
    parts.steps.push(parseStep(p, parts));
  } while (take(p, "then"));
  parseOf(p, parts);
}

function parseStep(p: Parser, parts: Parts): Step {
  const { start } = peek(p);
  const { source, value } = parseSubject(p);
  if (value !== undefined) parts.value = value;
  const per = peek(p).kind === "word" ? PER[peek(p).text as keyof typeof PER] : undefined;
  if (per !== undefined && advance(p)) parts.per = per;
  parseOf(p, parts);
  const where = parseWhere(p);
  const later = parts.steps.length > 0;
  let within: Step["within"];
  let without: Step["without"];
  for (;;) {
    if (later && within === undefined && at(p, "within") && !startsWindow(p)) {
      advance(p);
      within = parseDuration(p);
    } else if (later && without === undefined && take(p, "without")) {
      without = { source: needName(p, "a source").text, ...parseWhere(p) };
    } else break;
  }
  return {
    source,
    ...where,
    ...(within !== undefined && { within }),
    ...(without !== undefined && { without }),
    span: spanFrom(p, start),
  };
}

/** A bare source, or a value whose fields name the source. */
function parseSubject(p: Parser): { source: string; value?: Expression } {
  const token = peek(p);
  if (at(p, ")")) expected(p, "a source", "Say what to read: count(order), sum(line.net).");
  if (token.kind === "word" && !continuesValue(p)) return { source: needName(p, "a source").text };
  const value = inMode(p, { windows: false, fields: "source" }, () => p.rules.sum(p));
  const sources = new Set<string>();
  walk([value], (node) => {
    if (node.kind === "field" && node.source !== undefined) sources.add(node.source);
    return node.kind !== "aggregate" && node.kind !== "percentile" && node.kind !== "usual";
  });
  const [source, other] = sources;
  if (source === undefined) {
    const hint = "Name a field with its source: sum(line.net).";
    return fault(p, "wrong-aggregate", value.span ?? token, "this reads no source", hint);
  }
  if (other !== undefined) {
    const message = `this mixes the sources \`${source}\` and \`${other}\``;
    fault(p, "mixed-sources", value.span ?? token, message, "An aggregate reads one source.");
  }
  return { source, value };
}

function continuesValue(p: Parser): boolean {
  const next = peek(p, 1);
  if (next.kind === "percentile" || startsUsual(p) || at(p, "now")) return true;
  if (next.kind === "word") return next.text === "since";
  return next.kind === "symbol" && ["(", ".", "+", "-", "*", "/"].includes(next.text);
}

function parseWhere(p: Parser): { where?: Expression } {
  if (!take(p, "where")) return {};
  return { where: inMode(p, { windows: false, fields: "row" }, () => p.rules.expression(p)) };
}

/** `of same category`, `of person`. */
function parseOf(p: Parser, parts: Parts): void {
  if (!at(p, "of")) return;
  if (parts.of !== undefined) unexpected(p, "`)`");
  advance(p);
  if (take(p, "person")) {
    parts.of = "person";
    return;
  }
  const hint = hintFor(peek(p), ["same", "person"]);
  need(p, "same", hint);
  parts.of = needWord(p, SCOPE_KEYS, "a key");
}

function shapeFault(node: Aggregate): [message: string, hint: string] | undefined {
  const { fn, value, distinct, per, source } = node;
  const name = source.steps.at(-1)!.source;
  if (fn === "count") {
    if (distinct && value === undefined) {
      return ["`distinct` needs a field", `Name it: count(distinct ${name}.product).`];
    }
    if (!distinct && value !== undefined) {
      return ["`count` counts facts", `Write count(${name}), or count(distinct ...).`];
    }
    return distinct && per ? ["values and days cannot both be counted", "Choose one."] : undefined;
  }
  if (distinct || per) {
    return [`\`${distinct ? "distinct" : `${per}s`}\` belongs to \`count\``, "Use count(...)."];
  }
  if (fn !== "first" && fn !== "last" && value === undefined) {
    return [`\`${fn}\` needs a number`, `Name a field: ${fn}(${name}.net).`];
  }
  if (fn === "share" && source.steps.at(-1)!.where === undefined) {
    return ["a share needs a `where`", `Say which part: share(${name}.net where discount > 0).`];
  }
  return undefined;
}
