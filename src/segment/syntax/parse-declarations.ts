/** Documents: a list of `attribute` and `segment` declarations. */

import {
  advance,
  at,
  closeBracket,
  DEPTH_HINT,
  expected,
  fault,
  hintFor,
  isOperator,
  MAX_FAULTS,
  need,
  needKind,
  needName,
  needWord,
  type Parser,
  peek,
  shown,
  spanFrom,
  startsDeclaration,
  take,
  Unwind,
  unexpected,
} from "./cursor.js";
import { suggest } from "./diagnostics.js";
import { parseCount, parseExpression } from "./parse-expressions.js";
import {
  type Classification,
  type Declaration,
  type Expression,
  SCOPE_KEYS,
  type SegmentDeclaration,
} from "./tree.js";
import { MAX_TREE_DEPTH, rootsOf, treeDepth } from "./walk-tree.js";
import { isDeclarable } from "./words.js";

/** All declarations that could be read; behind a fault it goes on with the next declaration. */
export function parseDeclarations(p: Parser): Declaration[] {
  const declarations: Declaration[] = [];
  while (peek(p).kind !== "end" && p.faults <= MAX_FAULTS) {
    const start = p.index;
    try {
      declarations.push(parseDeclaration(p));
    } catch (error) {
      if (!(error instanceof Unwind)) throw error;
      p.index = Math.max(p.index, start + 1);
      while (peek(p).kind !== "end" && !startsDeclaration(p, p.index)) p.index += 1;
    }
  }
  return declarations;
}

/** Refuses an expression that is too deep to be worked on. */
export function limitDepth(p: Parser, roots: readonly Expression[]): void {
  if (treeDepth(roots) <= MAX_TREE_DEPTH) return;
  const span = roots[0]?.span ?? peek(p);
  fault(p, "too-deep", span, `nested more than ${MAX_TREE_DEPTH} levels deep`, DEPTH_HINT);
}

function parseDeclaration(p: Parser): Declaration {
  const { start } = peek(p);
  const declaration = at(p, "attribute") ? parseAttribute(p) : parseSegment(p);
  limitDepth(p, rootsOf(declaration));
  return { ...declaration, span: spanFrom(p, start) };
}

function parseAttribute(p: Parser): Declaration {
  need(p, "attribute");
  const name = parseDeclaredName(p, "the name of an attribute");
  const parameters = at(p, "(") ? parseParameters(p) : [];
  const per = take(p, "per") ? { per: needWord(p, SCOPE_KEYS, "a key") } : {};
  need(p, "=", `Write: attribute ${name} = ...`);
  const isClassification = take(p, "one", "of");
  const body = isClassification ? parseClassification(p) : parseExpression(p);
  endOfDeclaration(p);
  return { kind: "attribute", name, parameters, ...per, body };
}

function parseClassification(p: Parser): Classification {
  const { start } = p.tokens[p.index - 2]!;
  const cases: { value: string; when: Expression }[] = [];
  for (;;) {
    if (endsHere(p)) missingOtherwise(p, start);
    const value = needName(p, "a value of the classification").text;
    if (cases.length > 0 && take(p, "otherwise")) {
      return { kind: "classification", cases, otherwise: value, span: spanFrom(p, start) };
    }
    need(p, "when", hintFor(peek(p), cases.length > 0 ? ["when", "otherwise"] : ["when"]));
    cases.push({ value, when: parseExpression(p) });
    if (take(p, ",")) continue;
    if (endsHere(p)) missingOtherwise(p, start);
    unexpected(p, "`,`");
  }
}

function missingOtherwise(p: Parser, start: number): never {
  const hint = "End with the value for all others: ..., low otherwise.";
  const span = spanFrom(p, start);
  return fault(p, "missing-otherwise", span, "this classification has no `otherwise`", hint);
}

function parseSegment(p: Parser): Declaration {
  if (!take(p, "segment")) {
    const near = peek(p).kind === "word" && suggest(peek(p).text, ["segment", "attribute"]);
    const hint = near ? `Did you mean \`${near}\`?` : "Write: segment NAME CONDITION.";
    expected(p, "`attribute` or `segment`", hint);
  }
  const name = parseDeclaredName(p, "the name of a segment");
  const named = p.tokens[p.index - 1]!;
  // A bracket behind a blank begins the condition: `segment f7 (vip) or new_here`.
  const parameters = at(p, "(") && peek(p).start === named.end ? parseParameters(p) : [];
  const title = peek(p).kind === "text" ? { title: advance(p).text } : {};
  const notes = parseNotes(p);
  if (endsHere(p) || (at(p, "top") && peek(p, 1).kind === "number")) {
    const hint = "Write what must hold: segment vip count(order) >= 3.";
    fault(p, "missing-condition", named, `the segment \`${name}\` has no condition`, hint);
  }
  if (title.title !== undefined && notes.length === 0 && isInfix(p)) {
    const hint = `A text behind the name is the title. Write: segment ${name} (...).`;
    fault(p, "expected", peek(p), `expected a condition, found ${shown(peek(p))}`, hint);
  }
  const isBracket = at(p, "(");
  const condition = parseExpression(p);
  const top = parseTop(p);
  if (isBracket && condition.kind === "name" && !endsHere(p)) {
    const hint = `Parameters follow the name without a blank: segment ${name}(${condition.name}).`;
    fault(p, "unexpected", peek(p), "expected `and`, `or` or the end of the declaration", hint);
  }
  endOfDeclaration(p);
  return { kind: "segment", name, parameters, ...title, notes, condition, ...top };
}

function parseNotes(p: Parser): SegmentDeclaration["notes"] {
  const notes: { key: string; text: string }[] = [];
  while (take(p, "with")) {
    const key = needName(p, "the key of a note").text;
    notes.push({ key, text: needKind(p, "text", "a text", `Write: with ${key} "..."`).text });
  }
  return notes;
}

function parseTop(p: Parser): Pick<SegmentDeclaration, "top"> {
  if (!take(p, "top")) return {};
  const count = parseCount(p);
  need(p, "by", "Say by which number: top 3 by sum(line.net).");
  return { top: { count, by: parseExpression(p) } };
}

function parseDeclaredName(p: Parser, what: string): string {
  const token = needName(p, what);
  if (isDeclarable(token.text)) return token.text;
  const message = `\`${token.text}\` is a function of the language, not ${what}`;
  const hint = `Choose another name, like \`${token.text}_1\`.`;
  return fault(p, "reserved-name", token, message, hint);
}

function parseParameters(p: Parser): string[] {
  const open = advance(p);
  const names: string[] = [];
  do {
    const token = needName(p, "the name of a parameter");
    if (names.includes(token.text)) {
      const message = `the parameter \`${token.text}\` occurs twice`;
      fault(p, "duplicate-parameter", token, message, "Name each once.");
    }
    names.push(token.text);
  } while (take(p, ","));
  closeBracket(p, open, "Parameters are names: (a, b).");
  return names;
}

/** What cannot begin a condition; `-` can. */
function isInfix(p: Parser): boolean {
  return isOperator(peek(p)) && !at(p, "-");
}

function endsHere(p: Parser): boolean {
  return peek(p).kind === "end" || startsDeclaration(p, p.index);
}

function endOfDeclaration(p: Parser): void {
  if (!endsHere(p)) unexpected(p, "`and`, `or` or the end of the declaration");
}
