/** `tessera attributes`: the words that a segment can be written with. */

import type { Command } from "commander";
import { answering } from "../answer.js";
import { storeCommand } from "../store-command.js";
import { readTexts, type StoreOptions } from "../store-folder.js";
import { coloursOf, table } from "../terminal.js";

export function attributesCommand(program: Command): void {
  storeCommand(program, "attributes")
    .summary("the words that a segment can be written with")
    .description(
      "Lists the facts with their fields, and the attributes of the playbook and the store.",
    )
    .action(answering("attributes", listAttributes));
}

async function listAttributes(options: StoreOptions) {
  const { formatDeclaration, SOURCES } = await import("../../segment/index.js");
  const { library } = await readTexts(options);
  const sources = [...SOURCES.values()].map(({ name, doc, fields }) => ({
    name,
    about: doc,
    fields: [...fields],
  }));
  const attributes = [...library.definitions.values()].flatMap(({ declaration, file }) => {
    if (declaration.kind !== "attribute") return [];
    const { name, parameters } = declaration;
    const written = parameters.length === 0 ? name : `${name}(${parameters.join(", ")})`;
    return [{ name: written, file: file ?? null, text: formatDeclaration(declaration).trim() }];
  });
  const { bold, dim } = coloursOf(process.stdout);
  return {
    json: { sources, attributes },
    text: [
      bold("Facts"),
      table(
        [{ title: "Name" }, { title: "What, and its fields" }],
        sources.flatMap(({ name, about, fields }) => [
          [name, about],
          ...(fields.length > 0 ? [["", dim(fields.join(" "))]] : []),
        ]),
      ),
      "",
      bold("Attributes"),
      attributes.map(({ text }) => text).join("\n"),
    ].join("\n"),
  };
}
