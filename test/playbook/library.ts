/** The playbook as a library, alone or with a store's own text behind it. */

import { type Library, makeLibrary } from "../../src/segment/plan/index.js";
import { playbookTexts } from "../../src/segment/playbook/index.js";
import { DEFAULT_SETTINGS, type StoreSettings } from "../../src/segment/settings.js";
import { type Document, parseDocument } from "../../src/segment/syntax/index.js";

export function parsed(text: string): Document {
  const { document, diagnostics } = parseDocument(text);
  if (document === undefined || diagnostics.length > 0) {
    throw new Error(`${text}\n${JSON.stringify(diagnostics, null, 2)}`);
  }
  return document;
}

export function playbookLibrary(settings: StoreSettings = DEFAULT_SETTINGS, own = ""): Library {
  const texts = [...playbookTexts(), { file: "own.tess", text: own }];
  return makeLibrary(
    texts.map(({ file, text }) => ({ document: parsed(text), file })),
    settings,
  );
}
