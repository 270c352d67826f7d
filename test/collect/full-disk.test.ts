import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { AppError } from "../../src/base/index.js";
import { importFiles, readMapping, recoverImports } from "../../src/collect/index.js";
import { openWarehouse } from "../../src/store/index.js";

const folder = mkdtempSync(join(tmpdir(), "tessera-disk-"));
const disk = join(folder, "disk");
mkdirSync(disk);
const mount = spawnSync("mount", ["-t", "tmpfs", "-o", "size=24m", "tmpfs", disk]);
const mounted = mount.status === 0;
afterAll(() => {
  if (mounted) spawnSync("umount", [disk]);
  rmSync(folder, { recursive: true, force: true });
});

const mapping = readMapping(
  "source: shop\ncolumns: {order: o, time: t, amount: a, customer: c, name: n, product: p}",
  "m",
);

/** Rows whose texts cannot be packed, so that their size on the disk is known. */
function rows(count: number): string {
  const noise = (i: number) => (Math.imul(i, 2654435761) >>> 0).toString(36).repeat(8);
  const line = (_: unknown, i: number) =>
    `${noise(i)},2024-01-01,1,c${i},${noise(i + 7)},p${noise(i)}`;
  return ["o,t,a,c,n,p", ...Array.from({ length: count }, line)].join("\n");
}

const why = mounted ? "" : " (skipped: a tmpfs may not be mounted here)";
describe.skipIf(!mounted)(`when the disk is full${why}`, () => {
  it("an import says so and leaves the store as it was", async () => {
    const file = join(folder, "big.csv");
    writeFileSync(file, rows(60_000));
    const small = join(folder, "small.csv");
    writeFileSync(small, rows(10));
    const warehouse = await openWarehouse({ dataDir: disk });
    const options = { mapping, now: 0, dataDir: disk };
    try {
      await importFiles(warehouse, { ...options, files: [small] });
      const error = await importFiles(warehouse, { ...options, files: [file] }).catch(
        (e: AppError) => e,
      );
      expect(error).toMatchObject({ message: expect.stringMatching(/big\.csv: the disk is full/) });
      await recoverImports(warehouse);
      const { rows: counts } = await warehouse.query(
        `SELECT toUInt32((SELECT count() FROM facts)) AS facts, toUInt32(count()) AS staging
         FROM system.tables WHERE startsWith(name, 'import_staging')`,
      );
      expect(counts).toEqual([{ facts: 20, staging: 0 }]);
      await importFiles(warehouse, { ...options, files: [small] });
    } finally {
      await warehouse.close();
    }
  });
});
