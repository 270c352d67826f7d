/**
 * The four clients that shops have already, as their makers ship them, told nothing but where to
 * send, and the server's own snippet. Each sends `Product Viewed` of the products that it is given.
 */

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import RudderNode from "@rudderstack/rudder-sdk-node";
import { Analytics as SegmentNode } from "@segment/analytics-node";
import { build } from "esbuild";
import type { Browser, Page } from "playwright-core";

export interface StockClient {
  view(products: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

export interface Target {
  readonly address: string;
  readonly writeKey: string;
}

const EVENT = "Product Viewed";

export function segmentNode({ address, writeKey }: Target): StockClient {
  const client = new SegmentNode({
    ...{ writeKey, host: address, flushAt: 3, flushInterval: 200 },
    httpRequestTimeout: 1000,
  });
  return {
    async view(products) {
      for (const product_id of products) {
        client.track({ userId: "segment-node", event: EVENT, properties: { product_id } });
      }
    },
    close: () => client.closeAndFlush({ timeout: 1000 }),
  };
}

/** Its three retries end within two seconds, so a shop that minds a restart sets `retryCount`. */
export function rudderNode({ address, writeKey }: Target): StockClient {
  const client = new RudderNode(writeKey, {
    ...{ dataPlaneUrl: address, flushAt: 3, flushInterval: 200, retryCount: 12 },
    errorHandler: () => {},
    logLevel: "none",
  });
  return {
    async view(products) {
      for (const product_id of products) {
        client.track({ userId: "rudder-node", event: EVENT, properties: { product_id } });
      }
    },
    async close() {},
  };
}

export const segmentBrowser = (browser: Browser, target: Target): Promise<StockClient> =>
  inPage(browser, target, {
    source: `
      import { AnalyticsBrowser } from "@segment/analytics-next";
      const { writeKey, address } = window.target;
      window.client = AnalyticsBrowser.load({ writeKey, cdnURL: address });`,
  });

export const rudderBrowser = (browser: Browser, target: Target): Promise<StockClient> =>
  inPage(browser, target, {
    source: `
      import { RudderAnalytics } from "@rudderstack/analytics-js/bundled";
      const { writeKey, address } = window.target;
      window.client = new RudderAnalytics();
      window.client.load(writeKey, address, {
        configUrl: address,
        queueOptions: { minRetryDelay: 200, maxRetryDelay: 2000, maxAttempts: 100 },
      });`,
  });

/** As `tessera serve` shows it for the pages of a shop. */
export const ownSnippet = (browser: Browser, target: Target): Promise<StockClient> =>
  inPage(browser, target, {
    source: `
      const { writeKey, address } = window.target;
      window.tessera = new Proxy([], {
        get: (calls, name) => name in calls ? calls[name] : (...given) => { calls.push([name, ...given]); },
      });
      tessera.load(writeKey);
      const script = document.createElement("script");
      script.src = address + "/tessera.js";
      document.head.append(script);
      window.client = { track: (...given) => tessera.track(...given) };`,
  });

/** A shop's page on another origin than the server. */
async function inPage(
  browser: Browser,
  { address, writeKey }: Target,
  { source }: { readonly source: string },
): Promise<StockClient> {
  const script = await bundled(source);
  const html = `<!doctype html><title>A shop</title><link rel="icon" href="data:,">
    <script>window.target = ${JSON.stringify({ address, writeKey })}</script>
    <script src="/client.js"></script>`;
  const shop = createServer(({ url }, response) => {
    const isScript = url === "/client.js";
    response.writeHead(200, { "content-type": isScript ? "text/javascript" : "text/html" });
    response.end(isScript ? script : html);
  });
  await new Promise<void>((listening) => shop.listen(0, "127.0.0.1", listening));
  const context = await browser.newContext();
  const page: Page = await context.newPage();
  await page.goto(`http://localhost:${(shop.address() as AddressInfo).port}/`);
  return {
    async view(products) {
      const each = products.map((product_id) => JSON.stringify({ product_id }));
      await page.evaluate(
        each.map((properties) => `void client.track("${EVENT}", ${properties})`).join(";"),
      );
    },
    async close() {
      await context.close();
      shop.closeAllConnections();
      await new Promise((closed) => shop.close(closed));
    },
  };
}

async function bundled(source: string): Promise<Buffer> {
  const { outputFiles } = await build({
    stdin: { contents: source, resolveDir: import.meta.dirname, loader: "js" },
    ...{ bundle: true, write: false, format: "iife", platform: "browser", logLevel: "error" },
    define: { "process.env.NODE_ENV": '"production"', global: "window" },
  });
  return Buffer.from(outputFiles[0]!.contents);
}
