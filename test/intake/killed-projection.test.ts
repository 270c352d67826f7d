/**
 * A process that takes messages in, lands, merges and trims is killed at random instants. In the end
 * everything that was acknowledged is there once. TESSERA_ROUNDS sets how often, TESSERA_SEED repeats
 * a run.
 */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, expect, it } from "vitest";
import { openIntakeLog, recoverImports, startProjection } from "../../src/collect/index.js";
import { openLedger, openWarehouse } from "../../src/store/index.js";
import { builtProgram } from "../built-program.js";
import { newRandom } from "../fuzz/random.js";
import { roundsOr, seed } from "../seed.js";
import { PER_ORDER } from "./killed-messages.js";

const rounds = roundsOr(3);
/** So many that it lands, merges and trims several times. */
const MOST_MESSAGES = 200;

const child = await builtProgram(new URL("./killed-intake.ts", import.meta.url));
const dataDir = mkdtempSync(join(tmpdir(), "tessera-killed-intake-"));
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

/** The numbers that the process said before it was killed, which is when it has said so many. */
async function acknowledgedBy(first: number, count: number): Promise<readonly number[]> {
  const running = spawn(process.execPath, [child, dataDir, String(first)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(running, "exit");
  const lines = createInterface({ input: running.stdout });
  const numbers: number[] = [];
  lines.on("line", (line) => {
    if (line !== "ready" && numbers.push(Number(line)) === count) running.kill("SIGKILL");
  });
  const [, signal] = (await ended) as [number | null, string | null];
  expect(signal, "or the process ended by itself").toBe("SIGKILL");
  return numbers;
}

it(
  `what was acknowledged is there once, however often it is killed (seed ${seed})`,
  async () => {
    const random = newRandom(seed);
    const acknowledged: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const first = (Math.floor((acknowledged.at(-1) ?? 0) / PER_ORDER) + 10) * PER_ORDER;
      acknowledged.push(...(await acknowledgedBy(first, random.int(1, MOST_MESSAGES))));
    }
    const warehouse = await openWarehouse({ dataDir });
    await recoverImports(warehouse);
    const ledger = await openLedger({ folder: dataDir });
    const log = openIntakeLog(ledger);
    const projection = await startProjection({ log, warehouse, dataDir, currency: "EUR" });
    await projection.caughtUp();
    const query = async <Row>(sql: string) => (await warehouse.query<Row>(sql)).rows;
    const seen = await query<{ name: string; times: string }>(
      `SELECT product AS name, count() AS times FROM facts WHERE kind = 'viewed' GROUP BY name
       UNION ALL SELECT order_id, count() FROM facts WHERE kind = 'order'
         AND (fact_id, version) NOT IN (SELECT fact_id, version FROM superseded) GROUP BY order_id`,
    );
    const twice = await query(
      "SELECT fact_id, version FROM facts GROUP BY fact_id, version HAVING count() > 1",
    );
    expect(twice).toEqual([]);
    expect(seen.filter(({ times }) => times !== "1")).toEqual([]);
    const names = new Set(seen.map(({ name }) => name));
    const nameOf = (n: number) => (n % PER_ORDER < 2 ? `#${Math.floor(n / PER_ORDER)}` : `p${n}`);
    expect(acknowledged.filter((n) => !names.has(nameOf(n)))).toEqual([]);
    await projection.close();
    await log.close();
    await ledger.close();
    await warehouse.close();
  },
  60_000 + rounds * 60_000,
);
