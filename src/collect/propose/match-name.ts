/** How well a column's name names a field: by the words in it, whatever language they are in. */

import { COLUMN_NAMES, type Language, MEANINGS, type Meaning } from "./column-names.js";

export interface NameMatch {
  /**
   * 1: the name is one that the field is known by; `NAMED`: it is, but for a word such as "billing";
   * above 0.5: it holds one; 0: neither.
   */
  readonly score: number;
  readonly languages: readonly Language[];
}

export const NAMED = 0.95;

/** Words that say whose a value is, before the word that says what it is. */
const OF_LINE = /^(line item|lineitem|line|item|product|variant) /;
const OF_ORDER = /^(order|cart|billing|customer|buyer|default address) /;

const LINE_MEANINGS: ReadonlySet<Meaning> = new Set([
  ...(["product", "name", "quantity", "price", "amount", "discount", "category"] as const),
  ...(["department", "brand", "collection", "compare_at_price", "cost", "stock"] as const),
  ...(["taxable", "gift_card"] as const),
]);

const NONE: NameMatch = { score: 0, languages: [] };

/** Shorter names, such as "il" and "cap", are words of other names too often. */
const MIN_PART_LETTERS = 4;

/** By meaning; only those that match at all. */
export function matchName(name: string): ReadonlyMap<Meaning, NameMatch> {
  const words = wordsOf(name);
  const last = wordsOf(name.split(".").at(-1)!);
  const found = new Map<Meaning, NameMatch>();
  for (const meaning of MEANINGS) {
    const match = best([matchWords(words, meaning), matchWords(last, meaning)]);
    if (match.score > 0) found.set(meaning, match);
  }
  return found;
}

function matchWords(words: string, meaning: Meaning): NameMatch {
  const whose = LINE_MEANINGS.has(meaning) ? OF_LINE : OF_ORDER;
  const matches = KNOWN.get(meaning)!.map(({ text, language }): NameMatch => {
    const score = scoreOf(words, { known: text, whose });
    return score === 0 ? NONE : { score, languages: [language] };
  });
  return best(matches);
}

function scoreOf(
  words: string,
  { known, whose }: { readonly known: string; readonly whose: RegExp },
): number {
  if (words === known || words.replaceAll(" ", "") === known.replaceAll(" ", "")) return 1;
  if (words.replace(whose, "") === known) return NAMED;
  if (known.length < MIN_PART_LETTERS || !` ${words} `.includes(` ${known} `)) return 0;
  return 0.5 + 0.4 * (known.length / words.length);
}

/** The highest score, with the languages of all that reach it. */
function best(matches: readonly NameMatch[]): NameMatch {
  const score = Math.max(0, ...matches.map((match) => match.score));
  if (score === 0) return NONE;
  const same = matches.filter((match) => match.score === score);
  return { score, languages: [...new Set(same.flatMap(({ languages }) => languages))] };
}

const KNOWN: ReadonlyMap<Meaning, readonly { text: string; language: Language }[]> = new Map(
  MEANINGS.map((meaning) => [
    meaning,
    Object.entries(COLUMN_NAMES[meaning]).flatMap(([language, names]) =>
      names.split(", ").map((text) => ({ text, language: language as Language })),
    ),
  ]),
);

/** "InvoiceNo", "invoice_no (EUR)" and "Invoice-No." are the words "invoice no". */
export function wordsOf(name: string): string {
  return foldText(
    name
      .replace(/\([^)]*\)|\[[^\]]*\]/g, " ")
      .replace(/([\p{Ll}\d])(\p{Lu})/gu, "$1 $2")
      .replace(/(\p{Lu}+)(\p{Lu}\p{Ll})/gu, "$1 $2"),
  );
}

/** Small letters without accents; what is neither letter nor digit is one blank. */
export function foldText(text: string): string {
  return text
    .replaceAll("ß", "ss")
    .replace(/[º°]/g, "")
    .toLowerCase()
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .replaceAll("ı", "i")
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
}
