/**
 * Reads a JSON text, known to be well formed, token by token: a key that occurs twice, a number
 * beyond what a number can be and half a character are faults, and a long number stays the text
 * that it is. Some ten times slower than `JSON.parse`, and rarely needed.
 */

export class JsonFault extends Error {
  constructor(
    readonly reason: string,
    /** The path of keys to it. */
    readonly column = "",
  ) {
    super(reason);
  }
}

/** Every number of so many characters is exact as a double. */
export const EXACT_CHARACTERS = 15;

/** A number with more digits than a double holds. Within JSON that is made again it is a text. */
export class LongNumber {
  constructor(private readonly text: string) {}
  toString(): string {
    return this.text;
  }
  toJSON(): string {
    return this.text;
  }
}

const TOKEN = /\s*(?:("(?:[^"\\]|\\.)*")|([{}[\]:,])|([^\s"{}[\]:,]+))/gy;

interface Container {
  readonly value: Record<string, unknown> | unknown[];
  readonly path: string;
  /** Of an object: the key whose value comes next. */
  key: string | undefined;
}

/** The value of the text. Throws `JsonFault`. */
export function readTokens(text: string): object {
  const open: Container[] = [];
  let root: object | undefined;
  TOKEN.lastIndex = 0;
  for (let match = TOKEN.exec(text); match; match = TOKEN.exec(text)) {
    const [, quoted, mark, bare] = match;
    const inner = open.at(-1);
    if (mark === "{" || mark === "[") {
      const value = mark === "{" ? Object.create(null) : [];
      open.push({ value, path: inner ? pathIn(inner) : "", key: undefined });
      if (inner) put(inner, value);
      root ??= value;
    } else if (mark === "}" || mark === "]") open.pop();
    else if (mark === undefined && inner) {
      const value = quoted === undefined ? scalar(bare!, inner) : unquoted(quoted, inner);
      if (!Array.isArray(inner.value) && inner.key === undefined) takeKey(inner, String(value));
      else put(inner, value);
    }
  }
  return root!;
}

function takeKey(inner: Container, key: string): void {
  inner.key = key;
  if (key in inner.value) throw new JsonFault("the key occurs twice", pathIn(inner));
}

function put(inner: Container, value: unknown): void {
  if (Array.isArray(inner.value)) inner.value.push(value);
  else inner.value[inner.key!] = value;
  inner.key = undefined;
}

function pathIn({ path, key }: Container): string {
  if (key === undefined) return path;
  return path === "" ? key : `${path}.${key}`;
}

function unquoted(text: string, inner: Container): string {
  const value = text.includes("\\") ? (JSON.parse(text) as string) : text.slice(1, -1);
  if (!value.isWellFormed()) throw new JsonFault("half of a surrogate pair", pathIn(inner));
  return value;
}

function scalar(text: string, inner: Container): unknown {
  if (text === "null") return null;
  if (text === "true" || text === "false") return text === "true";
  const number = Number(text);
  if (!Number.isFinite(number)) {
    throw new JsonFault(`${text} is not a usable number`, pathIn(inner));
  }
  return text.length > EXACT_CHARACTERS ? new LongNumber(text) : number;
}
