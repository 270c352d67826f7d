/**
 * What each setting does to this store, in sentences: orders on another day, people in other stages,
 * orders in a season. Of a setting that is as shipped only what it decides is told; of one that is
 * not also what it changes, by evaluating the store both ways.
 */

import type { Corrections } from "../collect/index.js";
import type {
  Frequency,
  Library,
  OrderFigures,
  SizeChange,
  StoreSettings,
} from "../segment/index.js";
import type { Setting } from "./settings-values.js";
import type { Store, StoreTexts } from "./store-folder.js";
import { amount, percent, plural, whole } from "./terminal.js";

export type Effects = ReadonlyMap<string, readonly string[]>;

type Asked = Store & StoreTexts;

const LIMITS = "limits.";

/** By key of a setting; one pass over the orders, and two over everybody for each changed limit. */
export async function settingEffects(
  store: Asked,
  settings: readonly Setting[],
  corrections: Corrections,
): Promise<Effects> {
  const { DEFAULT_SETTINGS, orderFigures } = await import("../segment/index.js");
  const { warehouse, asOf } = store;
  const figures = await orderFigures(warehouse, store.settings, { asOf });
  const effects = new Map<string, readonly string[]>(Object.entries(ofOrders(figures, store)));
  effects.set("giftDays", await comingDays(store));
  effects.set("activity", await ofActivity(store));
  const { returnWindowDays } = DEFAULT_SETTINGS;
  if (store.settings.returnWindowDays !== returnWindowDays)
    effects.set("returnWindow", await changesOf(store, { returnWindowDays }));
  for (const setting of settings.filter(isChangedLimit)) {
    const name = setting.key.slice(LIMITS.length);
    effects.set(setting.key, await changesFrom(store, { names: [name], settings: store.settings }));
  }
  for (const [key, lines] of await ofHygiene(store, corrections)) effects.set(key, lines);
  return effects;
}

const isChangedLimit = ({ key, value, default: usual }: Setting): boolean =>
  key.startsWith(LIMITS) && value !== usual;

function ofOrders(found: OrderFigures, { settings }: Asked): Readonly<Record<string, string[]>> {
  const { orders, otherDay, withoutCountry, taxed, tax, strangers } = found;
  if (orders === 0) return { timeZone: ["the store has no orders yet"] };
  const { country } = settings.gifts;
  const one = withoutCountry === 1;
  const nameless =
    country === ""
      ? `${one ? "has" : "have"} only the gift days of every country`
      : `${one ? "counts" : "count"} as ${country}`;
  return {
    timeZone: [
      `${whole(otherDay)} of ${plural(orders, "order")} (${percent(otherDay / orders)}) lie on another day than in UTC`,
    ],
    country: [
      `${plural(withoutCountry, "order")} ${one ? "names" : "name"} no country and ${nameless}`,
      ...(strangers.length > 0 ? [`without gift days of their own: ${listed(strangers)}`] : []),
    ],
    currency: [`orders by the currency they were made in: ${listed(found.currencies)}`],
    "vat.prices": [
      `${plural(taxed, "order")} of ${whole(orders)} have a tax, together ${amount(tax)}; it is no part of any net`,
    ],
    seasons: [`orders in each: ${listed(found.periods)}`],
    giftRunUp: [`orders in run-ups: ${listed(found.occasions)}`],
  };
}

const MOST_COMING = 6;

/** The next gift days of the store's own country. */
async function comingDays({ settings, asOf }: Asked): Promise<readonly string[]> {
  const { isoDate, occasionsOf } = await import("../segment/index.js");
  const { gifts } = settings;
  const today = new Date(asOf).toISOString().slice(0, 10);
  const from = Number(today.slice(0, 4));
  const coming = occasionsOf(gifts.country, gifts, { from, to: from + 1 })
    .map(({ name, to }) => `${name.slice(0, -" 2026".length)} ${isoDate(to)}`)
    .filter((day) => day.slice(-today.length) >= today)
    .slice(0, MOST_COMING);
  return [`coming in ${gifts.country || "every country"}: ${coming.join(", ") || "none"}`];
}

const MOST_LISTED = 12;

function listed(frequencies: readonly Frequency[]): string {
  if (frequencies.length === 0) return "none";
  const shown = frequencies.slice(0, MOST_LISTED).map((f) => `${f.value} ${whole(f.orders)}`);
  const more = frequencies.length - shown.length;
  return [...shown, ...(more > 0 ? [`and ${whole(more)} more`] : [])].join(", ");
}

async function ofActivity(store: Asked): Promise<readonly string[]> {
  const { countPeople, DEFAULT_SETTINGS } = await import("../segment/index.js");
  const { warehouse, library, asOf, settings } = store;
  const expression = "count(activity) >= 1";
  const { count, people } = await countPeople(warehouse, library, expression, { asOf });
  const some = `${whole(count)} of ${plural(people, "person", "people")} have been active`;
  if (settings.activity.kind === "orders") return [some];
  return [some, ...(await changesOf(store, { activity: DEFAULT_SETTINGS.activity }))];
}

/** Who would be elsewhere if the playbook were read with another setting. */
async function changesOf(store: Asked, usual: Partial<StoreSettings>): Promise<readonly string[]> {
  const { loadLibrary } = await import("../segment/index.js");
  const { library, settings } = store;
  // What the store says itself does not follow.
  const shipped = loadLibrary([], settings).library.definitions;
  const names = [...shipped.keys()].filter(
    (name) => library.definitions.get(name)?.file === shipped.get(name)?.file,
  );
  return changesFrom(store, { names, settings: { ...settings, ...usual } });
}

/** Who would be elsewhere if these definitions were as shipped, for a store of these settings. */
async function changesFrom(
  { warehouse, library, asOf }: Asked,
  usual: { readonly names: readonly string[]; readonly settings: StoreSettings },
): Promise<readonly string[]> {
  const { compareLibraries, loadLibrary } = await import("../segment/index.js");
  const shipped = loadLibrary([], usual.settings).library.definitions;
  const definitions = new Map(library.definitions);
  for (const name of usual.names) {
    const definition = shipped.get(name);
    if (definition !== undefined) definitions.set(name, definition);
  }
  const before: Library = { ...library, definitions, settings: usual.settings };
  const changes = await compareLibraries(warehouse, { before, after: library }, { asOf });
  const moved = changes.filter(({ entered, left }) => entered + left > 0).map(changeText);
  return moved.length === 0 ? ["nobody is elsewhere than by default"] : moved;
}

const changeText = ({ name, before, after, entered, left }: SizeChange): string =>
  `${name} ${whole(before)} -> ${whole(after)} (+${whole(entered)}, -${whole(left)})`;

async function ofHygiene(
  { warehouse, asOf, settings }: Asked,
  corrections: Corrections,
): Promise<readonly (readonly [key: string, lines: readonly string[]])[]> {
  const { reportHygiene } = await import("../collect/index.js");
  const asked = { asOf, timeZone: settings.timeZone, corrections, examples: 0 };
  const { groups } = await reportHygiene(warehouse, asked);
  return groups.map(({ key, found, noun, people, effect, off }) => [
    `hygiene.${key}`,
    [
      off
        ? "not looked for"
        : `${plural(found, noun[0], noun[1])}${noun[0] === "person" ? "" : ` of ${plural(people, "person", "people")}`}: ${effect}`,
    ],
  ]);
}
