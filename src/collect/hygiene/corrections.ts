/**
 * `hygiene.yaml` beside `tessera.yaml`: what a person who knows the store says about the groups of
 * the hygiene report. It is read by the report, by every import, and by nothing else.
 */

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseDocument } from "yaml";
import { z } from "zod";
import { AppError } from "../../base/index.js";
import { nearest } from "../mapping/nearest.js";
import { normaliseIdentifier } from "../values/value-sql.js";
import { GROUP_KEYS, type GroupKey } from "./group.js";

export const HYGIENE_FILE = "hygiene.yaml";

/** Of one group. Identifiers are written `kind:value` or `value`, as in `email:ann@example.com`. */
export interface Correction {
  /** Not looked for at all. */
  readonly off: boolean;
  /** In the group, whatever the rule says. */
  readonly confirm: readonly string[];
  /** Not in the group, whatever the rule says. */
  readonly release: readonly string[];
}

export interface Corrections {
  readonly groups: Readonly<Record<GroupKey, Correction>>;
  /** The store's own e-mail domains, in small letters: whoever has an address there is staff. */
  readonly domains: readonly string[];
}

/** A list of which every entry is commented out is null. */
function listOf<Item extends z.ZodType<string>>(item: Item) {
  return z
    .array(item)
    .nullish()
    .transform((list) => list ?? []);
}

const text = z.string().trim().min(1);
const names = listOf(z.union([text, z.number().transform(String)]));
/** An address is in small letters everywhere in the store. */
const identifiers = names.transform((list) =>
  list.map((name) => (name.includes("@") ? normaliseIdentifier("email", name) : name)),
);
const domains = listOf(
  z
    .string()
    .regex(/^[^@\s]+\.[^@\s.]+$/, "a domain, as in shop.example")
    .transform((domain) => domain.toLowerCase()),
);

const OFF = { off: z.literal(true).optional() };

/** `off` instead of the lists switches the group off. */
function group<Shape extends z.ZodRawShape>(shape: Shape) {
  const isOff = (value: unknown) => value === "off" || value === false;
  return z.preprocess(
    (value) => (isOff(value) ? { off: true } : (value ?? {})),
    z.strictObject({ ...OFF, release: names, ...shape }),
  );
}

const confirmed = () => group({ confirm: identifiers, release: identifiers });

/** Confirming has an effect in some; in the others there is nothing that could follow. */
const schema = z.strictObject({
  business: confirmed(),
  staff: group({ confirm: identifiers, release: identifiers, domains }),
  resellers: confirmed(),
  relays: confirmed(),
  junk: confirmed(),
  shared: group({ release: identifiers }),
  kiosks: group({}),
  duplicates: group({}),
  dates: group({}),
  departments: group({}),
  costs: group({}),
  equal_lines: group({}),
} satisfies Record<GroupKey, z.ZodType>);

/** The file's corrections, or none where there is no file. Throws `input.invalid` with all faults. */
export function readCorrections(folder: string): Corrections {
  const path = join(folder, HYGIENE_FILE);
  return parseCorrections(existsSync(path) ? readFileSync(path, "utf8") : "", path);
}

/** Throws `input.invalid` that names every fault with its key. */
export function parseCorrections(yaml: string, origin: string): Corrections {
  const document = parseDocument(yaml, { uniqueKeys: true });
  const syntax = document.errors.map(({ message }) => `not YAML: ${message.trim()}`);
  if (syntax.length > 0) throw invalid(origin, syntax);
  const result = schema.safeParse(document.toJS() ?? {});
  if (!result.success) throw invalid(origin, result.error.issues.flatMap(described));
  const { data } = result;
  const groups = Object.fromEntries(
    GROUP_KEYS.map((key): [string, Correction] => {
      const { off = false, release, confirm = [] } = { confirm: [], ...data[key] };
      return [key, { off, release, confirm }];
    }),
  ) as Record<GroupKey, Correction>;
  const both = GROUP_KEYS.flatMap((key) => {
    const { confirm, release } = groups[key];
    return confirm
      .filter((identifier) => release.includes(identifier))
      .map((identifier) => `${key}: ${identifier} is both confirmed and released`);
  });
  if (both.length > 0) throw invalid(origin, both);
  return { groups, domains: data.staff.domains };
}

function invalid(origin: string, faults: readonly string[]): AppError {
  return new AppError("input.invalid", `${origin}: ${faults.join("; ")}`, {
    hint: "docs/hygiene.md says what the file may hold; tessera hygiene --propose writes one.",
  });
}

function described(issue: z.core.$ZodIssue): string[] {
  const place = issue.path.join(".");
  if (issue.code !== "unrecognized_keys") {
    const list = issue.path.length === 1 ? "write off, or lists as in release: [...]" : undefined;
    return [`${place || "the file"}: ${list ?? issue.message}`];
  }
  return issue.keys.map((name) => {
    const key = [...issue.path, name].join(".");
    if (name === "confirm") return `${key}: nothing would follow; this group has release and off`;
    const near = nearest(name, place === "" ? GROUP_KEYS : ["confirm", "release", "domains"]);
    return `${key}: no such key${near ? `; did you mean "${near}"?` : ""}`;
  });
}
