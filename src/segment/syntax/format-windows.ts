/** Windows and durations as text. */

import { formatNumber, type Place, type Write } from "./format-place.js";
import type { Layout } from "./layout.js";
import type { Duration, SeasonWindow, Window } from "./tree.js";

const MOMENT: Place = { windows: false };

export function formatWindow(window: Window, write: Write): Layout {
  switch (window.kind) {
    case "last":
      return `in last ${formatDuration(window.duration)}`;
    case "ago": {
      const to = formatDuration({ amount: window.to, unit: window.unit });
      return `between ${formatNumber(window.from)} and ${to} ago`;
    }
    case "calendar":
      if (window.unit === "day") return window.which === "this" ? "today" : "yesterday";
      return `in ${window.which} ${window.unit}`;
    case "range": {
      const from = window.from === undefined ? [] : [`from ${window.from}`];
      return [...from, ...(window.to === undefined ? [] : [`to ${window.to}`])].join(" ");
    }
    case "season":
      return formatSeason(window);
    case "relative": {
      const within = window.within === undefined ? "" : `within ${formatDuration(window.within)} `;
      return [`${within}${window.side} `, write(window.moment, "sum", MOMENT)];
    }
  }
}

export const formatSeason = ({ season, phase }: Pick<SeasonWindow, "season" | "phase">): string =>
  `in season ${season}${phase === undefined ? "" : `.${phase}`}`;

/** `1 day`, `7 days`. */
export function formatDuration({ amount, unit }: Duration): string {
  return `${formatNumber(amount)} ${unit}${amount === 1 ? "" : "s"}`;
}
