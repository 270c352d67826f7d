/**
 * The identifiers under which a person's facts come in. Most have an account; some ordered as a
 * guest first, under their e-mail address; devices are anonymous until the person logs in on them,
 * which some never do. A login is one row of `identity`, known from that instant on.
 */

import { aliasOf } from "../../base/index.js";
import { type Calendar, DAY_MS } from "./calendar.js";
import type { Dice } from "./dice.js";
import type { Person } from "./person.js";
import { times } from "./times.js";

export interface Identifier {
  readonly kind: "user_id" | "email" | "anonymous_id";
  readonly value: string;
  readonly alias: bigint;
  /** When the person logged in with it. Absent: it is theirs from the start, or never was linked. */
  readonly linkedAt: number | undefined;
  /** False: it is not known to be the person's, or is not theirs alone. */
  readonly linked: boolean;
}

export interface Identifiers {
  /** The person's own alias, as the store knows it in the end. */
  readonly main: Identifier;
  /** Before the account there were orders under the e-mail address. */
  readonly guest: Identifier | undefined;
  readonly devices: readonly Identifier[];
  /** A second account of the same person, which the store cannot know. */
  readonly forgotten: Identifier | undefined;
  /** A screen in a shop on which the person logged in, as others do. It is nobody's. */
  readonly kiosk: Identifier | undefined;
}

const GUEST_CHANCE = 0.08;
const FORGOTTEN_CHANCE = 0.008;
const NEVER_LOGGED_IN = 0.15;
const DEVICES = [
  [60, 1],
  [30, 2],
  [10, 3],
] as const;
const KIOSK_CHANCE = 0.008;
const KIOSKS = 3;

export function makeIdentifiers(
  dice: Dice,
  of: { readonly person: Person; readonly joinedAt: number; readonly calendar: Calendar },
): Identifiers {
  const { person, joinedAt, calendar } = of;
  const { until } = calendar;
  const device = (n: number, linkedAt: number | undefined): Identifier =>
    identifier("anonymous_id", `a-${person.number}-${n}`, {
      linkedAt,
      linked: linkedAt !== undefined,
    });
  if (person.habit === "anonymous") {
    const main = identifier("anonymous_id", `a-${person.number}-1`, { linked: true });
    return { main, guest: undefined, devices: [main], forgotten: undefined, kiosk: undefined };
  }
  const earliest = Math.max(joinedAt, calendar.eventsSince);
  const count = dice.weighted(DEVICES);
  const devices = times(count, (n) => {
    const at = Math.floor(dice.between(earliest, Math.min(until, earliest + 30 * DAY_MS)));
    return device(n + 1, dice.chance(NEVER_LOGGED_IN) || at >= until ? undefined : at);
  });
  const main = identifier("user_id", person.id, { linked: true });
  const buys = person.habit === "repeat" && person.role === "consumer";
  const accountAt = Math.floor(joinedAt + dice.between(2, 90) * DAY_MS);
  const isGuest = buys && person.emailKind === "own" && dice.chance(GUEST_CHANCE);
  return {
    main,
    guest:
      isGuest && accountAt < until
        ? identifier("email", person.email, { linkedAt: accountAt, linked: true })
        : undefined,
    devices,
    forgotten:
      buys && dice.chance(FORGOTTEN_CHANCE)
        ? identifier("user_id", `${person.id}-2`, { linked: false })
        : undefined,
    kiosk: dice.chance(KIOSK_CHANCE)
      ? identifier("anonymous_id", `kiosk-${dice.int(1, KIOSKS)}`, {
          linkedAt: Math.floor(dice.between(earliest, until)),
          linked: false,
        })
      : undefined,
  };
}

/** Under which identifier an order or a trait comes in. */
export function knownAs({ main, guest }: Identifiers, at: number): Identifier {
  return guest !== undefined && at < guest.linkedAt! ? guest : main;
}

function identifier(
  kind: Identifier["kind"],
  value: string,
  link: { readonly linkedAt?: number | undefined; readonly linked: boolean },
): Identifier {
  return {
    kind,
    value,
    alias: aliasOf(kind, value),
    linkedAt: link.linkedAt,
    linked: link.linked,
  };
}

/** All of them, the person's own first. */
export function identifiersOf({
  main,
  guest,
  devices,
  forgotten,
  kiosk,
}: Identifiers): readonly Identifier[] {
  const others = [guest, ...devices, forgotten, kiosk];
  return [main, ...others.filter((i) => i !== undefined && i !== main)] as Identifier[];
}
