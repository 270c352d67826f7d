/** Section 8: percentiles over people, or over the facts of all people. */

import type {
  Duration,
  Expression,
  LastWindow,
  Percentile,
} from "../../src/segment/syntax/tree.js";
import { aggregate, rowValues } from "./aggregates.js";
import { calendarMonths, exactMs, isCalendarUnit } from "./calendar.js";
import { holds, once, personScope, type Run, type Scope } from "./run.js";
import { asNumber, quantile } from "./values.js";

/** People with a window's orders that a percentile needs; with fewer it is over all buyers ever. */
export const DEFAULT_MINIMUM_POPULATION = 200;

export function percentile(run: Run, node: Percentile, scope: Scope): number | undefined {
  if (scope.source !== undefined) throw new Error("ill-typed: a percentile inside an aggregate");
  const statistics = run.statistics ?? run;
  const of = node.of ?? scope.left;
  if (of === undefined) throw new Error(`ill-typed: p${node.percent} of what?`);
  const asked = { percentile: { ...node, of }, parameters: [...scope.parameters] };
  return once(statistics, withoutSpans(asked), () => {
    const values =
      node.store === true
        ? storeValues(statistics, node, of, scope)
        : peopleValues(statistics, node, of, scope);
    return quantile(values, node.percent / 100);
  });
}

const withoutSpans = (node: unknown): string =>
  JSON.stringify(node, (key, value) => (key === "span" ? undefined : value));

function storeValues(run: Run, { among }: Percentile, of: Expression, scope: Scope): number[] {
  const source = nodesOf(run, of).find((node) => node.kind === "field")?.source;
  if (typeof source !== "string") throw new Error("ill-typed: store percentile of no field");
  return [...run.people.keys()]
    .map((person) => personScope(run, person, scope.parameters))
    .filter((own) => among === undefined || holds(run, among, own))
    .flatMap((own) => rowValues(run, of, source, own));
}

function peopleValues(run: Run, node: Percentile, of: Expression, scope: Scope): number[] {
  const scopes = [...run.people.keys()].map((person) => personScope(run, person, scope.parameters));
  const { among } = node;
  const population =
    among === undefined ? buyers(run, of, scopes) : scopes.filter((own) => holds(run, among, own));
  return population
    .map((own) => asNumber(run.value(of, own, "number")))
    .filter((number) => number !== undefined);
}

/** People with an order (or other activity that counts instead) in the window of `x`; if those are too few, with an order ever. */
function buyers(run: Run, x: Expression, scopes: readonly Scope[]): Scope[] {
  const orders = run.settings.activity.kind === "orders";
  const have = (windows: readonly LastWindow[]) =>
    scopes.filter((scope) => {
      const source = { steps: [{ source: orders ? "order" : "activity" }] };
      return (
        aggregate(run, { kind: "aggregate", fn: "count", source, windows }, scope, "number") !== 0
      );
    });
  const window = onlyWindow(run, x);
  const inWindow = have(window === undefined ? [] : [window]);
  return window !== undefined && inWindow.length < run.minimumPopulation ? have([]) : inWindow;
}

/** The rolling window that all `in last` of `x` have, if they have one. */
function onlyWindow(run: Run, x: Expression): LastWindow | undefined {
  const windows = nodesOf(run, x).filter((node) => node.kind === "last") as unknown as LastWindow[];
  const [first] = windows;
  return first !== undefined && windows.every((w) => sameLength(w.duration, first.duration))
    ? first
    : undefined;
}

function sameLength(a: Duration, b: Duration): boolean {
  if (isCalendarUnit(a.unit) !== isCalendarUnit(b.unit)) return false;
  return isCalendarUnit(a.unit)
    ? calendarMonths(a) === calendarMonths(b)
    : exactMs(a) === exactMs(b);
}

type AnyNode = Readonly<Record<string, unknown>>;

/** All nodes below `x`, with the attributes that it names written out. */
function nodesOf(run: Run, x: unknown): AnyNode[] {
  if (typeof x !== "object" || x === null) return [];
  if (Array.isArray(x)) return x.flatMap((item) => nodesOf(run, item));
  const node = x as AnyNode;
  const isNamed = node.kind === "name" || node.kind === "call";
  const named = isNamed ? run.declarations.get(node.name as string) : undefined;
  const body = named?.kind === "attribute" ? nodesOf(run, named.body) : [];
  // A bare name inside `where` is a field or a parameter, not an attribute.
  const parts = Object.entries(node).filter(([key]) => key !== "where");
  return [node, ...body, ...parts.flatMap(([, part]) => nodesOf(run, part))];
}
