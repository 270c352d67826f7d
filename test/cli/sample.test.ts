/** The generator of the sample store: the same seed, the same store; and a store that adds up. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { makeSample, SAMPLE_END } from "../../src/collect/index.js";
import { openWarehouse, type Warehouse } from "../../src/store/index.js";

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

async function inSample<T>(seed: number, work: (warehouse: Warehouse) => Promise<T>): Promise<T> {
  const dataDir = mkdtempSync(join(tmpdir(), "tessera-sample-"));
  folders.push(dataDir);
  const warehouse = await openWarehouse({ dataDir });
  try {
    await makeSample(warehouse, { seed, people: 200 });
    return await work(warehouse);
  } finally {
    await warehouse.close();
  }
}

async function fingerprint(warehouse: Warehouse): Promise<unknown> {
  const { rows } = await warehouse.query(
    `SELECT sum(cityHash64(* EXCEPT (props), toString(props))) AS facts,
       (SELECT sum(cityHash64(*)) FROM superseded) AS superseded FROM facts`,
  );
  return rows[0];
}

test("a seed makes one store, another seed another", async () => {
  const first = await inSample(7, fingerprint);
  expect(await inSample(7, fingerprint)).toEqual(first);
  expect(await inSample(8, fingerprint)).not.toEqual(first);
});

test("orders are the sums of their lines, returns become known later, nothing is dated ahead", async () => {
  const end = SAMPLE_END.replace("Z", "");
  const faults = await inSample(7, async (warehouse) => {
    const ask = async (sql: string) =>
      (await warehouse.query<{ n: number }>(`SELECT toInt32(count()) AS n FROM (${sql})`)).rows[0]!
        .n;
    // Of every fact the version that is valid at the end.
    const valid = "facts WHERE (fact_id, version) NOT IN (SELECT fact_id, version FROM superseded)";
    return {
      unequal: await ask(
        `SELECT order_id FROM ${valid} AND kind IN ('order', 'line') GROUP BY order_id
         HAVING sumIf(net, kind = 'order') != sumIf(net, kind = 'line')
           OR sumIf(discount, kind = 'order') != sumIf(discount, kind = 'line')`,
      ),
      early: await ask("SELECT 1 FROM facts WHERE version = 2 AND known_at <= ts"),
      ahead: await ask(`SELECT 1 FROM facts WHERE known_at >= '${end}' OR ts > known_at`),
      twice: await ask("SELECT fact_id FROM facts GROUP BY fact_id, version HAVING count() > 1"),
      negative: await ask("SELECT 1 FROM facts WHERE net < 0"),
      returned: await ask("SELECT 1 FROM facts WHERE kind = 'line' AND version = 2"),
    };
  });
  expect(faults).toEqual({
    unequal: 0,
    early: 0,
    ahead: 0,
    twice: 0,
    negative: 0,
    returned: expect.toSatisfy((n: number) => n > 10),
  });
});
