/** Aggregates as text, windows inside the bracket. */

import { hang, INSIDE_BRACKETS, type Place, type Write } from "./format-place.js";
import { formatDuration, formatWindow } from "./format-windows.js";
import { blank, group, indent, type Layout, seam } from "./layout.js";
import type { Aggregate, Source, Step, Usual, Window } from "./tree.js";

/** In a value and in `where`, a window would belong to the aggregate. */
const ROW: Place = { ...INSIDE_BRACKETS, windows: false };

export function formatUsual({ of, by }: Usual, write: Write): Layout {
  return ["store ", formatAggregate(of, write, [`by ${by.join(" and ")}`])];
}

/** `more` stands between the steps and the windows. */
export function formatAggregate(
  node: Aggregate,
  write: Write,
  more: readonly string[] = [],
): Layout {
  const { steps, of } = node.source;
  const parts: Layout[] = [];
  steps.forEach((step, i) => {
    const last = i === steps.length - 1;
    const subject = last && node.value !== undefined ? write(node.value, "sum", ROW) : step.source;
    const per = last && node.per !== undefined ? ` ${node.per}s` : "";
    const from = steps.length === 1 ? formatOf(of) : "";
    parts.push([i === 0 ? "" : "then ", subject, per, from], ...stepParts(step, write));
  });
  if (steps.length > 1 && of !== undefined) parts.push(formatOf(of).trimStart());
  parts.push(...more);
  node.windows.forEach((window, i) => {
    if (needsComma(node, i)) parts.push([parts.pop()!, ","]);
    parts.push(formatWindow(window, write));
  });
  const [first = "", ...rest] = parts;
  const inner = [node.distinct ? "distinct " : "", first, ...rest.map((part) => [blank, part])];
  return group([`${node.fn}(`, indent([seam, inner]), seam, ")"]);
}

function formatOf(of: Source["of"]): string {
  if (of === undefined) return "";
  return of === "person" ? " of person" : ` of same ${of}`;
}

function stepParts(step: Step, write: Write): Layout[] {
  const { where, within, without } = step;
  const parts: Layout[] = [];
  if (where !== undefined) parts.push(["where ", hang(where, write(where, "or", ROW))]);
  if (within !== undefined) parts.push(`within ${formatDuration(within)}`);
  if (without === undefined) return parts;
  const condition = without.where && [
    " where ",
    hang(without.where, write(without.where, "or", ROW)),
  ];
  return [...parts, [`without ${without.source}`, condition ?? ""]];
}

/** Where two parts would read as one: `within 3 days` `after M`, and `from D` `to D`. */
function needsComma({ windows, source }: Aggregate, i: number): boolean {
  const window = windows[i]!;
  const before = windows[i - 1];
  if (before !== undefined) return isHalf(before, "from") && isHalf(window, "to");
  const { within, without } = source.steps.at(-1)!;
  const endsWithin = within !== undefined && without === undefined;
  const isSided = window.kind === "relative" && window.within === undefined;
  return endsWithin && isSided && (source.of === undefined || source.steps.length === 1);
}

function isHalf(window: Window, side: "from" | "to"): boolean {
  const other = side === "from" ? "to" : "from";
  return window.kind === "range" && window[side] !== undefined && window[other] === undefined;
}
