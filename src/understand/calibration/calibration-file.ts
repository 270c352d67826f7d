/**
 * `calibration.yaml` in the data folder: the accepted versions of the store's limits, oldest first,
 * in a form that people can read and review. The newest holds; it becomes attributes of the segment
 * language, which override the playbook's as a store's own file does.
 */

import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { AppError } from "../../base/index.js";
import type { TextFile } from "../../segment/index.js";
import { LIMITS, type LimitName } from "./figures.js";

export const CALIBRATION_FILE = "calibration.yaml";

export interface AcceptedLimit {
  readonly value: number;
  readonly n: number;
  /** 95 %. */
  readonly interval: readonly [number, number];
  /** The playbook's, when it was accepted. */
  readonly default: number;
}

export interface CalibrationVersion {
  readonly version: number;
  /** ISO 8601, UTC. */
  readonly accepted: string;
  readonly asOf: string;
  /** Local dates: the first order and the day of `asOf`. */
  readonly period: { readonly from: string; readonly to: string };
  readonly limits: Readonly<Partial<Record<LimitName, AcceptedLimit>>>;
  /** What they were then, to see how they drift. */
  readonly percentiles: readonly {
    readonly text: string;
    readonly value: number | null;
    readonly n: number;
  }[];
}

/** Oldest first; none where there is no such file. Throws `input.invalid` that names every fault. */
export async function readVersions(folder: string): Promise<readonly CalibrationVersion[]> {
  const path = join(folder, CALIBRATION_FILE);
  if (!existsSync(path)) return [];
  const { parseDocument } = await import("yaml");
  const document = parseDocument(readFileSync(path, "utf8"), { uniqueKeys: true });
  const [syntax] = document.errors;
  if (syntax) throw invalid(path, [`not YAML: ${syntax.message.trim()}`]);
  const schema = await versionsSchema();
  const result = schema.safeParse(document.toJS() ?? {});
  if (!result.success) {
    const faults = result.error.issues.map(
      ({ path: at, message }) => `${at.join(".") || "the file"}: ${message}`,
    );
    throw invalid(path, faults);
  }
  return result.data.versions;
}

/** The version in force as a text of the segment language; none before the first. */
export function limitTexts(folder: string, versions: readonly CalibrationVersion[]): TextFile[] {
  const newest = versions.at(-1);
  return newest === undefined ? [] : [limitText(folder, newest.limits)];
}

export function limitText(
  folder: string,
  limits: Readonly<Partial<Record<LimitName, { readonly value: number }>>>,
): TextFile {
  const lines = LIMITS.flatMap((name) => {
    const limit = limits[name];
    return limit === undefined ? [] : [`attribute ${name} = ${limit.value}`];
  });
  return { file: join(folder, CALIBRATION_FILE), text: lines.join("\n") };
}

/** Whole or not at all: a crash leaves the file as it was. */
export async function writeVersions(
  folder: string,
  versions: readonly CalibrationVersion[],
): Promise<string> {
  const { Document } = await import("yaml");
  const document = new Document({});
  const line = (value: unknown) => document.createNode(value, { flow: true });
  const nodes = versions.map((version) => ({
    ...version,
    period: line(version.period),
    limits: Object.fromEntries(
      Object.entries(version.limits).map(([name, limit]) => [name, line(limit)]),
    ),
    percentiles: version.percentiles.map(line),
  }));
  document.set("versions", document.createNode(nodes));
  document.commentBefore = HEAD;
  const path = join(folder, CALIBRATION_FILE);
  const temporary = `${path}.new`;
  writeFileSync(temporary, document.toString({ lineWidth: 0 }));
  const opened = openSync(temporary, "r+");
  fsyncSync(opened);
  closeSync(opened);
  renameSync(temporary, path);
  return path;
}

const HEAD = ` The limits that this store accepted with \`tessera calibrate --accept\`; the newest version is in
 force. docs/calibration.md describes the figures.`;

function invalid(path: string, faults: readonly string[]): AppError {
  return new AppError("input.invalid", `${path}: ${faults.join("; ")}`, {
    hint: "docs/calibration.md describes the file; without it the playbook's defaults hold.",
  });
}

async function versionsSchema() {
  const { z } = await import("zod");
  const date = z.iso.date();
  const limit = z.strictObject({
    value: z.number().nonnegative(),
    n: z.int().nonnegative(),
    interval: z.tuple([z.number(), z.number()]),
    default: z.number(),
  });
  const version = z.strictObject({
    version: z.int().positive(),
    accepted: z.iso.datetime(),
    asOf: z.iso.datetime(),
    period: z.strictObject({ from: date, to: date }),
    limits: z.partialRecord(z.enum(LIMITS), limit),
    percentiles: z.array(
      z.strictObject({ text: z.string(), value: z.number().nullable(), n: z.int().nonnegative() }),
    ),
  });
  return z.strictObject({
    versions: z
      .array(version)
      .refine(
        (all) => all.every((v, i) => i === 0 || v.version > (all[i - 1]?.version ?? 0)),
        "each version must have a greater number than the one before",
      ),
  });
}
