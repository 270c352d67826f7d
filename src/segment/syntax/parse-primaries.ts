/** Operands: literals, names, calls, traits, fields, percentiles, `days since M`, brackets. */

import {
  advance,
  at,
  closeBracket,
  deeper,
  expected,
  fault,
  inMode,
  isOperator,
  need,
  needName,
  type Parser,
  peek,
  recoverAfterBracket,
  spanFrom,
  take,
} from "./cursor.js";
import { parseAggregate, parseUsual, startsUsual } from "./parse-aggregates.js";
import { parseDuration, parseSeason } from "./parse-windows.js";
import type { Expression, Literal, Percentile } from "./tree.js";
import { isAggregateFunction, isPathPart, isReserved, unitOf } from "./words.js";

export function parsePrimary(p: Parser): Expression {
  const token = peek(p);
  switch (token.kind) {
    case "number":
      return unitOf(peek(p, 1).text) === undefined || peek(p, 1).kind !== "word"
        ? parseLiteral(p)!
        : parseDurationLiteral(p);
    case "text":
      return parseLiteral(p)!;
    case "instant":
      advance(p);
      return { kind: "instant", text: token.text, span: spanFrom(p, token.start) };
    case "percentile":
      return parsePercentile(p, token.start, false);
    case "word":
      return parseWord(p);
    default:
      return at(p, "(") ? parseGroup(p) : expected(p, "a value", valueHint(p));
  }
}

/** A number, text or truth; undefined (and nothing passed) if none is here. */
export function parseLiteral(p: Parser): Literal | undefined {
  const token = peek(p);
  const isTruth = at(p, "true") || at(p, "false");
  if (token.kind !== "number" && token.kind !== "text" && !isTruth) return undefined;
  advance(p);
  const value = isTruth
    ? token.text === "true"
    : token.kind === "number"
      ? token.value
      : token.text;
  return { kind: "literal", value, span: spanFrom(p, token.start) };
}

function parseDurationLiteral(p: Parser): Expression {
  const duration = parseDuration(p);
  return { kind: "duration", duration, span: duration.span! };
}

function parseGroup(p: Parser): Expression {
  return recoverAfterBracket(p, p.index, () => {
    const open = advance(p);
    const inner = deeper(p, () => inMode(p, { windows: true }, () => p.rules.expression(p)));
    closeBracket(p, open);
    return inner;
  });
}

function parseWord(p: Parser): Expression {
  const token = peek(p);
  const next = peek(p, 1);
  if (token.text === "true" || token.text === "false") return parseLiteral(p)!;
  if (token.text === "store" && next.kind === "percentile") {
    advance(p);
    return parsePercentile(p, token.start, true);
  }
  if (startsUsual(p)) return parseUsual(p);
  if (take(p, "now", "in", "season"))
    return { kind: "in season", ...parseSeason(p), span: spanFrom(p, token.start) };
  if (
    next.kind === "word" &&
    next.text === "since" &&
    (token.text === "days" || token.text === "time")
  ) {
    p.index += 2;
    const moment = deeper(p, () => p.rules.primary(p));
    return { kind: "since", measure: token.text, moment, span: spanFrom(p, token.start) };
  }
  if (at(p, token.text, "("))
    return isAggregateFunction(token.text) ? parseAggregate(p) : parseCall(p);
  if (at(p, token.text, ".")) return parsePath(p);
  if (isReserved(token.text)) return expected(p, "a value", reservedHint(token.text));
  needName(p, "an attribute, segment or field");
  return { kind: "name", name: token.text, span: spanFrom(p, token.start) };
}

function parseCall(p: Parser): Expression {
  return recoverAfterBracket(p, p.index + 1, () => {
    const name = needName(p, "an attribute or function");
    const open = advance(p);
    const args: Expression[] = [];
    deeper(p, () =>
      inMode(p, { windows: true }, () => {
        do args.push(p.rules.expression(p));
        while (take(p, ","));
      }),
    );
    closeBracket(p, open);
    return { kind: "call", name: name.text, args, span: spanFrom(p, name.start) };
  });
}

/** `person.country`, `line.net` in a value, `props.color` in `where`. */
function parsePath(p: Parser): Expression {
  const head = peek(p);
  const isTrait = head.text === "person";
  if (isTrait) advance(p);
  else needName(p, "a source or field");
  const rest: string[] = [];
  while (take(p, ".")) {
    const part = peek(p);
    if (part.kind !== "word" || !isPathPart(part.text)) expected(p, "the name of a property");
    rest.push(advance(p).text);
  }
  const span = spanFrom(p, head.start);
  if (isTrait) return { kind: "trait", path: rest, span };
  if (p.mode.fields === "row") return { kind: "field", path: [head.text, ...rest], span };
  if (p.mode.fields === "source") return { kind: "field", source: head.text, path: rest, span };
  const hint = `Say which of them: last(${head.text}.${rest.join(".")}), sum(...), ...`;
  return fault(p, "stray-field", span, "a field has a value only inside an aggregate", hint);
}

function parsePercentile(p: Parser, start: number, store: boolean): Expression {
  const token = advance(p);
  if (token.value > 100) {
    fault(p, "percentile-range", token, "a percentile is between p0 and p100");
  }
  const head = { kind: "percentile", percent: token.value, ...(store && { store }) } as const;
  const bare = { ...head, span: spanFrom(p, start) };
  if (!at(p, "(")) return store ? need(p, "(", "Say of what: store p50(gap.days).") && bare : bare;
  return recoverAfterBracket(p, p.index, () => {
    const open = advance(p);
    const parts = deeper(p, () =>
      inMode(p, { windows: true, fields: store ? "source" : "none" }, () => parseOfAmong(p)),
    );
    closeBracket(p, open);
    return { ...head, ...parts, span: spanFrom(p, start) };
  });
}

/** Whatever it is of, `among` is a condition on people. */
function parseOfAmong(p: Parser): Pick<Percentile, "of" | "among"> {
  const of = p.rules.expression(p);
  if (!take(p, "among")) return { of };
  return { of, among: inMode(p, { windows: true, fields: "none" }, () => p.rules.expression(p)) };
}

function valueHint(p: Parser): string | undefined {
  if (peek(p).kind === "end") return "The text ends too early.";
  const before = p.tokens[p.index - 1];
  if (!isOperator(before) || !isOperator(peek(p))) return undefined;
  return at(p, "=") && (before?.text === "<" || before?.text === ">")
    ? `Write \`${before.text}=\` without a blank.`
    : "One operator is too many.";
}

function reservedHint(word: string): string | undefined {
  switch (word) {
    case "now":
      return "Write `days since M`, `time since M` or `now in season NAME`.";
    case "person":
      return "Name a trait: person.country.";
    case "not":
    case "some":
    case "every":
    case "no":
      return `Put brackets around \`${word} ...\`.`;
    default:
      return undefined;
  }
}
