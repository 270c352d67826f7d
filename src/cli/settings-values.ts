/** Every setting with its value, its default, and where the value comes from. */

import { basename, dirname } from "node:path";
import {
  ANONYMOUS_DAYS,
  type Corrections,
  HYGIENE_FILE,
  HYGIENE_GROUPS,
  LOG_RETENTION_DAYS,
} from "../collect/index.js";
import {
  DEFAULT_SETTINGS,
  formatExpression,
  type Library,
  loadLibrary,
  type StoreSettings,
} from "../segment/index.js";
import { type FolderSettings, SETTINGS_FILE } from "./settings-file.js";
import { settingDefinitions } from "./settings-schema.js";

export interface Setting {
  readonly key: string;
  readonly about: string;
  readonly unit: string;
  /** As `tessera.yaml` would say it; null = nothing is set, and nothing stands in for it. */
  readonly value: unknown;
  readonly default: unknown;
  /** `default`, or the file that says so. */
  readonly from: string;
}

const LIMITS = "limits.";

export function settingValues(
  { said, settings }: FolderSettings,
  library: Library,
): readonly Setting[] {
  const usual = loadLibrary([], DEFAULT_SETTINGS).library;
  const values = valuesOf(settings, said);
  const defaults = valuesOf(DEFAULT_SETTINGS, {});
  return settingDefinitions().map((definition) => {
    const { key } = definition;
    if (key.startsWith(LIMITS)) {
      const name = key.slice(LIMITS.length);
      const [own, shipped] = [limitOf(library, name), limitOf(usual, name)];
      const from = own.file === shipped.file ? "default" : withinFolder(own.file);
      return { ...definition, value: own.value, default: shipped.value, from };
    }
    const [group = "", part] = key.split(".");
    const given = (said as Record<string, unknown>)[group];
    const isSaid =
      part === undefined
        ? given !== undefined
        : (given as Record<string, unknown> | undefined)?.[part] !== undefined;
    return {
      ...definition,
      value: values[key],
      default: defaults[key],
      from: isSaid ? SETTINGS_FILE : "default",
    };
  });
}

function valuesOf(
  { timeZone, seasons, activity, gifts, returnWindowDays }: StoreSettings,
  { currency, rates, vat, asOf, country, retention }: FolderSettings["said"],
): Readonly<Record<string, unknown>> {
  return {
    timeZone,
    country: country ?? null,
    currency: currency ?? null,
    rates: rates ?? null,
    "vat.prices": vat?.prices ?? "excluded",
    "vat.rate": vat?.rate ?? null,
    activity:
      activity.kind === "orders"
        ? "orders"
        : { event: activity.names, amount: ["props", ...activity.amount].join(".") },
    seasons,
    returnWindow: returnWindowDays,
    giftRunUp: gifts.runUpDays,
    giftDays: gifts.own,
    "retention.anonymous_days": retention?.anonymous_days ?? ANONYMOUS_DAYS,
    "retention.log_days": retention?.log_days ?? LOG_RETENTION_DAYS,
    asOf: asOf ?? null,
  };
}

/** A limit is an attribute: a number, or whatever a store's own file makes of it. */
function limitOf(library: Library, name: string) {
  const { declaration, file = "" } = library.definitions.get(name) ?? {};
  const body = declaration?.kind === "attribute" ? declaration.body : undefined;
  const value =
    body === undefined || body.kind === "classification"
      ? null
      : body.kind === "literal"
        ? body.value
        : formatExpression(body);
  return { value, file };
}

/** `tessera.yaml`, `calibration.yaml`, `segments/own.tess`. */
function withinFolder(file: string): string {
  const isOwn = basename(dirname(file)) === SEGMENTS_FOLDER;
  return isOwn ? `${SEGMENTS_FOLDER}/${basename(file)}` : basename(file);
}

const SEGMENTS_FOLDER = "segments";

/** The groups of the hygiene report, as `hygiene.yaml` says. */
export function hygieneValues({ groups, domains }: Corrections): readonly Setting[] {
  return HYGIENE_GROUPS.map(({ key, rule, effect }) => {
    const { off, confirm, release } = groups[key];
    const said = [
      ...(confirm.length > 0 ? [`${confirm.length} confirmed`] : []),
      ...(release.length > 0 ? [`${release.length} released`] : []),
      ...(key === "staff" ? domains : []),
    ];
    return {
      key: `hygiene.${key}`,
      about: `${effect}: ${rule}`,
      unit: "",
      value: off ? "off" : ["on", ...said].join(", "),
      default: "on",
      from: off || said.length > 0 ? HYGIENE_FILE : "default",
    };
  });
}
