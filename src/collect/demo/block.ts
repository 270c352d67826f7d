/**
 * A block: some thousands of people, made one after the other and written as one file for each
 * table of the warehouse and one of the truth. A block is a function of the world and of its range
 * of people, so blocks may be made in any process and in any order.
 */

import { closeSync, openSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Fact } from "../../store/index.js";
import { type Identifier, identifiersOf } from "./identifiers.js";
import { type Life, makeLife } from "./life.js";
import { newBytes } from "./native-bytes.js";
import { productChanges } from "./product-changes.js";
import { newTables, type Tables } from "./tables.js";
import { truthOf } from "./truth.js";
import type { World } from "./world.js";

/** Tables in the order in which they are filled: what is no longer valid before what is. */
export const BLOCK_TABLES = ["aliases", "identity", "superseded", "facts"] as const;

export interface BlockRange {
  /** The first person's number, from 1, and the one after the last. */
  readonly from: number;
  readonly to: number;
}

export interface BlockCounts {
  readonly people: number;
  readonly facts: number;
  readonly orders: number;
  readonly lines: number;
  readonly events: number;
}

/** Paths of a block's files: `FOLDER/N.TABLE`, and `FOLDER/N.truth`. */
export function blockFile(folder: string, range: BlockRange, part: string): string {
  return join(folder, `${range.from}.${part}`);
}

/**
 * A file holds its rows in several batches, so that what is filled for one stays in the processor's
 * caches: in one of 20,000 people making takes a sixth longer.
 */
const BATCHES = 4;

/** Writes blocks, one after the other. What it holds is filled again for each batch. */
export function newBlockWriter(world: World, folder: string): (range: BlockRange) => BlockCounts {
  const tables = newTables();
  const truth = newBytes();
  const names = [...BLOCK_TABLES, "truth"] as const;
  return (range) => {
    const counts = { people: range.to - range.from, facts: 0, orders: 0, lines: 0, events: 0 };
    const files = names.map((name) => openSync(blockFile(folder, range, name), "w"));
    try {
      for (const batch of batchesOf(range)) {
        fill(world, batch, { tables, truth, counts });
        for (const [i, table] of BLOCK_TABLES.entries()) {
          // One part after the other: put together first, they would be copied once more.
          for (const part of tables[table].block()) writeFileSync(files[i]!, part);
          tables[table].clear();
        }
        writeFileSync(files.at(-1)!, truth.all());
        truth.clear();
      }
    } finally {
      for (const file of files) closeSync(file);
    }
    return counts;
  };
}

function batchesOf({ from, to }: BlockRange): readonly BlockRange[] {
  const size = Math.ceil((to - from) / BATCHES);
  const batches: BlockRange[] = [];
  for (let at = from; at < to; at += size) batches.push({ from: at, to: Math.min(at + size, to) });
  return batches;
}

interface Filled {
  readonly tables: Tables;
  readonly truth: ReturnType<typeof newBytes>;
  readonly counts: { -readonly [Key in keyof BlockCounts]: number };
}

function fill(world: World, range: BlockRange, { tables, truth, counts }: Filled): void {
  const addFact = (fact: Fact) => {
    tables.facts.add(fact);
    counts.facts += 1;
    if (fact.version !== undefined && fact.version > 1) return;
    if (fact.kind === "order") counts.orders += 1;
    else if (fact.kind === "line") counts.lines += 1;
    else if (fact.kind !== "identified") counts.events += 1;
  };
  if (range.from === 1) for (const fact of productChanges(world)) addFact(fact);
  for (let number = range.from; number < range.to; number++) {
    const life = makeLife(world, number);
    for (const fact of life.diary.facts) addFact(fact);
    for (const row of life.diary.superseded) tables.superseded.add(row);
    for (const row of life.diary.identity) tables.identity.add(row);
    for (const identifier of knownIdentifiers(life)) tables.aliases.add(identifier);
    truth.plain(`${JSON.stringify(truthOf(life))}\n`);
  }
}

/** Those that a fact or a login has mentioned. */
export function knownIdentifiers({ identifiers, diary }: Life): readonly Identifier[] {
  const mentioned = new Set<bigint>();
  for (const { alias } of diary.facts) mentioned.add(alias);
  for (const { alias } of diary.identity) mentioned.add(alias);
  return identifiersOf(identifiers).filter(({ alias }) => mentioned.has(alias));
}
