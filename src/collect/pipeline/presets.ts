/**
 * Mappings that ship with the program, and how a file finds the one that is meant for it: by the
 * names in its header. A preset has one part, or several for files that belong together.
 */

import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { AppError } from "../../base/index.js";
import { fitToColumns, plain, titleHint } from "../mapping/columns.js";
import { nearest } from "../mapping/nearest.js";
import { kindOf } from "../records/index.js";
import { ForeignFile } from "../rejects/refused.js";
import { contradictions, type Mapping, type Part, readParts } from "./read-mapping.js";

/** A mapping that a file may take, and where it comes from: "online-retail", "woo.lines". */
export interface Candidate {
  readonly mapping: Mapping;
  readonly preset: string;
}

const folder = fileURLToPath(new URL("../presets/", import.meta.url));

export const PRESETS: readonly string[] = readdirSync(folder)
  .filter((name) => name.endsWith(".yaml"))
  .map((name) => name.slice(0, -".yaml".length))
  .sort();

/** The parts of a preset; throws `input.missing` where there is none of that name. */
export function readPreset(name: string): readonly Part[] {
  if (!PRESETS.includes(name)) {
    const near = nearest(name, PRESETS);
    throw new AppError("input.missing", `There is no preset "${name}".`, {
      hint: near ? `Did you mean "${near}"?` : `Presets: ${PRESETS.join(", ")}.`,
    });
  }
  return readParts(readFileSync(`${folder}${name}.yaml`, "utf8"), `preset ${name}`);
}

/** All parts of the presets with these names. */
export function presetCandidates(names: readonly string[]): readonly Candidate[] {
  return names.flatMap((preset) =>
    readPreset(preset).map(({ name, mapping }) => ({
      mapping,
      preset: name ? `${preset}.${name}` : preset,
    })),
  );
}

/**
 * The candidate for a file with these columns: of those whose `recognise` fits, the one that asks
 * for most. One without `recognise` takes any file. `named`: the file was given by itself, so the
 * only part of a preset takes it where it has what the preset cannot do without. Refuses (AppError)
 * the file when none or several fit.
 */
export function chooseCandidate(
  path: string,
  present: readonly string[],
  candidates: readonly Candidate[],
  { named = false }: { readonly named?: boolean } = {},
): Candidate {
  const names = new Set(present.map(plain));
  const fitting = candidates.filter(({ mapping: { recognise } }) => {
    if (recognise === undefined) return true;
    const has = (name: string) => names.has(plain(name));
    return recognise.columns.every(has) && !recognise.without.some(has);
  });
  const asked = ({ mapping }: Candidate) => mapping.recognise?.columns.length ?? 0;
  const most = Math.max(...fitting.map(asked));
  const best = fitting.filter((candidate) => asked(candidate) === most);
  if (best.length === 1) return best[0]!;
  const [only] = candidates;
  if (named && candidates.length === 1 && only!.preset !== "") {
    return requireUsable(path, present, only!);
  }
  throw best.length === 0 ? unknownFile(path, present, candidates) : doubtful(path, best);
}

/**
 * A file of a preset that was given by its name may lack columns that such files are known by, but
 * none that the preset cannot do without.
 */
function requireUsable(path: string, present: readonly string[], one: Candidate): Candidate {
  const { mapping, preset } = one;
  const own = kindOf(mapping).fit?.(mapping, present) ?? mapping;
  const faults = contradictions(fitToColumns(own, { present, complete: true }));
  if (faults.length === 0) return one;
  const asked = faults.map((fault) => {
    const names = mapping.columns[/^columns\.(\w+): needed$/.exec(fault)?.[1] ?? ""];
    return names === undefined ? fault : `${fault} (${[names].flat().join(", ")})`;
  });
  const asks = `The preset asks for ${asked.join("; ")}.`;
  const reason = `does not fit the preset ${preset}`;
  throw new ForeignFile({ file: path, reason, remedy: asks }, `${columnsOf(present)} ${asks}`);
}

const columnsOf = (present: readonly string[]): string =>
  `Its columns: ${present.slice(0, 50).join(", ")}.`;

function unknownFile(path: string, present: readonly string[], candidates: readonly Candidate[]) {
  const columns = columnsOf(present);
  const names = candidates.map(({ preset }) => preset).filter(Boolean);
  const remedy =
    names.length === 1
      ? `${names[0]} needs: ${candidates[0]!.mapping.recognise!.columns.join(", ")}.`
      : "Say what its columns mean with --map FILE.yaml; --propose writes a first one.";
  const reason = "not recognised by its header";
  return new ForeignFile(
    { file: path, reason, remedy },
    `${columns}${titleHint(present)} ${remedy}`,
  );
}

function doubtful(path: string, best: readonly Candidate[]) {
  const names = best.map(({ preset }) => preset).join(" or ");
  return new AppError("input.invalid", `${path}: its header fits ${names}.`, {
    hint: "Choose with --preset NAME.",
  });
}
