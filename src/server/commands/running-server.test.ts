/** Which folder a running server has. */

import { copyFileSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { startCommandChannel } from "./command-channel.js";
import { findServer, SERVER_FILE } from "./running-server.js";

const parent = mkdtempSync(join(tmpdir(), "tessera-running-"));
afterAll(() => rmSync(parent, { recursive: true, force: true }));

it("a server has its folder, wherever that is moved, and not a copy of it", async () => {
  const [folder, copy, moved] = ["shop", "copy", "moved"].map((name) => join(parent, name));
  mkdirSync(folder!);
  mkdirSync(copy!);
  const address = "http://127.0.0.1:1";
  const channel = await startCommandChannel({ folder: folder!, address, run: async () => 0 });
  copyFileSync(join(folder!, SERVER_FILE), join(copy!, SERVER_FILE));
  expect(await findServer(folder!)).toMatchObject({ address });
  expect(await findServer(copy!)).toBeUndefined();
  renameSync(folder!, moved!);
  expect(await findServer(moved!)).toMatchObject({ address });
  await channel.close();
  expect(await findServer(moved!)).toBeUndefined();
});
