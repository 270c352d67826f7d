/** `tessera check FILE`: the faults of a file of segments, all at once, before it is used. */

import { readFileSync } from "node:fs";
import type { Command } from "commander";
import { AppError } from "../../base/index.js";
import { type Answer, answering } from "../answer.js";
import { describeFaults, Faults } from "../faults.js";
import { readSettings } from "../settings-file.js";
import { storeCommand } from "../store-command.js";
import { ownTexts, type StoreOptions } from "../store-folder.js";
import { coloursOf, plural } from "../terminal.js";

export function checkCommand(program: Command): void {
  storeCommand(program, "check")
    .summary("find the faults of a file of segments")
    .description("Checks a file of segments together with the playbook and the store's own.")
    .argument("<file>", "a file of declarations (*.tess)")
    .action(answering("check", check));
}

async function check(file: string, options: StoreOptions): Promise<Answer<"check">> {
  const { costWarnings, loadLibrary, parseDocument } = await import("../../segment/index.js");
  const text = readGiven(file);
  const { settings, texts: limits } = await readSettings(options.data);
  const others = ownTexts(options.data).filter((own) => own.file !== file);
  const {
    library,
    diagnostics: found,
    texts,
  } = loadLibrary([...limits, ...others, { file, text }], settings);
  const { declarations } = parseDocument(text, { file }).document;
  const named = declarations.flatMap((d) => (d.kind === "segment" ? [d.name] : []));
  const diagnostics = [...found, ...costWarnings(library, named)];
  const segments = declarations.filter(({ kind }) => kind === "segment").length;
  const attributes = declarations.length - segments;
  const faults = await describeFaults(new Faults(diagnostics, texts));
  const ok = !diagnostics.some(({ severity }) => severity === "error");
  const { green } = coloursOf(process.stdout);
  const summary = `${plural(segments, "segment")}, ${plural(attributes, "attribute")}`;
  const verdict = ok ? `${green("ok")}: ${file}: ${summary}` : plural(diagnostics.length, "fault");
  return {
    json: { ok, segments, attributes, diagnostics: faults.json },
    text: [faults.text, verdict].filter((part) => part !== "").join("\n"),
    exitCode: ok ? 0 : 1,
  };
}

function readGiven(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new AppError("input.missing", `The file ${file} cannot be read.`, { cause: error });
  }
}
