/**
 * Live events through `tessera serve`, a process of its own with an empty store: how long an
 * acknowledgement takes at given rates, the highest rate, how far the warehouse is behind, memory.
 *
 * Requests are sent when their time has come, whether or not others were answered, and an answer's
 * time counts from then: what waits in a queue is not left out. Latencies need a quiet machine and
 * disk; the generator shares its two cores with the server.
 */

import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { Agent, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { openWarehouse } from "../src/store/index.js";
import { check, peakMemoryOf, quantile, type Report } from "./figures.js";

const program = fileURLToPath(new URL("../bin/tessera.cjs", import.meta.url));

/** A stock client for servers sends 15 events at once; one for browsers each by itself. */
const SCENARIOS = [
  { rate: 1000, batch: 15 },
  { rate: 1000, batch: 1 },
  { rate: 2000, batch: 15 },
  { rate: 2000, batch: 1 },
] as const;
const TARGET_RATE = 2000;
const TARGET_P99_MS = 30;
const CONNECTIONS = 256;
const LONG_RATE = 1000;
const SAMPLE_MS = 250;

interface Serving {
  readonly address: string;
  readonly writeKey: string;
  readonly processId: number;
  readonly child: ChildProcess;
}

interface Load {
  readonly latenciesMs: readonly number[];
  readonly acknowledged: number;
  readonly lagsMs: readonly number[];
  readonly seconds: number;
}

export async function measureIntake(report: Report): Promise<void> {
  const { intakeSeconds: seconds, intakeMinutes } = report.effort;
  const folder = mkdtempSync(join(tmpdir(), "tessera-bench-intake-"));
  const server = await serve(folder);
  const shop = new Shop(server);
  try {
    await shop.send(1); // The first opens what is opened once.
    for (const { rate, batch } of SCENARIOS) {
      const load = await shop.sendAtRate({ rate, batch, seconds });
      tell(report, load, { rate, batch, behindMs: await shop.caughtUp() });
    }
    const most = await shop.sendAsFastAsItGoes({ batch: 15, seconds });
    const figure = { part: "intake", runs: 1 } as const;
    const highest = Math.round(most.acknowledged / most.seconds);
    const behindMs = Math.round(await shop.caughtUp());
    report.figures.push({
      ...figure,
      what: "highest rate, batches of 15",
      value: highest,
      unit: "events/s",
      note: `for ${Math.round(most.seconds)} s; facts ${behindMs} ms after the last`,
    });
    if (intakeMinutes > 0) {
      await shop.sendAtRate({ rate: LONG_RATE, batch: 15, seconds: intakeMinutes * 60 });
    }
    const memory = peakMemoryOf(server.processId);
    if (memory !== undefined) {
      report.figures.push({
        ...figure,
        what: "memory of the server, greatest",
        value: memory,
        unit: "GB",
        target: { most: 2 },
        note: `after all this and ${intakeMinutes} minutes at ${LONG_RATE} events/s`,
      });
    }
    await shop.caughtUp();
    await stop(server.child);
    check(report, "facts = acknowledged events", await countFacts(folder), shop.acknowledged);
  } finally {
    await stop(server.child);
    rmSync(folder, { recursive: true, force: true });
  }
}

function tell(
  report: Report,
  { latenciesMs, lagsMs }: Load,
  { rate, batch, behindMs }: { rate: number; batch: number; behindMs: number },
): void {
  const what = `${rate} events/s, ${batch === 1 ? "single" : `batches of ${batch}`}`;
  const figure = { part: "intake", unit: "ms", runs: latenciesMs.length } as const;
  const p99 = quantile(latenciesMs, 0.99);
  const most = { most: TARGET_P99_MS };
  report.figures.push(
    { ...figure, what: `${what}: acknowledged, median`, value: quantile(latenciesMs, 0.5) },
    {
      ...figure,
      what: `${what}: acknowledged, p99`,
      value: p99,
      ...(rate === TARGET_RATE && { target: most }),
    },
    {
      ...figure,
      runs: lagsMs.length,
      what: `${what}: oldest event that is no fact yet, median`,
      value: quantile(lagsMs, 0.5),
      note: `greatest ${Math.round(Math.max(...lagsMs))} ms; all facts ${Math.round(behindMs)} ms after the last`,
    },
  );
}

/** A client of the server: counts what was acknowledged, and fails at any other answer. */
class Shop {
  acknowledged = 0;
  readonly #server: Serving;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  #events = 0;

  constructor(server: Serving) {
    this.#server = server;
  }

  /** Resolves when the server has acknowledged them. */
  async send(count: number): Promise<void> {
    const batch = Array.from({ length: count }, () => this.#event());
    const single = count === 1 ? batch[0] : { batch, sentAt: new Date().toISOString() };
    const { status, text } = await this.#post(count === 1 ? "/v1/track" : "/v1/batch", single);
    if (status !== 200) throw new Error(`the server answered ${status}: ${text}`);
    this.acknowledged += count;
  }

  async sendAtRate(load: { rate: number; batch: number; seconds: number }): Promise<Load> {
    const { rate, batch, seconds } = load;
    const latenciesMs: number[] = [];
    const sent: Promise<void>[] = [];
    return this.#watched(async (begun) => {
      for (let n = 0; n < (rate * seconds) / batch; n++) {
        const due = begun + (n * batch * 1000) / rate;
        const early = due - performance.now();
        if (early > 1) await sleep(early);
        sent.push(this.send(batch).then(() => void latenciesMs.push(performance.now() - due)));
      }
      await Promise.all(sent);
    }, latenciesMs);
  }

  async sendAsFastAsItGoes({ batch, seconds }: { batch: number; seconds: number }): Promise<Load> {
    return this.#watched(async (begun) => {
      const connection = async () => {
        while (performance.now() - begun < seconds * 1000) await this.send(batch);
      };
      await Promise.all(Array.from({ length: CONNECTIONS }, connection));
    }, []);
  }

  /** How long it took until all were facts, ms. */
  async caughtUp(): Promise<number> {
    const begun = performance.now();
    while ((await this.#projection()).waiting > 0) await sleep(10);
    return performance.now() - begun;
  }

  async #watched(work: (begun: number) => Promise<void>, latenciesMs: number[]): Promise<Load> {
    const [begun, before] = [performance.now(), this.acknowledged];
    const lagsMs: number[] = [];
    let working = true;
    const watching = (async () => {
      while (working) {
        lagsMs.push((await this.#projection()).lagMs);
        await sleep(SAMPLE_MS);
      }
    })();
    await work(begun).finally(() => {
      working = false;
    });
    const seconds = (performance.now() - begun) / 1000;
    await watching;
    return { latenciesMs, lagsMs, seconds, acknowledged: this.acknowledged - before };
  }

  async #projection(): Promise<{ waiting: number; lagMs: number }> {
    const health = await fetch(`${this.#server.address}/health`);
    return ((await health.json()) as { projection: { waiting: number; lagMs: number } }).projection;
  }

  /** About 700 bytes, of one of 20,000 visitors and 500 products. */
  #event() {
    const n = this.#events++;
    const product = (n * 7919) % 500;
    return {
      type: "track",
      event: "Product Viewed",
      messageId: `bench-${n}`,
      anonymousId: `visitor-${(n * 104_729) % 20_000}`,
      timestamp: new Date().toISOString(),
      properties: {
        product_id: `p${product}`,
        sku: `SKU-${product}`,
        name: `Product number ${product}, in green`,
        category: `Category ${product % 12}`,
        brand: `Brand ${product % 40}`,
        price: 10 + product / 10,
        currency: "EUR",
        url: `https://shop.example/products/${product}`,
      },
      context: {
        library: { name: "analytics.js", version: "npm:next-1.84.3" },
        page: { path: `/products/${product}`, url: `https://shop.example/products/${product}` },
        userAgent: "Mozilla/5.0 (X11; Linux x64) AppleWebKit/537.36 Chrome/147.0 Safari/537.36",
        locale: "de-DE",
        timezone: "Europe/Berlin",
      },
    };
  }

  #post(path: string, body: unknown): Promise<{ status: number; text: string }> {
    const { address, writeKey } = this.#server;
    return new Promise((resolve, reject) => {
      const sending = request(`${address}${path}`, {
        method: "POST",
        agent: this.#agent,
        auth: `${writeKey}:`,
        headers: { "content-type": "application/json" },
      });
      sending.on("error", reject);
      sending.on("response", (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (chunk) => {
          text += chunk;
        });
        response.on("end", () => resolve({ status: response.statusCode ?? 0, text }));
      });
      sending.end(JSON.stringify(body));
    });
  }
}

async function serve(folder: string): Promise<Serving> {
  const args = [program, "serve", "--data", folder, "--port", "0", "--json"];
  const child = spawn(process.execPath, args, {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, TESSERA_LOG_LEVEL: "warn" },
  });
  let text = "";
  for await (const line of createInterface({ input: child.stdout })) {
    text += line;
    try {
      return { ...(JSON.parse(text) as Omit<Serving, "child">), child };
    } catch {
      // The document goes on.
    }
  }
  throw new Error("tessera serve ended before it said its address");
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  await ended;
}

async function countFacts(dataDir: string): Promise<number> {
  const warehouse = await openWarehouse({ dataDir });
  const { rows } = await warehouse.query<{ facts: string }>(
    "SELECT count() AS facts FROM facts WHERE kind = 'viewed'",
  );
  await warehouse.close();
  return Number(rows[0]!.facts);
}
