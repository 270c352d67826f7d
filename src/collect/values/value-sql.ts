/**
 * How one value's text becomes a typed value in SQL; NULL where it is none. `text` is an
 * expression made by this program, without surrounding blanks.
 */

/**
 * An exact decimal, rounded to 4 places (half away from zero). Thousands may be grouped with the
 * other mark or with blanks, but only properly: "1,50" is no number where the decimal mark is ".".
 * The shape is checked first, because ClickHouse reads "1.2.3" as 1.23 and "-" as 0.
 */
export function decimalSql(text: string, decimal: "." | ","): string {
  const [mark, group] = decimal === "." ? ["[.]", ","] : [",", "."];
  const plain = String.raw`^[-+]?(\\d+(${mark}\\d*)?|${mark}\\d+)([eE][-+]?\\d{1,2})?$`;
  const grouped = String.raw`^[-+]?\\d{1,3}([${group} ${BLANKS}]\\d{3})+(${mark}\\d+)?$`;
  const bare = `replaceRegexpAll(${text}, '[${group} ${BLANKS}]', '')`;
  const point = (part: string) => (decimal === "." ? part : `replaceOne(${part}, ',', '.')`);
  const value = `multiIf(match(${text}, '${plain}'), ${exact(point(text))},
    match(${text}, '${grouped}'), ${exact(point(bare))}, NULL)`;
  return `CAST(round(${value}, 4), 'Nullable(Decimal(38, 4))')`;
}

/** The value of `decimalSql` of what is no number. */
export const NO_NUMBER = "CAST(NULL, 'Nullable(Decimal(38, 4))')";

/** Blanks that do not break a line, wide and narrow, in a pattern. SQL texts and patterns both escape by `\`. */
const BLANKS = String.raw`\\x{A0}\\x{202F}`;

const exact = (text: string): string => `toDecimal128OrNull(${text}, 10)`;

/**
 * An instant by the first of the formats that fits, bound as `format_0` ... and `zone`. The format
 * `iso` is ISO 8601 with `T` or a blank, with or without an offset; `unix` and `unix_ms` count from
 * 1970; any other is a pattern in Joda's letters (d/M/yyyy H:mm).
 */
export function instantSql(text: string, formats: readonly string[]): string {
  const each = formats.map((format, index) => instantInFormat(text, format, index));
  return each.length === 1 ? each[0]! : `coalesce(${each.join(", ")})`;
}

export function instantInFormat(text: string, format: string, index: number): string {
  switch (format) {
    case "iso":
      return `if(match(${text}, '${ISO}'), parseDateTime64BestEffortOrNull(${text}, 3, {zone:String}), NULL)`;
    case "unix":
      return `fromUnixTimestamp64Milli(toInt64OrNull(${text}) * 1000, 'UTC')`;
    case "unix_ms":
      return `fromUnixTimestamp64Milli(toInt64OrNull(${text}), 'UTC')`;
    default:
      return `toDateTime64(parseDateTimeInJodaSyntaxOrNull(${text}, {format_${index}:String}, {zone:String}), 3, 'UTC')`;
  }
}

/** ClickHouse's own parser would take 25:00 for 1:00 of the next day, and the year 0 for this one. */
const ISO =
  String.raw`^[1-9]\\d{3}-\\d\\d-\\d\\d` +
  String.raw`([T ]([01]\\d|2[0-3]):[0-5]\\d(:[0-5]\\d([.]\\d{1,9})?)?` +
  String.raw` ?(Z|[-+]\\d\\d:?\\d\\d)?)?$`;

/** True or false; NULL where the text is neither. */
export function booleanSql(text: string): string {
  const one = (words: string) => `lower(${text}) IN (${words})`;
  return `multiIf(${one("'yes', 'true', '1', 'y', 't'")}, true, ${one("'no', 'false', '0', 'n', 'f'")}, false, NULL)`;
}

/** The texts between commas, without blanks around them and without empty ones. */
export function listSql(text: string): string {
  return `arrayFilter(x -> x != '', arrayMap(x -> trimBoth(x), splitByChar(',', ${text})))`;
}

/** Spreadsheets are told by a leading quote that an id is text; it is no part of the id. */
export function keySql(text: string): string {
  return `if(startsWith(${text}, '\\''), replaceRegexpOne(${text}, '^\\'([0-9A-Za-z+])', '\\\\1'), ${text})`;
}

/** A JSON object of the entries (key, JSON text, condition) whose condition holds. */
export function objectSql(
  entries: readonly (readonly [key: string, json: string, present: string])[],
): string {
  const parts = entries.map(
    ([key, json, present]) => `if(${present}, concat('"${key}":', ${json}), '')`,
  );
  return `concat('{', arrayStringConcat(arrayFilter(x -> x != '', [${parts.join(", ")}]), ','), '}')`;
}

/** The alias of an identifier in SQL, as `aliasOf` says; 0 where the text is empty. */
export function aliasSql(kind: string, text: string): string {
  return `if(${text} = '', 0, greatest(halfMD5(concat(${kind}, '\\0', ${text})), 1))`;
}

/** One spelling per identifier, so that one person has one alias. `normaliseIdentifier` agrees. */
export function identifierSql(kind: string, text: string): string {
  switch (kind) {
    case "email":
      return `lower(${text})`;
    case "phone":
      return `replaceRegexpAll(${text}, '[^0-9+]', '')`;
    default:
      return text;
  }
}

/** The same spelling for a value that is held in the program. */
export function normaliseIdentifier(kind: string, value: string): string {
  const text = value.trim().replace(/^'(?=[0-9A-Za-z+])/, "");
  switch (kind) {
    case "email":
      return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
    case "phone":
      return text.replace(/[^0-9+]/g, "");
    default:
      return text;
  }
}

/**
 * One spelling per name: small letters without accents (the Turkish i's included), words in
 * alphabetical order, so that "Zoë  ÜNAL" and "Unal, Zoe" are one. Most names need no Unicode.
 */
export function plainNameSql(name: string): string {
  const letters = String.raw`replaceAll(replaceRegexpAll(normalizeUTF8NFKD(lowerUTF8(${name})), '\\p{M}', ''), 'ı', 'i')`;
  return `arrayStringConcat(arraySort(splitByNonAlpha(
    if(length(${name}) = lengthUTF8(${name}), lower(${name}), ${letters}))), ' ')`;
}
