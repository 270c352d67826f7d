/** What every mapping says beside its columns: source, currency, formats of times and numbers. */

import type { Fields } from "../records/fields.js";
import type { Candidate } from "./candidates.js";
import type { Language } from "./column-names.js";
import { chooseFormats } from "./instants.js";
import { type ColumnProfile, shareOf } from "./profile-columns.js";
import type { ProposedRule } from "./proposal.js";
import { CURRENCIES } from "./value-words.js";

type Chosen = ReadonlyMap<string, Candidate>;

/** `types`: the fields of the record kind. `columns`: names of all columns of the file. */
export function commonRules(
  chosen: Chosen,
  { types, columns }: { readonly types: Fields; readonly columns: readonly string[] },
): readonly ProposedRule[] {
  const fields = [...chosen.values()];
  const ofType = (type: string) =>
    [...chosen].flatMap(([field, candidate]) => (types[field]?.type === type ? [candidate] : []));
  const [times, numbers] = [ofType("instant"), ofType("number")];
  return [
    {
      key: "source",
      value: "shop",
      sureness: "unsure",
      why: "any name of the shop's system, the same in all its mappings",
    },
    ...(numbers.some(({ meaning }) => !UNITS.has(meaning)) ? currency(chosen, columns) : []),
    ...(times.length > 0 ? [...formats(times), ...zone(times, fields)] : []),
    ...decimal(numbers.map(({ column }) => column)),
  ];
}

/** Numbers that are no amounts of money. */
const UNITS: ReadonlySet<string> = new Set(["quantity", "stock", "total_orders"]);

function currency(chosen: Chosen, columns: readonly string[]): readonly ProposedRule[] {
  const key = "currency";
  if (chosen.has("currency")) return [];
  const named = columns.flatMap((name) => currencyIn(name) ?? []);
  if (named.length > 0) {
    const why = "it stands in a column's name";
    return [{ key, value: named[0], sureness: "likely", why }];
  }
  const question = "in which currency are the amounts?";
  const value = likelyLanguage([...chosen.values()]) === "tr" ? "TRY" : "EUR";
  return [{ key, value, sureness: "unsure", why: "the file does not say", question }];
}

const SIGNS: Readonly<Record<string, string>> = { "€": "EUR", "£": "GBP", "₺": "TRY", TL: "TRY" };

function currencyIn(name: string): string | undefined {
  for (const word of name.match(/[A-Z]{2,3}|[€£₺]/g) ?? []) {
    const code = SIGNS[word] ?? word;
    const alone = new RegExp(`(^|[^\\p{L}])${word}($|[^\\p{L}])`, "u").test(name);
    if (alone && name !== word && CURRENCIES.has(code)) return code;
  }
  return undefined;
}

/** A file that says one currency on every row needs no column for it. */
export function onlyCurrency({ column }: Candidate): readonly ProposedRule[] {
  const [first] = column.top;
  const why = `on every row that was looked at in "${column.name}"`;
  return column.distinct === 1
    ? [{ key: "currency", value: first!.value, sureness: "likely", why }]
    : [];
}

function formats(times: readonly Candidate[]): readonly ProposedRule[] {
  const groups = times.flatMap(({ column }) => column.instants);
  const { formats, sureness, why, otherwise } = chooseFormats(groups);
  if (formats.length === 1 && formats[0] === "iso") return [];
  const rule = { key: "time.formats", value: formats, sureness, why };
  if (otherwise === undefined) return [rule];
  const question = "is it the other way round? Then put this in place of the line above";
  return [rule, { ...rule, value: otherwise, question }];
}

const ZONES: Readonly<Partial<Record<Language, string>>> = {
  de: "Europe/Berlin",
  tr: "Europe/Istanbul",
  fr: "Europe/Paris",
  es: "Europe/Madrid",
  it: "Europe/Rome",
  nl: "Europe/Amsterdam",
};

/** Of texts with an offset and of counts since 1970 the instant is known. */
const PLACED = /(Z|[-+]\d\d:?\d\d)$|^\d{10}$|^\d{13}$/;

function zone(times: readonly Candidate[], fields: readonly Candidate[]): readonly ProposedRule[] {
  if (times.every(({ column }) => shareOf(column, (value) => PLACED.test(value)) === 1)) return [];
  const language = likelyLanguage(fields);
  const guessed = language && ZONES[language];
  return [
    {
      key: "time.zone",
      value: guessed ?? "Europe/London",
      sureness: "unsure",
      why: `times name no offset, so they are taken as UTC${guessed ? `; by the language of the names (${language})` : ""}`,
      question: "in which time zone is the shop?",
    },
  ];
}

/** English names are used everywhere and say nothing; a name of several languages says less. */
function likelyLanguage(fields: readonly Candidate[]): Language | undefined {
  const votes = new Map<Language, number>();
  for (const { name } of fields) {
    if (name.languages.includes("en")) continue;
    for (const language of name.languages) {
      votes.set(language, (votes.get(language) ?? 0) + 1 / name.languages.length);
    }
  }
  const [best] = [...votes].sort((a, b) => b[1] - a[1]);
  return best && best[1] >= 1 ? best[0] : undefined;
}

function decimal(columns: readonly ColumnProfile[]): readonly ProposedRule[] {
  const texts = columns.filter(({ numeric }) => !numeric);
  const total = (of: (column: ColumnProfile) => number) =>
    texts.reduce((sum, column) => sum + of(column), 0);
  const [point, comma] = [total((c) => c.pointOnly), total((c) => c.commaOnly)];
  const key = "numbers.decimal";
  const value = comma > point ? "," : ".";
  if (point > 0 && comma > 0) {
    const why = `${comma} values have a decimal comma, ${point} a point: the fewer are set aside`;
    return [{ key, value, sureness: "unsure", why }];
  }
  if (point + comma > 0) {
    return [{ key, value, sureness: "sure", why: `as in ${example(texts, value)}` }];
  }
  const doubtful = /^[-+]?\d{1,3}[.,]\d{3}$/;
  const found = texts.flatMap(({ top }) => top).find((each) => doubtful.test(each.value));
  if (!found) return [];
  const why = `${found.value} may be a thousand or a fraction`;
  return [{ key, value: ",", sureness: "unsure", why, question: "is the decimal mark a comma?" }];
}

function example(columns: readonly ColumnProfile[], mark: string): string {
  const such = mark === "," ? /,\d{1,2}$/ : /\.\d{1,2}$/;
  const values = columns.flatMap(({ top }) => top.map(({ value }) => value));
  return values.find((value) => such.test(value)) ?? `numbers with "${mark}"`;
}
