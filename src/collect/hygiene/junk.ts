/**
 * Addresses and numbers that are typed where one is asked for and there is none: `test@...`,
 * `0000000`. They identify nobody, so nothing may be joined by them.
 */

const LOCAL_PARTS = [
  ...["test", "tester", "testing", "none", "no", "na", "null", "nil", "nobody", "unknown"],
  ...["noemail", "no-email", "no.email", "nomail", "no-mail", "noreply", "no-reply", "donotreply"],
  ...["asdf", "qwerty", "anonymous", "guest", "fake", "dummy", "xxx", "aaa", "abc"],
];

/** Shorter ones are no phone number anywhere; and so many equal last digits are none either. */
const LEAST_DIGITS = 6;
const EQUAL_DIGITS = 6;
const COUNTED = ["123456789", "1234567890", "0123456789", "987654321", "9876543210"];

/** Condition on the texts `kind` and `value` (normalised) of an identifier. */
export function junkSql(kind: string, value: string): string {
  const texts = (list: readonly string[]) => list.map((text) => `'${text}'`).join(", ");
  const digits = `replaceRegexpAll(${value}, '[^0-9]', '')`;
  const email = `(NOT match(${value}, '^[^@ ]+@[^@ ]+[.][^@ ]+$')
    OR splitByChar('@', ${value})[1] IN (${texts(LOCAL_PARTS)}))`;
  const phone = `(length(${digits}) < ${LEAST_DIGITS}
    OR length(arrayDistinct(ngrams(right(${digits}, ${EQUAL_DIGITS}), 1))) = 1
    OR ${digits} IN (${texts(COUNTED)}))`;
  return `(${kind} = 'email' AND ${email} OR ${kind} = 'phone' AND ${phone})`;
}
