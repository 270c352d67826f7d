/**
 * Reads one NDJSON line of flat values. `JSON.parse` alone would hide three faults: of a repeated
 * key it keeps the last, `1e999` becomes Infinity, and a long number loses its last digits. So the
 * keys and the numbers are taken from the text itself.
 */

/** A value as text, '' for null; or why the line cannot be used. */
export type JsonLine =
  | { readonly ok: true; readonly values: ReadonlyMap<string, string> }
  | { readonly ok: false; readonly reason: string; readonly column: string };

const TOKEN = /\s*(?:("(?:[^"\\]|\\.)*")|([{}[\]:,])|([^\s"{}[\]:,]+))/gy;

/** `wanted`: keys whose values are needed; only these may not be nested. */
export function readJsonLine(text: string, wanted: ReadonlySet<string>): JsonLine {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    return failed(`not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) {
    return failed("not an object");
  }
  return topLevel(text, wanted);
}

/** Walks the tokens of a text that is known to be an object. */
function topLevel(text: string, wanted: ReadonlySet<string>): JsonLine {
  const values = new Map<string, string>();
  let depth = 0;
  let key: string | undefined;
  let previous = "";
  TOKEN.lastIndex = 0;
  for (let match = TOKEN.exec(text); match; match = TOKEN.exec(text)) {
    const [, quoted, mark, bare] = match;
    if (mark === "{" || mark === "[") {
      if (depth === 1 && key !== undefined && wanted.has(key)) {
        return failed("a nested value where one value is needed", key);
      }
      depth += 1;
    } else if (mark === "}" || mark === "]") depth -= 1;
    else if (depth !== 1 || mark) {
      // Inside a nested value, or punctuation: nothing to take.
    } else if (quoted !== undefined && previous !== ":") {
      key = unquoted(quoted);
      if (values.has(key)) return failed("the key occurs twice", key);
      values.set(key, "");
    } else if (key !== undefined) {
      const value = quoted === undefined ? scalar(bare!) : unquoted(quoted);
      if (value === undefined) return failed(`${bare} is not a usable number`, key);
      if (!value.isWellFormed()) return failed("half of a surrogate pair", key);
      values.set(key, value);
    }
    previous = mark ?? "value";
  }
  return { ok: true, values };
}

function unquoted(text: string): string {
  return text.includes("\\") ? (JSON.parse(text) as string) : text.slice(1, -1);
}

/** A number keeps its own digits; null is missing; undefined: beyond what a number can be. */
function scalar(text: string): string | undefined {
  if (text === "null") return "";
  if (text === "true" || text === "false") return text;
  return Number.isFinite(Number(text)) ? text : undefined;
}

function failed(reason: string, column = ""): JsonLine {
  return { ok: false, reason, column };
}
