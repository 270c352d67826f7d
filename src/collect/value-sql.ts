/**
 * How one value's text becomes a typed value in SQL; NULL where it is none. `text` is an
 * expression made by this program, without surrounding blanks.
 */

/**
 * An exact decimal, rounded to 4 places (half away from zero). Thousands may be grouped with the
 * other mark or with blanks, but only properly: "1,50" is no number where the decimal mark is ".".
 */
export function decimalSql(text: string, decimal: "." | ","): string {
  const [group, groups] = decimal === "." ? [",", "[, \\xA0]"] : [".", "[. \\xA0]"];
  const shape = `^[-+]?(\\\\d+|\\\\d{1,3}(${groups.replaceAll("\\", "\\\\")}\\\\d{3})+)(${decimal === "." ? "\\\\." : ","}\\\\d+)?$`;
  const bare = `replaceRegexpAll(replaceAll(${text}, '${group}', ''), '[ \\\\x{A0}]', '')`;
  const grouped = `if(match(${text}, '${shape}'), toDecimal128OrNull(${decimal === "." ? bare : `replaceAll(${bare}, ',', '.')`}, 10), NULL)`;
  const plain = decimal === "." ? `coalesce(toDecimal128OrNull(${text}, 10), ${grouped})` : grouped;
  return `CAST(round(${plain}, 4), 'Nullable(Decimal(38, 4))')`;
}

/**
 * An instant by the first of the formats that fits, bound as `format_0` ... and `zone`. The format
 * `iso` is ISO 8601 with `T` or a blank, with or without an offset; `unix` and `unix_ms` count from
 * 1970; any other is a pattern in Joda's letters (d/M/yyyy H:mm).
 */
export function instantSql(text: string, formats: readonly string[]): string {
  const each = formats.map((format, index) => instantInFormat(text, format, index));
  return each.length === 1 ? each[0]! : `coalesce(${each.join(", ")})`;
}

function instantInFormat(text: string, format: string, index: number): string {
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

const ISO =
  "^\\\\d{4}-\\\\d\\\\d-\\\\d\\\\d([T ]\\\\d\\\\d:\\\\d\\\\d(:\\\\d\\\\d(\\\\.\\\\d{1,9})?)? ?(Z|[-+]\\\\d\\\\d:?\\\\d\\\\d)?)?$";

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
  const text = value.trim();
  switch (kind) {
    case "email":
      return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
    case "phone":
      return text.replace(/[^0-9+]/g, "");
    default:
      return text;
  }
}
