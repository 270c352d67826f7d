/** A real Chromium for tests, from npm. Undefined, with the reason shown, where it cannot start. */

import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import packed from "@sparticuz/chromium";
import { type Browser, chromium } from "playwright-core";

/** A machine that is slow is not one that has no browser. */
const PATIENCE_MS = 120_000;

/** `hosts` are names that pages may use for this machine: "*.shop.test". */
export async function startBrowser(hosts: string): Promise<Browser | undefined> {
  try {
    return await chromium.launch({
      executablePath: await unpackedChromium(),
      timeout: PATIENCE_MS,
      args: ["--no-sandbox", "--disable-gpu", `--host-resolver-rules=MAP ${hosts} 127.0.0.1`],
    });
  } catch (error) {
    console.warn(`skipped, since no browser starts here: ${String(error).split("\n")[0]}`);
    return undefined;
  }
}

/**
 * Unpacked once a machine, into a folder of its own first: test files run side by side, and the
 * package takes a half-written file for a whole one.
 */
async function unpackedChromium(): Promise<string> {
  const folder = join(tmpdir(), "tessera-test-chromium-147");
  const executable = join(folder, "chromium");
  if (existsSync(executable)) return executable;
  mkdirSync(folder, { recursive: true });
  const own = mkdtempSync(join(folder, "unpack-"));
  const before = process.env.TMPDIR;
  process.env.TMPDIR = own;
  try {
    renameSync(await packed.executablePath(), executable);
  } finally {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
    rmSync(own, { recursive: true, force: true });
  }
  return executable;
}
