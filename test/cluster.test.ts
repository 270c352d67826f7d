/** Where rows lie on two shards. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { factRow, identityRow, openWarehouse, type Warehouse } from "../src/store/index.js";
import { startCluster, type TestCluster } from "./servers.js";

let cluster: TestCluster;
let warehouse: Warehouse;
let shards: Warehouse[];

beforeAll(async () => {
  cluster = await startCluster();
  const [url = "", ...otherUrls] = cluster.urls;
  warehouse = await openWarehouse({ url, cluster: { name: cluster.name, otherUrls } });
  // To look at each shard by itself, through a database that is not the cluster's.
  shards = await Promise.all(cluster.urls.map((u) => openWarehouse({ url: `${u}/onlooker` })));
});
afterAll(async () => {
  await Promise.all([warehouse, ...(shards ?? [])].map((w) => w?.close()));
  await cluster?.stop();
});

async function counts(table: string): Promise<number[]> {
  return Promise.all(
    shards.map(async (shard) => {
      const { rows } = await shard.query<{ n: string }>(`SELECT count() AS n FROM ${table}`);
      return Number(rows[0]!.n);
    }),
  );
}

test("facts and what supersedes them lie together, by alias; identity is whole everywhere", async () => {
  const fact = { ts: 1000, knownAt: 1000, kind: "viewed" };
  const aliases = Array.from({ length: 100 }, (_, i) => BigInt(i));
  await warehouse.insert(
    "facts",
    aliases.map((alias) => factRow({ ...fact, alias, factId: alias })),
  );
  await warehouse.insert(
    "superseded",
    aliases.map((alias) => ({
      alias,
      fact_id: alias,
      version: 1,
      known_at: "2024-01-01 00:00:00.000",
      import_id: 0,
    })),
  );
  await warehouse.insert("identity", [
    identityRow({ alias: 1n, person: 2n, knownAt: 0, sequence: 1, cause: "login" }),
  ]);
  expect(await counts("tessera.facts_local")).toEqual([50, 50]);
  expect(await counts("tessera.superseded_local")).toEqual([50, 50]);
  expect(await counts("tessera.identity")).toEqual([1, 1]);
  const { rows } = await warehouse.query<{ n: string }>(
    `SELECT count() AS n FROM facts
     WHERE (alias, fact_id, version) NOT IN (SELECT alias, fact_id, version FROM superseded)`,
  );
  expect(rows).toEqual([{ n: "0" }]);
});

test("a cluster of another size, or an unknown one, is refused", async () => {
  const [url = ""] = cluster.urls;
  await expect(
    openWarehouse({ url, cluster: { name: cluster.name, otherUrls: [] } }),
  ).rejects.toMatchObject({ code: "input.invalid", message: expect.stringContaining("2 shards") });
  await expect(
    openWarehouse({ url, cluster: { name: "nowhere", otherUrls: [] } }),
  ).rejects.toMatchObject({ message: expect.stringContaining('"nowhere"') });
});
