/**
 * Order lines from files, beside ClickHouse's own reader of the same file in the same run (into a
 * plain table with typed columns: no ids, no orders, no rejects, no duplicates).
 */

import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { importFiles } from "../src/collect/index.js";
import { openWarehouse, type Warehouse } from "../src/store/index.js";
import { check, median, peakMemory, type Report, timed } from "./figures.js";

const FORMATS = [
  { title: "Parquet", file: "lines.parquet", format: "Parquet" },
  { title: "CSV", file: "lines.csv", format: "CSVWithNames" },
  { title: "CSV.gz", file: "lines.csv.gz", format: "CSVWithNames" },
] as const;

const STRUCTURE =
  "InvoiceNo String, StockCode String, Description String, Quantity Int32, InvoiceDate DateTime, UnitPrice Float64, CustomerID String, Country String";

export async function measureImport(lines: number, report: Report): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "tessera-bench-import-"));
  try {
    const customers = await writeFiles(folder, lines);
    for (const kind of FORMATS) await measureFormat(folder, { kind, lines, customers, report });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function withStore<T>(
  folder: string,
  work: (warehouse: Warehouse, dataDir: string) => Promise<T>,
): Promise<T> {
  const dataDir = join(folder, "store");
  mkdirSync(dataDir);
  const warehouse = await openWarehouse({ dataDir });
  try {
    return await work(warehouse, dataDir);
  } finally {
    await warehouse.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

/** About 5 lines an order and 60 a customer, as in the preset's own data. Returns the customers. */
async function writeFiles(folder: string, lines: number): Promise<number> {
  return withStore(folder, async (warehouse) => {
    const rows = `SELECT toString(500000 + intDiv(number, 5)) AS InvoiceNo,
        toString(10000 + cityHash64('p', number) % 4000) AS StockCode,
        concat('PRODUCT OF KIND ', StockCode, ', "BOXED"') AS Description,
        toInt32(1 + cityHash64('q', number) % 12) AS Quantity,
        toDateTime('2024-01-01 08:00:00', 'UTC') + toIntervalSecond(intDiv(number, 5) * 60) AS InvoiceDate,
        (50 + cityHash64('u', StockCode) % 2000) / 100 AS UnitPrice,
        toString(12000 + cityHash64('c', intDiv(number, 5)) % greatest(1, intDiv({lines:UInt64}, 60))) AS CustomerID,
        'United Kingdom' AS Country
      FROM numbers({lines:UInt64})`;
    for (const { file, format } of FORMATS) {
      const target = `file({path:String}, {format:String}, {structure:String})`;
      const parameters = { lines, path: join(folder, file), format, structure: STRUCTURE };
      await warehouse.command(`INSERT INTO FUNCTION ${target} ${rows}`, parameters);
    }
    const { rows: found } = await warehouse.query<{ n: number }>(
      `SELECT toUInt32(uniqExact(CustomerID)) AS n FROM (${rows})`,
      { lines },
    );
    return found[0]!.n;
  });
}

interface OneFormat {
  readonly kind: (typeof FORMATS)[number];
  readonly lines: number;
  readonly customers: number;
  readonly report: Report;
}

async function measureFormat(
  folder: string,
  { kind, lines, customers, report }: OneFormat,
): Promise<void> {
  const path = join(folder, kind.file);
  const own: number[] = [];
  const raw: number[] = [];
  let memory = 0;
  for (let run = 0; run < report.effort.runs; run++) {
    await withStore(folder, async (warehouse, dataDir) => {
      raw.push(await readRaw(warehouse, { path, format: kind.format, lines }));
      const importing = () =>
        timed(
          async () => {
            const options = { mapping: { preset: "online-retail" }, dataDir, now: 0 };
            const [summary] = await importFiles(warehouse, { ...options, files: [path] });
            const found = [
              summary!.rowsRead,
              summary!.rowsRejected,
              summary!.lines,
              summary!.people,
            ];
            check(report, `import of ${kind.title}: rows, rejected, lines, people`, found, [
              lines,
              0,
              lines,
              customers,
            ]);
          },
          { runs: 1 },
        );
      const greatest = await peakMemory(async () => {
        own.push(...(await importing()));
      });
      memory = Math.max(memory, greatest ?? 0);
    });
  }
  const part = `import, ${kind.title}`;
  report.figures.push(
    {
      part,
      what: "order lines",
      value: lines / median(own),
      unit: "lines/s",
      runs: own.length,
      target: { least: 200_000 },
      note: `${lines} lines`,
    },
    {
      part,
      what: "memory of the process, greatest",
      value: memory,
      unit: "GB",
      runs: own.length,
    },
    {
      part,
      what: "time / time of ClickHouse's own reader",
      value: median(own) / median(raw),
      unit: "times",
      runs: own.length,
      note: "into a plain table",
    },
  );
}

async function readRaw(
  warehouse: Warehouse,
  {
    path,
    format,
    lines,
  }: { readonly path: string; readonly format: string; readonly lines: number },
): Promise<number> {
  const parameters = { path, format, structure: STRUCTURE };
  await warehouse.command(`CREATE TABLE raw (${STRUCTURE}) ENGINE = MergeTree ORDER BY tuple()`);
  const [seconds = 0] = await timed(
    () =>
      warehouse.command(
        "INSERT INTO raw SELECT * FROM file({path:String}, {format:String}, {structure:String})",
        parameters,
      ),
    { runs: 1 },
  );
  const { rows } = await warehouse.query<{ n: number }>("SELECT toUInt32(count()) AS n FROM raw");
  if (rows[0]!.n !== lines) throw new Error(`the raw reader found ${rows[0]!.n} of ${lines} lines`);
  await warehouse.command("DROP TABLE raw SYNC");
  return seconds;
}
