/**
 * What a person who knows better says of identifiers: `split` undoes a merge, `merge` makes two
 * people one. A decision is a row of `links` like those that were observed, known from now on: it is
 * appended, exact as of any instant, and stands whatever files come again; a later decision on the
 * same identifier undoes it.
 */

import { AppError, sha256 } from "../../base/index.js";
import { instantText, type Warehouse } from "../../store/index.js";
import { afterOthers } from "../landing/import-queue.js";
import { createStaging, dropStaging, landImport, nextImportId } from "../landing/landing.js";
import { linkIdentities } from "./link-identities.js";
import type { How } from "./resolve-links.js";

export interface DecisionOptions {
  /** Milliseconds since the epoch: from when on it holds. */
  readonly now: number;
  /** Says what would move, and changes nothing. */
  readonly dryRun?: boolean;
}

/** An identifier that goes from one person to another, with all its facts. */
export interface Move {
  readonly kind: string;
  readonly value: string;
  readonly from: string;
  readonly to: string;
  readonly facts: number;
}

/** Throws AppError where the identifier is unknown, or has nobody to leave. */
export async function splitIdentifier(
  warehouse: Warehouse,
  text: string,
  options: DecisionOptions,
): Promise<readonly Move[]> {
  return afterOthers(warehouse, () => split(warehouse, text, options));
}

async function split(
  warehouse: Warehouse,
  text: string,
  options: DecisionOptions,
): Promise<readonly Move[]> {
  const { alias } = await findIdentifier(warehouse, text);
  const person = await personOf(warehouse, alias);
  if (person === alias) throw await nothingToLeave(warehouse, text, alias);
  const alone = (of: string) => ({ alias: of, person: of, how: "split" as const });
  const moves = await decide(warehouse, [alone(alias)], { ...options, dryRun: true });
  // In a circle the person whom it leaves is found through it: that one has to stand alone as well.
  const both = moves.some((move) => move.alias === person && move.to === alias);
  return shown(
    await decide(warehouse, both ? [alone(alias), alone(person)] : [alone(alias)], options),
  );
}

/** The people of both identifiers become the second one's. Throws AppError where they are one. */
export async function mergeIdentifiers(
  warehouse: Warehouse,
  texts: readonly [text: string, into: string],
  options: DecisionOptions,
): Promise<readonly Move[]> {
  return afterOthers(warehouse, () => merge(warehouse, texts, options));
}

async function merge(
  warehouse: Warehouse,
  texts: readonly [text: string, into: string],
  options: DecisionOptions,
): Promise<readonly Move[]> {
  const [one, into] = await Promise.all(
    texts.map(async (text) => personOf(warehouse, (await findIdentifier(warehouse, text)).alias)),
  );
  if (one === into)
    throw new AppError("input.invalid", `${texts[0]} and ${texts[1]} are one person already`);
  return shown(await decide(warehouse, [{ alias: one!, person: into!, how: "merge" }], options));
}

interface Decision {
  readonly alias: string;
  readonly person: string;
  readonly how: How;
}
type MovedAlias = Move & { readonly alias: string };

const shown = (moves: readonly MovedAlias[]): readonly Move[] =>
  moves.filter(({ kind }) => kind !== "").map(({ alias: _, ...move }) => move);

async function decide(
  warehouse: Warehouse,
  decisions: readonly Decision[],
  { now, dryRun = false }: DecisionOptions,
): Promise<readonly MovedAlias[]> {
  const importId = await nextImportId(warehouse);
  await dropStaging(warehouse, importId);
  try {
    const tables = await createStaging(warehouse, importId);
    const known_at = instantText(now);
    const rows = decisions.map((d) => ({ ...d, known_at, fact_id: "0", import_id: importId }));
    await warehouse.insert(tables.links, rows);
    await linkIdentities(warehouse, tables, importId);
    const moves = await movesIn(warehouse, tables.identity);
    if (dryRun) return moves;
    const what = JSON.stringify(decisions);
    const file = `identity ${decisions[0]!.how}`;
    const record = { importId, file, sha256: sha256(what), preset: "", at: now };
    await landImport(warehouse, { record, summary: { moved: moves.length } });
    return moves;
  } finally {
    await dropStaging(warehouse, importId);
  }
}

async function movesIn(warehouse: Warehouse, identity: string): Promise<readonly MovedAlias[]> {
  const { rows } = await warehouse.query<MovedAlias>(
    `WITH moved AS (SELECT alias, argMax(person, (known_at, sequence)) AS person
       FROM {identity:Identifier} GROUP BY alias)
     SELECT toString(m.alias) AS alias, toString(a.id_kind) AS kind, a.id_value AS value,
       toString(dictGetOrDefault('identity_now', 'person', m.alias, m.alias)) AS from,
       toString(m.person) AS to, toUInt32(f.n) AS facts
     FROM moved AS m
     LEFT JOIN (SELECT * FROM aliases WHERE alias IN (SELECT alias FROM moved)) AS a ON a.alias = m.alias
     LEFT JOIN (SELECT alias, count() AS n FROM facts
       WHERE alias GLOBAL IN (SELECT alias FROM moved) GROUP BY alias) AS f ON f.alias = m.alias
     WHERE from != to ORDER BY kind, value`,
    { identity },
    { lane: "write" },
  );
  return rows;
}

/** By `kind:value`, or by the value where one kind has it. Throws AppError. */
async function findIdentifier(
  warehouse: Warehouse,
  text: string,
): Promise<{ readonly alias: string; readonly kind: string }> {
  const { rows } = await warehouse.query<{ alias: string; kind: string }>(
    `SELECT DISTINCT toString(alias) AS alias, toString(id_kind) AS kind FROM aliases
     WHERE id_value = {text:String} OR concat(id_kind, ':', id_value) = {text:String} ORDER BY kind`,
    { text },
  );
  const [found, ...more] = rows;
  if (found !== undefined && more.length === 0) return found;
  if (found === undefined)
    throw new AppError("input.missing", `no person has the identifier ${text}`, {
      hint: "write an identifier as tessera person shows it, for instance email:ann@example.org",
    });
  throw new AppError("input.invalid", `${text} is the value of ${rows.length} identifiers`, {
    hint: `say which: ${rows.map(({ kind }) => `${kind}:${text}`).join(", ")}`,
  });
}

async function personOf(warehouse: Warehouse, alias: string): Promise<string> {
  const { rows } = await warehouse.query<{ person: string }>(
    "SELECT toString(dictGetOrDefault('identity_now', 'person', {alias:UInt64}, {alias:UInt64})) AS person",
    { alias: BigInt(alias) },
  );
  return rows[0]!.person;
}

const MOST_NAMED = 5;

async function nothingToLeave(
  warehouse: Warehouse,
  text: string,
  alias: string,
): Promise<AppError> {
  const { rows } = await warehouse.query<{ name: string }>(
    `SELECT DISTINCT concat(id_kind, ':', id_value) AS name FROM aliases
     WHERE alias != {alias:UInt64}
       AND dictGetOrDefault('identity_now', 'person', alias, alias) = {alias:UInt64}
     ORDER BY name LIMIT {most:UInt8}`,
    { alias: BigInt(alias), most: MOST_NAMED },
  );
  return rows.length === 0
    ? new AppError("input.invalid", `${text} is a person of its own: there is no merge to undo`)
    : new AppError("input.invalid", `${text} is what this person is known by`, {
        hint: `say which identifier is to leave: ${rows.map(({ name }) => name).join(", ")}`,
      });
}
