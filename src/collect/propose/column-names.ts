/**
 * How shops name their columns: for each field the names in the languages that exports come in,
 * without accents, capitals and signs. A name that several fields use stands with each of them;
 * the values decide.
 */

import { ORDER_NAMES } from "./order-names.js";
import { OTHER_NAMES } from "./other-names.js";

export type Language = "en" | "de" | "tr" | "fr" | "es" | "it" | "nl";

/** Names of a field, divided by commas. */
export type Names = Readonly<Partial<Record<Language, string>>>;

export const COLUMN_NAMES = { ...ORDER_NAMES, ...OTHER_NAMES } as const;

/** What a column may be: mostly the field of the same name. */
export type Meaning = keyof typeof COLUMN_NAMES;

export const MEANINGS = Object.keys(COLUMN_NAMES) as readonly Meaning[];
