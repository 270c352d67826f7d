/** `tessera check`: the faults of a store's own segments, all at once, before they are used. */

import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Command } from "commander";
import { AppError } from "../../base/index.js";
import type { Diagnostic } from "../../segment/index.js";
import { type Answer, answering } from "../answer.js";
import { describeFaults, Faults } from "../faults.js";
import { storeCommand } from "../store-command.js";
import { loadTexts, ownTexts, type StoreOptions } from "../store-folder.js";
import { coloursOf, plural } from "../terminal.js";

const EXAMPLES = `
Examples:
  tessera check                       every file in segments/ of the data folder
  tessera check drafts/regulars.tess  a file, as if it were there`;

export function checkCommand(program: Command): void {
  storeCommand(program, "check")
    .summary("find the faults of your own segments")
    .description(
      "Checks the store's own segments together with the playbook: what the language refuses, notes " +
        "and needs that mean nothing, names that override or serve nobody, and what is dear.",
    )
    .argument("[files...]", "files of declarations (*.tess); without any, those of the data folder")
    .addHelpText("after", EXAMPLES)
    .action(answering("check", check));
}

async function check(given: readonly string[], options: StoreOptions): Promise<Answer<"check">> {
  const { checkTexts, parseDocument } = await import("../../segment/index.js");
  const files = given.length > 0 ? readGiven(given) : ownFiles(options.data);
  const { library, diagnostics, texts } = await loadTexts(options, files);
  const declarations = files.flatMap(
    ({ file, text }) => parseDocument(text, { file }).document.declarations,
  );
  const names = new Set(files.map(({ file }) => file));
  const found = inOrder([...diagnostics, ...checkTexts(library, texts, names)], [...names]);
  const segments = declarations.filter(({ kind }) => kind === "segment").length;
  const attributes = declarations.length - segments;
  const faults = await describeFaults(new Faults(found, texts));
  const errors = found.filter(({ severity }) => severity === "error").length;
  const warnings = found.length - errors;
  const { green } = coloursOf(process.stdout);
  const declared = `${plural(segments, "segment")}, ${plural(attributes, "attribute")}`;
  const where = files.length === 1 ? files[0]?.file : plural(files.length, "file");
  const doubts = warnings > 0 ? `, ${plural(warnings, "warning")}` : "";
  const verdict =
    errors > 0
      ? `${where}: ${plural(errors, "error")}${doubts}`
      : `${green("ok")}: ${where}: ${declared}${doubts}`;
  return {
    json: { ok: errors === 0, files: [...names], segments, attributes, diagnostics: faults.json },
    text: [faults.text, verdict].filter((part) => part !== "").join("\n"),
    exitCode: errors === 0 ? 0 : 1,
  };
}

/** As the files are read, from top to bottom; what they break elsewhere comes last. */
function inOrder(found: readonly Diagnostic[], files: readonly string[]): readonly Diagnostic[] {
  const rank = ({ file }: Diagnostic) => files.indexOf(file ?? "") >>> 0;
  return [...found].sort((a, b) => rank(a) - rank(b) || a.span.start - b.span.start);
}

interface OwnFile {
  readonly file: string;
  readonly text: string;
}

function readGiven(paths: readonly string[]): readonly OwnFile[] {
  return [...new Map(paths.map((path) => [resolve(path), path])).values()].map((file) => {
    try {
      return { file, text: readFileSync(file, "utf8") };
    } catch (error) {
      throw new AppError("input.missing", `The file ${file} cannot be read.`, { cause: error });
    }
  });
}

function ownFiles(folder: string): readonly OwnFile[] {
  const own = ownTexts(folder);
  if (own.length > 0) return own;
  throw new AppError("input.missing", `There are no segments of your own in ${folder}/segments.`, {
    hint: "Name a file (tessera check FILE), or give the folder with --data.",
  });
}
