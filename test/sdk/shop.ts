/**
 * What the tests of the snippet share: one browser, one capture server, and shop pages that carry
 * the script tag exactly as sdk/README.md tells people to write it.
 */

import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { buildSdk } from "../../scripts/build-sdk.js";
import { startBrowser } from "./browser.js";
import { type CaptureServer, startCaptureServer } from "./capture-server.js";

export interface Visit {
  /** `load`'s second argument, beside the host. */
  readonly options?: Record<string, unknown>;
  readonly path?: string;
  /** A host name of this machine; the default is one with https' rights, which has Web Locks. */
  readonly host?: string;
  /** Of the page. */
  readonly headers?: Record<string, string>;
  /** Runs in the page before anything else. */
  readonly before?: string;
  /** Goes on in a browser that has been here; a new one otherwise. */
  readonly context?: BrowserContext;
  /** The browser's clock stands at this moment until the test moves it. */
  readonly clockFrom?: Date;
}

export interface Shop {
  readonly server: CaptureServer;
  /** A page whose snippet sends under this write key. */
  visit(writeKey: string, visit?: Visit): Promise<Page>;
  addressOf(writeKey: string, path?: string, host?: string): string;
  close(): Promise<void>;
}

const PATIENCE_MS = 120_000;

/**
 * Moves the page's clock, which stands, in steps until something has happened: a timer may be set
 * by what another process has yet to answer, so that no single step is sure to be the right one.
 */
export async function clockUntil(
  page: Page,
  happened: () => boolean | Promise<boolean>,
  { stepMs = 300 } = {},
): Promise<void> {
  while (!(await happened())) {
    await page.clock.fastForward(stepMs);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Undefined where no browser starts. */
export async function openShop(): Promise<Shop | undefined> {
  const browser: Browser | undefined = await startBrowser("*.shop.test");
  if (!browser) return undefined;
  const folder = mkdtempSync(join(tmpdir(), "tessera-sdk-"));
  await buildSdk(folder);
  const server = await startCaptureServer(readFileSync(join(folder, "tessera.js")));
  rmSync(folder, { recursive: true });

  const addressOf = (writeKey: string, path = "home", host = "127.0.0.1"): string =>
    `http://${host}:${server.port}/${writeKey}/${path}`;

  async function visit(writeKey: string, given: Visit = {}): Promise<Page> {
    const context = given.context ?? (await browser!.newContext());
    context.setDefaultTimeout(PATIENCE_MS);
    if (given.clockFrom) {
      await context.clock.install({ time: given.clockFrom });
      await context.clock.pauseAt(given.clockFrom);
    }
    const page = await context.newPage();
    if (given.before) await page.addInitScript(given.before);
    const tessera = `http://${given.host ? "t.shop.test" : "127.0.0.1"}:${server.port}`;
    const tag = scriptTag()
      .replace("https://t.shop.example", tessera)
      .replace("WRITE_KEY", writeKey)
      .replace("{ autoPages: true }", JSON.stringify(given.options ?? {}));
    server.putPage(writeKey, pageWith(tag), given.headers);
    await page.goto(addressOf(writeKey, given.path, given.host));
    return page;
  }

  return {
    ...{ server, visit, addressOf },
    async close() {
      await browser.close();
      await server.close();
    },
  };
}

/** The first example of the README. */
function scriptTag(): string {
  const readme = readFileSync(new URL("../../sdk/README.md", import.meta.url), "utf8");
  return /```html\n(.*?)```/s.exec(readme)![1]!;
}

/** Ten screens of 1,000 pixels, less what the window shows of them. */
const pageWith = (tag: string): string =>
  `<!doctype html><title>A shop</title><link rel="icon" href="data:,">${tag}
  <body style="margin: 0"><div style="height: 10000px"></div></body>`;
