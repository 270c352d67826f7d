/**
 * Addresses and numbers that are typed where one is asked for and there is none: `test@...`,
 * `0000000`. They identify nobody, so nothing may be joined by them: in an import they count as
 * blank (`identitySql`), unless `hygiene.yaml` releases them.
 */

import type { Parameters } from "../../store/index.js";
import { identifierSql, normaliseIdentifier } from "../values/value-sql.js";
import type { Corrections } from "./corrections.js";

/** As the part before the @, or in place of an address. A hash in place of an address is none. */
const PLACEHOLDERS = [
  ...["test", "tester", "testing", "none", "null", "nobody", "unknown", "anonymous", "guest"],
  ...["noemail", "no-email", "no.email", "nomail", "no-mail", "n/a", "na", "no", "nil", "-"],
  ...["noreply", "no-reply", "donotreply", "asdf", "qwerty", "fake", "dummy", "xxx"],
];
/** These may be the beginning of a name. */
const NAMES_TOO = ["na", "no", "nil"];

/** Shorter ones are no phone number anywhere; and so many equal last digits are none either. */
const LEAST_DIGITS = 6;
const EQUAL_DIGITS = 6;
const COUNTED = ["123456789", "1234567890", "0123456789", "987654321", "9876543210"];

/** Condition on the texts `kind` and `value` (normalised) of an identifier. */
export function junkSql(kind: string, value: string): string {
  const texts = (list: readonly string[]) => list.map((text) => `'${text}'`).join(", ");
  const parts = PLACEHOLDERS.filter((word) => !NAMES_TOO.includes(word));
  const digits = `replaceRegexpAll(${value}, '[^0-9]', '')`;
  const email = `(${value} IN (${texts(PLACEHOLDERS)})
    OR position(${value}, '@') > 0 AND splitByChar('@', ${value})[1] IN (${texts(parts)}))`;
  const phone = `(length(${digits}) < ${LEAST_DIGITS}
    OR length(arrayDistinct(ngrams(right(${digits}, ${EQUAL_DIGITS}), 1))) = 1
    OR ${digits} IN (${texts(COUNTED)}))`;
  return `(${kind} = 'email' AND ${email} OR ${kind} = 'phone' AND ${phone})`;
}

/**
 * `identifierSql` where the identifier says whose a record is: '' where it stands for nobody.
 * Bound: `junkParameters`.
 */
export function identitySql(kind: string, text: string): string {
  const value = identifierSql(kind, text);
  if (kind !== "email" && kind !== "phone") return value;
  const named = `concat('${kind}:', ${value})`;
  return `if(has({junk:Array(String)}, ${named}) OR {junk_rule:Bool} AND ${junkSql(`'${kind}'`, value)}
    AND NOT has({no_junk:Array(String)}, ${named}), '', ${value})`;
}

/** What `identitySql` asks of the corrections; without them the rule alone counts. */
export function junkParameters(corrections: Corrections | undefined): Parameters {
  if (corrections === undefined) return { junk: [], no_junk: [], junk_rule: true };
  const { off, confirm, release } = corrections.groups.junk;
  return {
    junk: confirm.flatMap(spellings),
    no_junk: release.flatMap(spellings),
    junk_rule: !off,
  };
}

/** `kind:value` in the spelling of the store; both kinds where the text names none. */
function spellings(text: string): string[] {
  const [, kind, value = text] = /^(email|phone):(.*)$/s.exec(text) ?? [];
  return (kind === undefined ? ["email", "phone"] : [kind]).map(
    (each) => `${each}:${normaliseIdentifier(each, value)}`,
  );
}
