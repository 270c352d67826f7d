import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { expect, test } from "vitest";
import { AppError } from "../base/index.js";
import { onBehalfOf } from "./caller.js";
import { hintingAtLate } from "./late-messages.js";
import type { OpenStore } from "./open-store.js";

/** What somebody unknown is answered with where a server has so many messages that wait. */
async function hintWhile(waiting: number): Promise<string | undefined> {
  const folder = mkdtempSync(join(tmpdir(), "tessera-late-"));
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const store = { folder, warehouse: { engine: "chdb" }, waiting: () => waiting } as OpenStore;
  const caller = { output: nowhere, errors: nowhere, colours: false, folder, store, exitCode: 0 };
  const unknown = new AppError("input.missing", "the person u1 is not known", {
    hint: "write it so",
  });
  const asking = () => hintingAtLate(folder, () => Promise.reject(unknown));
  const error = await onBehalfOf(caller, asking).catch((thrown: AppError) => thrown);
  rmSync(folder, { recursive: true });
  return (error as AppError).hint;
}

test("somebody unknown may be among the messages that wait", async () => {
  expect(await hintWhile(2)).toBe(
    "write it so. Live events take a moment: 2 messages wait to become facts. Ask again in some seconds.",
  );
  expect(await hintWhile(0)).toBe("write it so");
});
