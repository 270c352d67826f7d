/**
 * Questions about many people, at the instant of the last refresh: what it found is in `profiles`,
 * so that no fact is read. Each answer is held against the sizes of the pass over the facts.
 */

import {
  breakDown,
  crossPeople,
  listPeople,
  overlapGroups,
  reportSegments,
  usualColumns,
} from "../src/segment/index.js";
import type { Warehouse } from "../src/store/index.js";
import { check, median, quantile, type Report, timed } from "./figures.js";
import { NOW } from "./make-facts.js";
import { namesOf, type Pass, type Workload } from "./workload.js";

/** Segments and labels of the playbook that orders alone fill. */
const LISTED = "loyal";
const CROSSED = ["stage is active", "value_tier is top", "not vip", "not full_price", "frequent"];

const BREAKDOWN = { asOf: NOW, buckets: { count: 5 }, limit: 50 };
const SHOWN = 20;

export async function measureReports(
  warehouse: Warehouse,
  workload: Workload,
  { pass, report }: { readonly pass: Pass; readonly report: Report },
): Promise<void> {
  const { library } = workload;
  const asOf = { asOf: NOW };
  const names = namesOf(workload);
  const sizeOf = (name: string) => pass.sizes[names.indexOf(name)] ?? 0;
  const people = { expression: LISTED, columns: usualColumns(library), limit: SHOWN };
  const questions: readonly {
    readonly what: string;
    readonly size: () => Promise<number | undefined>;
    readonly expected: number;
  }[] = [
    {
      what: "segments",
      size: async () =>
        (await reportSegments(warehouse, library, asOf)).segments.find((s) => s.key === LISTED)
          ?.size,
      expected: sizeOf(LISTED),
    },
    {
      what: "cross of five, and their 32 combinations",
      size: async () =>
        (await crossPeople(warehouse, library, CROSSED, asOf)).combinations?.reduce(
          (sum, { exactly }) => sum + exactly,
          0,
        ),
      expected: pass.people,
    },
    {
      what: "breakdown by two classifications",
      size: async () => {
        const by = ["stage", "value_tier"];
        const { rows } = await breakDown(warehouse, library, LISTED, by, BREAKDOWN);
        return rows.reduce((sum, row) => sum + row.people, 0);
      },
      expected: sizeOf(LISTED),
    },
    {
      what: "overlap of every pair of segments",
      size: async () =>
        (await overlapGroups(warehouse, library, [], asOf)).groups.find((g) => g.expr === LISTED)
          ?.size,
      expected: sizeOf(LISTED),
    },
    {
      what: `people, the first ${SHOWN}`,
      size: () =>
        listPeople(warehouse, library, people, asOf, async (list) => {
          await list.rows(SHOWN);
          return list.total;
        }),
      expected: sizeOf(LISTED),
    },
  ];
  for (const { what, size, expected } of questions) {
    check(report, `${what} = the pass over the facts`, await size(), expected);
    const seconds = await timed(size, { runs: report.effort.liveRuns });
    const figure = { part: "from profiles", unit: "ms", runs: seconds.length } as const;
    report.figures.push(
      { ...figure, what: `${what}, median`, value: median(seconds) * 1000 },
      { ...figure, what: `${what}, p99`, value: quantile(seconds, 0.99) * 1000 },
    );
  }
}
