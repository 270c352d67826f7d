/**
 * Cuts a request's JSON into the texts of its messages, as they were sent: a long number keeps its
 * digits and a repeated key stays to be found, which both would be lost by parsing and writing
 * again. Only texts that `JSON.parse` has taken come here, so brackets and quotes can be counted
 * instead of checked. What a message holds is the projection's matter.
 */

/** A member of an object: `[from, to)` is its value, `[begins, to)` with its name. */
interface Member {
  readonly name: string;
  readonly begins: number;
  readonly from: number;
  readonly to: number;
}

/** The value of the last member of this name, which is the one that `JSON.parse` gives. */
export function memberText(object: string, name: string): string | undefined {
  const member = membersOf(object).findLast((one) => one.name === name);
  return member && object.slice(member.from, member.to);
}

/** The object's text with one more member in front; `value` is JSON. */
export function withMember(object: string, name: string, value: string): string {
  const inside = object.slice(object.indexOf("{") + 1);
  const comma = inside.trimStart().startsWith("}") ? "" : ",";
  return `{${JSON.stringify(name)}:${value}${comma}${inside}`;
}

/** The object's text without its members of this name. */
export function withoutMember(object: string, name: string): string {
  const kept = membersOf(object).filter((member) => member.name !== name);
  return `{${kept.map(({ begins, to }) => object.slice(begins, to)).join(",")}}`;
}

/** The texts of a list's elements. */
export function elementTexts(list: string): string[] {
  const texts: string[] = [];
  let at = skipBlank(list, list.indexOf("[") + 1);
  while (at < list.length && list[at] !== "]") {
    const end = skipValue(list, at);
    texts.push(list.slice(at, end));
    at = skipSeparator(list, end);
  }
  return texts;
}

function membersOf(object: string): Member[] {
  const members: Member[] = [];
  let at = skipBlank(object, object.indexOf("{") + 1);
  while (at < object.length && object[at] !== "}") {
    const begins = at;
    const nameEnds = skipText(object, at);
    const from = skipBlank(object, skipBlank(object, nameEnds) + 1);
    const to = skipValue(object, from);
    members.push({ name: JSON.parse(object.slice(begins, nameEnds)), begins, from, to });
    at = skipSeparator(object, to);
  }
  return members;
}

function skipSeparator(text: string, at: number): number {
  const next = skipBlank(text, at);
  return text[next] === "," ? skipBlank(text, next + 1) : next;
}

/** Behind the value that begins at `at`. Not recursive: depth is in the sender's hands. */
function skipValue(text: string, at: number): number {
  let depth = 0;
  let i = at;
  do {
    const mark = text[i];
    if (mark === '"') i = skipText(text, i);
    else if (mark === "{" || mark === "[") [depth, i] = [depth + 1, i + 1];
    else if (mark === "}" || mark === "]") [depth, i] = [depth - 1, i + 1];
    else if (depth > 0) i += 1;
    else i = skipBare(text, i);
  } while (depth > 0);
  return i;
}

/** Behind a text in quotes. */
function skipText(text: string, at: number): number {
  for (let i = at + 1; ; i++) {
    i = text.indexOf('"', i);
    let backslashes = 0;
    while (text[i - 1 - backslashes] === "\\") backslashes += 1;
    if (backslashes % 2 === 0) return i + 1;
  }
}

const BARE = /[^\s,\]}]*/y;
const BLANK = /[ \t\r\n]*/y;

function skipBare(text: string, at: number): number {
  return match(BARE, text, at);
}

function skipBlank(text: string, at: number): number {
  return match(BLANK, text, at);
}

function match(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  pattern.exec(text);
  return pattern.lastIndex;
}
