/**
 * Reads one NDJSON line of flat values. `JSON.parse` alone would hide three faults: of a repeated
 * key it keeps the last, `1e999` becomes Infinity, and a long number loses its last digits. Where
 * one of them is possible, keys and values are taken from the text, token by token; where the
 * number of quotes shows that none is (nearly always), from what was parsed.
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
  return plainValues(text, parsed as Readonly<Record<string, unknown>>) ?? topLevel(text, wanted);
}

/** Every number of so many characters is exact as a double. */
const EXACT_CHARACTERS = 15;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** The values of a flat object without escapes, repeated keys or long numbers; else undefined. */
function plainValues(
  text: string,
  parsed: Readonly<Record<string, unknown>>,
): JsonLine | undefined {
  const values = new Map<string, string>();
  let quotes = 0;
  for (const key in parsed) {
    const value = parsed[key];
    quotes += typeof value === "string" ? 4 : 2;
    if (typeof value === "object" && value !== null) return undefined;
    const plain = value === null ? "" : String(value);
    if (typeof value === "number" && plain.length > EXACT_CHARACTERS) return undefined;
    if (value === Infinity || value === -Infinity) return undefined;
    values.set(key, plain);
  }
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === BACKSLASH) return undefined;
    if (code === QUOTE) quotes -= 1;
  }
  return quotes === 0 ? { ok: true, values } : undefined;
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

/** A long number keeps its own digits; null is missing; undefined: beyond what a number can be. */
function scalar(text: string): string | undefined {
  if (text === "null") return "";
  if (text === "true" || text === "false") return text;
  const number = Number(text);
  if (!Number.isFinite(number)) return undefined;
  return text.length > EXACT_CHARACTERS ? text : String(number);
}

function failed(reason: string, column = ""): JsonLine {
  return { ok: false, reason, column };
}
