/**
 * The proposal as a mapping: YAML with a comment on each line that says how sure it is and why.
 * What waits for an answer is commented out, so that nothing counts that a person has not agreed
 * to; a section of which nothing else is left is commented out with it.
 */

import { stringify } from "yaml";
import type { Proposal, ProposedRule } from "./proposal.js";

type Line = ProposedRule;

/** Comments begin in this column, where the lines leave room. */
const COMMENT_COLUMN = 34;

export function mappingText(proposal: Omit<Proposal, "mapping">): string {
  const { file, record, sureness, why, preset, rows, sampled } = proposal;
  const { fields, rules, unused, repeated, lacking } = proposal;
  const columns = fields.map(({ field, column, ...line }) => ({
    ...line,
    key: `columns.${field}`,
    value: column,
  }));
  const top = rules.filter(({ key }) => !key.includes("."));
  const deep = [...columns, ...rules.filter(({ key }) => key.includes("."))];
  const sections = [...new Set(deep.map(({ key }) => key.split(".")[0]!))];
  return [
    ...comment(
      `A mapping for ${file}, proposed from ${sampled} of its ${rows} rows. Each line says how sure ` +
        "it is and why; what is commented out waits for your answer. To see what would come in:",
    ),
    `#   tessera import ${oneLine(JSON.stringify(file))} --map THIS_FILE --dry-run`,
    ...(preset === ""
      ? []
      : comment(`The preset ${preset} knows this file: without --map it is read so.`)),
    ...(lacking.length === 0
      ? []
      : comment(`NOT YET A MAPPING. What nothing was found for: ${lacking.join("; ")}.`)),
    ...lineText({ key: "record", value: record, sureness, why }, ""),
    ...top.flatMap((line) => lineText(line, "")),
    ...sections.flatMap((section) => [
      "",
      ...sectionText(
        section,
        deep.filter(({ key }) => key.split(".")[0] === section),
      ),
    ]),
    ...(unused.length === 0
      ? []
      : ["", ...comment(`Columns that nothing was found for: ${unused.join(", ")}.`)]),
    ...(repeated.length === 0
      ? []
      : ["", ...comment(`Rename columns that occur twice, to use them: ${repeated.join(", ")}.`)]),
    "",
  ].join("\n");
}

function sectionText(section: string, lines: readonly Line[]): string[] {
  const live = lines.some(({ question }) => question === undefined);
  return [`${live ? "" : "# "}${section}:`, ...lines.flatMap((line) => lineText(line, "  "))];
}

function lineText({ key, value, sureness, why, question }: Line, indent: string): string[] {
  const name = key.slice(key.indexOf(".") + 1);
  const off = question === undefined ? "" : "# ";
  const text = `${indent}${off}${name}: ${flow(value)}`;
  const line = `${text.padEnd(COMMENT_COLUMN)}  # ${oneLine(`${sureness}: ${why}`)}`;
  return question === undefined ? [line] : [line, `${indent}#   -> ${oneLine(question)}`];
}

/** On one line, and in quotes wherever a reader might doubt what it is: JSON is YAML. */
function flow(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flow).join(", ")}]`;
  if (typeof value !== "string" || !PLAIN.test(value)) return JSON.stringify(value);
  return stringify(value, { lineWidth: 0 }).trim();
}

const PLAIN = /^\p{L}[\p{L}\p{N} _/-]*$/u;

const comment = (text: string): string[] => wrapped(oneLine(text)).map((part) => `# ${part}`);

const oneLine = (text: string): string => text.replace(/[\p{Cc}\u2028\u2029]+/gu, " ");

const MAX_COMMENT = 98;

function wrapped(text: string): string[] {
  const lines: string[] = [];
  let rest = text;
  while (rest.length > MAX_COMMENT) {
    const at = rest.lastIndexOf(" ", MAX_COMMENT);
    if (at <= 0) break;
    lines.push(rest.slice(0, at));
    rest = rest.slice(at + 1);
  }
  return [...lines, rest];
}
