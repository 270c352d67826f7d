/**
 * How deep a JSON text nests, looked at before it is parsed: parsing four million brackets takes
 * two seconds, in which nothing else runs.
 */

const QUOTE = 0x22;
const LIST = 0x5b;
const BACKSLASH = 0x5c;
const LIST_END = 0x5d;
const OBJECT = 0x7b;
const OBJECT_END = 0x7d;

/** Brackets within texts do not count. Of what is no JSON it says something or other. */
export function isDeeper(json: Buffer, most: number): boolean {
  if (json.length <= most) return false;
  let depth = 0;
  let inText = false;
  for (let i = 0; i < json.length; i++) {
    const byte = json[i];
    if (inText) {
      if (byte === BACKSLASH) i += 1;
      else if (byte === QUOTE) inText = false;
    } else if (byte === QUOTE) inText = true;
    else if (byte === LIST_END || byte === OBJECT_END) depth -= 1;
    else if (byte === LIST || byte === OBJECT) {
      depth += 1;
      if (depth > most) return true;
    }
  }
  return false;
}
