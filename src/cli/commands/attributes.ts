/** `tessera attributes`: the words that a segment can be written with, and what each means. */

import type { Command } from "commander";
import { AppError } from "../../base/index.js";
import type { Described } from "../../segment/index.js";
import { type Answer, answering } from "../answer.js";
import { storeCommand } from "../store-command.js";
import { readTexts, type StoreOptions } from "../store-folder.js";
import { coloursOf, table } from "../terminal.js";

const EXAMPLES = `
Examples:
  tessera attributes             all words, a line each
  tessera attributes disc_share  one of them whole: what it means, its text, where it stands`;

export function attributesCommand(program: Command): void {
  storeCommand(program, "attributes")
    .summary("the words that a segment can be written with")
    .description(
      "Lists the facts with their fields, the attributes of the playbook and the store, and the " +
        "families of segments; or shows one of them whole.",
    )
    .argument("[name]", "a source of facts, an attribute or a segment")
    .addHelpText("after", EXAMPLES)
    .action(answering("attributes", attributes));
}

type Json = Answer<"attributes">["json"];
type Source = Json["sources"][number];

async function attributes(
  name: string | undefined,
  options: StoreOptions,
): Promise<Answer<"attributes">> {
  const { describeDefinitions, SOURCES } = await import("../../segment/index.js");
  const { library, texts } = await readTexts(options);
  const sources = [...SOURCES.values()].map(
    ({ name, doc, fields }): Source => ({ name, about: doc, fields: [...fields] }),
  );
  const described = describeDefinitions(library, texts);
  if (name !== undefined) return oneOf(name, sources, described);
  const listed = described.filter(({ kind }) => kind === "attribute");
  const families = described.filter(({ kind, name, written }) => {
    return kind === "segment" && written !== name;
  });
  return {
    json: { sources, attributes: listed.map(jsonOf), families: families.map(jsonOf) },
    text: [
      ...part("Facts", sources.map(sourceRow)),
      ...byFile(listed),
      ...part("Families of segments", families.map(row)),
      "",
      coloursOf(process.stdout).dim("tessera attributes NAME shows one of them whole."),
    ]
      .join("\n")
      .trimStart(),
  };
}

/** Whatever has that name: facts, an attribute and a segment can. */
async function oneOf(
  name: string,
  sources: readonly Source[],
  described: readonly Described[],
): Promise<Answer<"attributes">> {
  const bare = name.replace(/\(.*$/s, "");
  const facts = sources.filter((source) => source.name === bare);
  const found = described.filter((definition) => definition.name === bare);
  if (facts.length + found.length === 0) {
    const { suggest } = await import("../../segment/index.js");
    const near = suggest(
      bare,
      [...sources, ...described].map((known) => known.name),
    );
    const of = sources.filter(({ fields }) => fields.includes(bare)).map((source) => source.name);
    const asField = `${bare} is a field of facts, as in ${of[0]}.${bare}: tessera attributes ${of[0]}`;
    const meant = near === undefined ? "tessera attributes lists them" : `Did you mean ${near}?`;
    throw new AppError("input.missing", `There is no source, attribute or segment ${bare}.`, {
      hint: of.length > 0 ? asField : meant,
    });
  }
  const { bold, dim } = coloursOf(process.stdout);
  const texts = [
    ...facts.map(({ name, about, fields }) =>
      [`${bold(name)}: ${about}`, dim(`fields: ${fields.join(", ")}`)].join("\n"),
    ),
    ...found.map(({ about, file, overrides, text }) =>
      [
        ...(about === "" ? [] : [about, ""]),
        text,
        dim(`${file ?? ""}${overrides === null ? "" : `, overrides ${overrides}`}`),
      ].join("\n"),
    ),
  ];
  const ofKind = (wanted: Described["kind"]) => found.filter(({ kind }) => kind === wanted);
  return {
    json: {
      sources: facts,
      attributes: ofKind("attribute").map(jsonOf),
      families: ofKind("segment").map(jsonOf),
    },
    text: texts.join("\n\n"),
  };
}

function jsonOf({ written, title, about, file, overrides, text }: Described) {
  return { name: written, title, about, file, overrides, text };
}

function byFile(described: readonly Described[]): string[] {
  const files = [...new Set(described.map(({ file }) => file ?? ""))];
  return files.flatMap((file) =>
    part(
      `Attributes: ${file}`,
      described.filter((definition) => (definition.file ?? "") === file).map(row),
    ),
  );
}

const sourceRow = ({ name, about }: Source): string[] => [name, about];

/** What it means; of several under one comment, which speaks of all of them, what each is. */
function row(of: Described, _: number, all: readonly Described[]): string[] {
  const { dim } = coloursOf(process.stdout);
  const { written, about, overrides, text } = of;
  const own = overrides === null ? "" : dim(` (overrides ${overrides})`);
  const shared = all.some((other) => other !== of && other.about === about);
  const body = text.slice(text.indexOf("=")).replace(/\s+/g, " ");
  return [written, `${about === "" || shared ? dim(cut(body)) : cut(sentence(about))}${own}`];
}

const MOST_SHOWN = 110;

const sentence = (text: string): string => /^.*?\.(?=\s|$)/.exec(text)?.[0] ?? text;

const cut = (text: string): string =>
  text.length <= MOST_SHOWN ? text : `${text.slice(0, MOST_SHOWN - 3)}...`;

function part(title: string, rows: readonly (readonly string[])[]): string[] {
  if (rows.length === 0) return [];
  const { bold } = coloursOf(process.stdout);
  const indented = rows.map(([name = "", ...more]) => [`  ${name}`, ...more]);
  return ["", bold(title), table([{ title: "" }, { title: "" }], indented)];
}
