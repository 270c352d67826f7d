/** Section 8: what is usual for facts of the same category, month, ...: of the facts of all people. */

import type { Step, Usual } from "../../src/segment/syntax/tree.js";
import { sum } from "./aggregates.js";
import { periodName } from "./calendar.js";
import { fieldValue } from "./fields.js";
import { holds, once, personScope, type Row, type Run, type Scope } from "./run.js";
import { stream } from "./sources.js";
import { sourceOf, typeOf } from "./types.js";
import { asNumber, quantile, type Value } from "./values.js";
import { insideAll } from "./windows.js";

/** Facts of a cell that its value needs; with fewer one dimension less is taken. */
export const DEFAULT_MINIMUM_CELL = 30;

/** One fact of the population, whose value is not missing. */
interface Member {
  readonly dimensions: readonly string[];
  readonly value: Exclude<Value, undefined>;
  /** Whether a share counts it in its part. */
  readonly isPart: boolean;
}

export function usual(run: Run, node: Usual, scope: Scope): number | undefined {
  if (scope.row === undefined) throw new Error("ill-typed: usual for no fact");
  const statistics = run.statistics ?? run;
  const members = population(statistics, node, scope);
  const own = dimensionsOf(run, node, scope.row, sourceOf(scope));
  for (let kept = own.length; kept > 0; kept--) {
    const cell = members.filter((m) => own.slice(0, kept).every((d, i) => d === m.dimensions[i]));
    if (cell.length >= run.minimumCell) return valueIn(node, cell);
  }
  return valueIn(node, members);
}

/** What is missing is a value of its own. */
function dimensionsOf(run: Run, { by }: Usual, row: Row, source: string): string[] {
  return by.map((name) => {
    if (name === "day" || name === "week" || name === "month")
      return periodName(row.ts, name, run.zone);
    return (fieldValue(run, row, source, [name], "text") as string | undefined) ?? "";
  });
}

function population(run: Run, node: Usual, scope: Scope): readonly Member[] {
  const { parameters } = scope;
  const asked = JSON.stringify({ node, parameters: [...parameters] }, (key, value) =>
    key === "span" ? undefined : value,
  );
  return once(run, `usual ${asked}`, () =>
    [...run.people.keys()].flatMap((person) =>
      membersOf(run, node, personScope(run, person, parameters)),
    ),
  );
}

function membersOf(run: Run, node: Usual, scope: Scope): Member[] {
  const { fn, source, windows, value } = node.of;
  const [step, ...more] = source.steps as [Step, ...Step[]];
  if (more.length > 0 || value === undefined) throw new Error("ill-typed: usual of what?");
  const isInside = insideAll(run, windows, scope);
  const rows = stream(run, { steps: [{ source: step.source }] }, scope.facts, scope);
  return rows
    .filter((row) => isInside(row.ts))
    .flatMap((row): Member[] => {
      const inRow = { ...scope, source: step.source, row };
      const isPart = step.where === undefined || holds(run, step.where, inRow);
      const found = run.value(value, inRow, typeOf(run, value, inRow) ?? "number");
      if (found === undefined || (fn !== "share" && !isPart)) return [];
      return [{ dimensions: dimensionsOf(run, node, row, step.source), value: found, isPart }];
    });
}

function valueIn({ of }: Usual, members: readonly Member[]): number | undefined {
  const values = members.map((m) => m.value);
  switch (of.fn) {
    case "share": {
      const whole = sum(values);
      const part = sum(members.filter((m) => m.isPart).map((m) => m.value));
      return whole === 0 ? undefined : part / whole;
    }
    case "average":
      return values.length === 0 ? undefined : sum(values) / values.length;
    case "median":
      return quantile(
        values.map((v) => asNumber(v) as number),
        0.5,
      );
    default:
      throw new Error(`ill-typed: ${of.fn} is not usual`);
  }
}
