/**
 * Tree to text, the one way of writing a tree: `parse(format(t)) = t` up to spans. Comments are not
 * in the tree and are lost.
 */

import { writeExpression } from "./format-expressions.js";
import { formatNumber, hang, INSIDE_BRACKETS } from "./format-place.js";
import { blank, flatten, group, indent, type Layout, lineBreak, render } from "./layout.js";
import { quoteText } from "./lex-text.js";
import type {
  AttributeDeclaration,
  Classification,
  Declaration,
  Document,
  Expression,
  SegmentDeclaration,
} from "./tree.js";

const COLUMNS = 100;

/** The document, one-line declarations together and longer ones apart; ends with a line break. */
export function formatDocument(document: Document): string {
  const texts = document.declarations.map(formatDeclaration);
  const isShort = (text: string | undefined) => text !== undefined && !text.includes("\n");
  return texts
    .map(
      (text, i) =>
        `${text}\n${i === texts.length - 1 || (isShort(text) && isShort(texts[i + 1])) ? "" : "\n"}`,
    )
    .join("");
}

export function formatDeclaration(node: Declaration): string {
  return render(node.kind === "attribute" ? layoutAttribute(node) : layoutSegment(node), COLUMNS);
}

export function formatExpression(node: Expression): string {
  return render(writeExpression(node, "or", INSIDE_BRACKETS), COLUMNS);
}

function layoutAttribute(node: AttributeDeclaration): Layout {
  const per = node.per === undefined ? "" : ` per ${node.per}`;
  const head = `attribute ${node.name}${formatParameters(node.parameters)}${per} =`;
  if (node.body.kind === "classification") return [head, " one of", layoutCases(node.body)];
  return group([head, indent([blank, writeExpression(node.body, "or", INSIDE_BRACKETS)])]);
}

function layoutCases({ cases, otherwise }: Classification): Layout {
  const rows = cases.map(({ value, when }) => [
    lineBreak,
    `${value} when `,
    hang(when, writeExpression(when, "or", INSIDE_BRACKETS)),
    ",",
  ]);
  return indent([rows, lineBreak, `${otherwise} otherwise`]);
}

function layoutSegment(node: SegmentDeclaration): Layout {
  const title = node.title === undefined ? "" : ` ${quoteText(node.title, '"')}`;
  const head = `segment ${node.name}${formatParameters(node.parameters)}${title}`;
  const notes = node.notes.map(({ key, text }) => [
    lineBreak,
    `with ${key} ${quoteText(text, '"')}`,
  ]);
  const top = node.top && [
    blank,
    `top ${formatNumber(node.top.count)} by `,
    writeExpression(node.top.by, "or", INSIDE_BRACKETS),
  ];
  const isPlain = node.title === undefined && node.notes.length === 0;
  const condition = writeExpression(node.condition, "or", INSIDE_BRACKETS);
  // A text directly behind the name would be the title.
  const isMistakable = isPlain && flatten(condition).startsWith("'");
  const body = isMistakable ? ["(", condition, ")"] : condition;
  return group([head, indent([notes, isPlain ? blank : lineBreak, body, top ?? ""])]);
}

function formatParameters(names: readonly string[]): string {
  return names.length === 0 ? "" : `(${names.join(", ")})`;
}
