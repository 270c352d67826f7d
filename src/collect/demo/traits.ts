/** What a person tells of themselves, as facts of the kind `identified`, and the logins. */

import type { Diary } from "./diary.js";
import type { Dice } from "./dice.js";
import { type Identifiers, identifiersOf, knownAs } from "./identifiers.js";
import type { Person } from "./person.js";
import { MAIL_DOMAINS } from "./places.js";

interface Told {
  readonly person: Person;
  readonly identifiers: Identifiers;
  readonly diary: Diary;
  readonly joinedAt: number;
}

/** At joining; again when a guest makes an account, and under a forgotten second account. */
export function writeTraits(dice: Dice, { person, identifiers, diary, joinedAt }: Told): void {
  const { main, guest, forgotten } = identifiers;
  const traits = traitsOf(person);
  const write = (alias: bigint, ts: number, props: Readonly<Record<string, unknown>>) => {
    const { country } = person.home.place;
    diary.write({ alias, ts, kind: "identified", country, props });
  };
  write(knownAs(identifiers, joinedAt).alias, joinedAt, traits);
  if (guest !== undefined) write(main.alias, guest.linkedAt!, traits);
  if (forgotten !== undefined) {
    const email = `${person.id.toLowerCase()}.2@${dice.pick(MAIL_DOMAINS)}`;
    write(forgotten.alias, joinedAt + 1000, { ...traits, email });
  }
}

function traitsOf(person: Person): Record<string, unknown> {
  const { firstName, home, email, phone, age, gender, consents, company, role } = person;
  const traits: Record<string, unknown> = {
    name: `${firstName} ${home.lastName}`,
    first_name: firstName,
    last_name: home.lastName,
    email,
    country: home.place.country,
    city: home.city,
    postcode: home.postcode,
    address: home.street,
    age,
  };
  if (phone !== undefined) traits.phone = phone;
  if (person.genderKnown) traits.gender = gender;
  for (const [channel, trait] of CONSENTS) {
    if (consents[channel] !== undefined) traits[trait] = consents[channel];
  }
  if (role !== "consumer") traits.tags = [role];
  if (company !== undefined) {
    Object.assign(traits, { company, tax_exempt: true, payment_terms: "net30" });
  }
  return traits;
}

const CONSENTS = [
  ["email", "accepts_email"],
  ["sms", "accepts_sms"],
  ["push", "accepts_push"],
] as const;

/** Who unsubscribes has a trait that says so. */
export function writeWithdrawal(
  { home }: Person,
  { alias, diary, at }: { readonly alias: bigint; readonly diary: Diary; readonly at: number },
): void {
  const { country } = home.place;
  const props = { accepts_email: false };
  diary.write({ alias, ts: at, kind: "identified", country, props });
}

/** One row of `identity` for each login that made an identifier the person's. */
export function writeLinks(
  identifiers: Identifiers,
  {
    number,
    diary,
    until,
  }: { readonly number: number; readonly diary: Diary; readonly until: number },
): void {
  const { main } = identifiers;
  for (const { kind, alias, linkedAt } of identifiersOf(identifiers)) {
    if (linkedAt === undefined || linkedAt >= until) continue;
    const cause = kind === "email" ? "account" : "login";
    // Of two people who log in on a kiosk at one instant the one with the greater number stays.
    const sequence = number;
    diary.identity.push({ alias, person: main.alias, knownAt: linkedAt, sequence, cause });
  }
}
