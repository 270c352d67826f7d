/** The same on a ClickHouse server and on two shards: a person is exported, erased, and kept out. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { aliasOf } from "../../src/base/index.js";
import {
  erasePerson,
  expireAnonymous,
  exportPerson,
  finishErasure,
  importFiles,
  removeHidden,
} from "../../src/collect/index.js";
import { type Ledger, openLedger, openWarehouse, type Warehouse } from "../../src/store/index.js";
import { startCluster, type TestCluster } from "../servers.js";
import {
  BOB,
  call,
  ERASED_AT,
  failingAt,
  HERS,
  MARKERS,
  PERSON,
  type PlantedStore,
  plantedFiles,
  plantTheRest,
  tracesInFiles,
  tracesInTables,
} from "./planted-person.js";

let cluster: TestCluster;
beforeAll(async () => {
  cluster = await startCluster();
});
afterAll(() => cluster?.stop());

describe.each(["server", "cluster"] as const)("a person on a %s", (engine) => {
  let folder: string;
  let warehouse: Warehouse;
  let ledger: Ledger;
  let store: PlantedStore;
  let urls: readonly string[];
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "tessera-erasure-"));
    const dataDir = join(folder, "data");
    const [url = "", ...otherUrls] = cluster.urls.map((address) => `${address}/${engine}`);
    urls = engine === "server" ? [url] : [url, ...otherUrls];
    const { name } = cluster;
    warehouse = await openWarehouse(
      engine === "server" ? { url } : { url, cluster: { name, otherUrls } },
    );
    mkdirSync(dataDir);
    ledger = await openLedger({ folder: dataDir });
    store = { warehouse, dataDir, ledger };
  });
  afterAll(async () => {
    await ledger.close();
    await warehouse.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const read = async <Row>(sql: string): Promise<readonly Row[]> =>
    (await warehouse.query<Row>(sql)).rows;

  async function importAll(): Promise<readonly string[]> {
    const notes: string[] = [];
    for (const [path, mapping] of plantedFiles(folder)) {
      const options = { files: [path], dataDir: store.dataDir, now: Date.UTC(2024, 3, 10) };
      const summaries = await importFiles(warehouse, { ...options, mapping });
      notes.push(...summaries.flatMap((summary) => summary.notes));
    }
    await warehouse.reloadIdentity();
    return notes;
  }

  /** In the tables of each server, as it sees them, in its files, and in the data folder. */
  async function traces(texts: Readonly<Record<string, string>>): Promise<readonly string[]> {
    const found = [...tracesInFiles(store.dataDir, texts)];
    for (const url of urls) {
      const ask = <Row>(sql: string) => rowsAt<Row>(url, sql);
      found.push(...(await tracesInTables(ask, texts)));
    }
    for (const path of cluster.folders) found.push(...tracesInFiles(path, texts));
    return [...new Set(found)].sort();
  }

  const bobs = () =>
    read(
      `SELECT * EXCEPT (props, import_id), toJSONString(props) AS props FROM facts
       WHERE alias IN (${aliasOf("user_id", BOB.user)}, ${aliasOf("email", BOB.email)}) ORDER BY ALL`,
    );

  it("has all that the store holds of them in one document", async () => {
    await importAll();
    await plantTheRest(store);
    const found = await traces(HERS);
    for (const place of Object.keys(HERS))
      expect(found, place).toContainEqual(expect.stringMatching(`^${place} in `));
    const text = JSON.stringify(await exportPerson(warehouse, PERSON, store));
    for (const [place, marker] of Object.entries(MARKERS)) {
      if (place !== "phone") expect(text, place).toContain(marker);
    }
    expect(text).not.toContain(BOB.user);
  });

  it("is in no table and no file of any server when erased, even where that was cut short", async () => {
    const before = await bobs();
    const asked = { now: ERASED_AT, reason: "asked by letter", ...store };
    const begun = erasePerson(failingAt(warehouse, 6), PERSON, asked);
    await expect(begun).rejects.toThrow("killed");
    for (const n of [12, 21]) {
      const again = finishErasure(failingAt(warehouse, n), store);
      await expect(again).rejects.toThrow("killed");
    }
    expect(await finishErasure(warehouse, store)).toBeDefined();
    expect(await finishErasure(warehouse, store)).toBeUndefined();
    expect(await traces(HERS)).toEqual([]);
    expect(await bobs()).toEqual(before);
    expect(await read("SELECT reason, people FROM erasures")).toEqual([
      { reason: "asked by letter", people: 1 },
    ]);
  });

  // What follows is the same for the statements' text: once is enough.
  if (engine === "server") return;

  it("does not come back with the same files", async () => {
    const notes = await importAll();
    expect(notes.filter((note) => note.includes("erased people were left out"))).toHaveLength(3);
    const found = await traces(HERS);
    // A row that cannot be used is kept as it is written: nobody can say whose it is.
    expect(found.filter((trace) => !trace.endsWith("a file"))).toEqual(["email in imports"]);
  });

  it("is gone after the retention limit where they never said who they are", async () => {
    const seen = (on: number, id: string) =>
      call(on, "track", { event: "Product Viewed", anonymousId: id, messageId: `${on} ${id}` });
    const OLD = "visitor-whose-time-is-up";
    // Of eleven there are some on each shard.
    const old = [OLD, ...Array.from({ length: 10 }, (_, n) => `old-${n}`)];
    const visits = [...old, "ann-device", "back"].map((id) => seen(1, id));
    const ann = { userId: "ann", anonymousId: "ann-device", messageId: "known" };
    const known = call(2, "identify", ann);
    const path = join(folder, "visits.ndjson");
    for (const [day, calls] of [
      [10, [...visits, known]],
      [20, [seen(20, "back")]],
    ] as const) {
      writeFileSync(path, calls.join("\n"));
      const options = { dataDir: store.dataDir, now: Date.UTC(2024, 2, day) };
      await importFiles(warehouse, { files: [path], mapping: { preset: "segment" }, ...options });
    }
    const asked = { ...store, now: Date.UTC(2024, 2, 25), days: 10 };
    expect(await expireAnonymous(warehouse, asked)).toEqual({ visitors: 11, facts: 11 });
    expect(await expireAnonymous(warehouse, asked)).toEqual({ visitors: 0, facts: 0 });
    const left = await read<{ id: string }>(
      "SELECT DISTINCT id_value AS id FROM aliases WHERE id_kind = 'anonymous_id' ORDER BY id",
    );
    expect(left.map(({ id }) => id)).toEqual(["ann-device", "back"]);
    // Hidden at once, and off the disk of each shard when its parts have been written anew.
    const hidden = `SELECT count() AS n FROM system.parts
      WHERE database = currentDatabase() AND active AND has_lightweight_delete`;
    await removeHidden(warehouse);
    for (const url of urls) expect(await rowsAt(url, hidden)).toEqual([{ n: 0 }]);
    expect(await traces({ OLD })).toEqual([]);
    expect(await expireAnonymous(warehouse, asked)).toEqual({ visitors: 0, facts: 0 });
  });
});

/** What one server sees, also of a shard's own tables. */
async function rowsAt<Row>(url: string, sql: string): Promise<readonly Row[]> {
  const { origin, pathname } = new URL(url);
  const asked = `${origin}/?database=${pathname.slice(1)}&default_format=JSONEachRow`;
  const answer = await fetch(asked, { method: "POST", body: sql });
  const text = await answer.text();
  expect(answer.ok, text).toBe(true);
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));
}
