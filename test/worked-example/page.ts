/**
 * docs/worked-example.md: its commands and comments are written by hand, the outputs between them
 * are what the commands print. Every `sh` block is run, section by section, in a folder in which
 * `data` is the folder of the public data sets; the `text` block behind it is its output. And each
 * number of a comment must be found in an output of its section, so that no comment tells of
 * results that are no longer there.
 */

import { existsSync, readFileSync, symlinkSync } from "node:fs";
import { join, resolve } from "node:path";
import { removeFolder, shell, temporaryFolder } from "../cli/run-command.js";

export const PAGE = resolve(import.meta.dirname, "../../docs/worked-example.md");
const DATA = resolve(import.meta.dirname, "../../../shared/data");

/** A part of the page under a heading of the second level; the first is what stands above them. */
export interface Section {
  readonly title: string;
  readonly text: string;
}

export function sectionsOf(page: string): readonly Section[] {
  return page.split(/^(?=## )/m).map((text) => ({
    title: /^## (.*)$/m.exec(text)?.[1] ?? "",
    text,
  }));
}

export const readPage = (): readonly Section[] => sectionsOf(readFileSync(PAGE, "utf8"));

const BLOCK = /^```sh\n([\s\S]*?)^```\n+```text\n([\s\S]*?)^```$/gm;

/** The first of the section's data sets that is not there. */
export function missingData({ text }: Section): string | undefined {
  const named = [...text.matchAll(/(?<![\w-])data\/([\w-]+)/g)].map(([, name = ""]) => name);
  return named.find((name) => !existsSync(join(DATA, name)));
}

/** The section with the outputs as they are now. */
export async function rerun({ title, text }: Section): Promise<Section> {
  const cwd = temporaryFolder();
  try {
    if (existsSync(DATA)) symlinkSync(DATA, join(cwd, "data"));
    const parts: string[] = [];
    let end = 0;
    for (const block of text.matchAll(BLOCK)) {
      const [whole, script = ""] = block;
      const { code, stdout, stderr } = await shell(script, { cwd });
      // In a pipe, the exit code is that of its last command.
      if (code !== 0 || stderr.includes("error:")) throw new Error(`${title}: ${script}${stderr}`);
      parts.push(text.slice(end, block.index));
      parts.push(`\`\`\`sh\n${script}\`\`\`\n\n\`\`\`text\n${stdout.trimEnd()}\n\`\`\``);
      end = block.index + whole.length;
    }
    return { title, text: parts.join("") + text.slice(end) };
  } finally {
    removeFolder(cwd);
  }
}

const NUMBER = /\d+(?:[,.]\d+)*/g;

/** Numbers of the comments that no output of the section shows. */
export function inventedNumbers({ text }: Section): readonly string[] {
  const outputs = [...text.matchAll(/^```(?:text|sh)\n([\s\S]*?)^```$/gm)].map(([, t = ""]) => t);
  const shown = new Set(outputs.flatMap((output) => output.match(NUMBER) ?? []));
  const comments = text.replace(/^```[\s\S]*?^```$/gm, "").replace(/^#.*$/gm, "");
  const said = comments.replace(/`[^`]*`|\]\([^)]*\)/g, "").match(NUMBER) ?? [];
  return said.filter((number) => !shown.has(number));
}
