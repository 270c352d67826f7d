/** `tessera refresh`: a full pass over everyone, which also moves the membership log on. */

import type { Command } from "commander";
import { answering } from "../answer.js";
import { caller } from "../caller.js";
import { expireVisitors } from "../expire-visitors.js";
import { storeCommand } from "../store-command.js";
import {
  type Store,
  type StoreOptions,
  type StoreTexts,
  withAnyLedger,
  withStore,
} from "../store-folder.js";
import { plural, readableInstant, whole } from "../terminal.js";

export function refreshCommand(program: Command): void {
  storeCommand(program, "refresh")
    .summary("evaluate every segment for everyone")
    .description("Evaluates every segment for everyone and records who entered and who left.")
    .action(answering("refresh", refreshStore));
}

async function refreshStore(options: StoreOptions) {
  const { refresh } = await import("../../segment/index.js");
  const { removeHidden } = await import("../../collect/index.js");
  const work = async ({ folder, warehouse, library, asOf }: Store & StoreTexts) => {
    // A look back changes nothing of what the store holds.
    const expired =
      options.asOf === undefined
        ? await withAnyLedger(folder, (ledger) => expireVisitors(warehouse, { folder, ledger }))
        : { visitors: 0, days: 0 };
    // A server does so beside what comes in, at its daily work.
    if (caller() === undefined && expired.visitors > 0) await removeHidden(warehouse);
    const report = await refresh(warehouse, library, { asOf });
    const { people, segments, entered, left, rehearsal, elapsedMs, statistics } = report;
    const thin = statistics.filter((statistic) => statistic.thin && statistic.n > 0).length;
    const absent = statistics.filter((statistic) => statistic.n === 0).length;
    const lines = [
      `${plural(people, "person", "people")} in ${plural(segments, "segment")} as of ` +
        `${readableInstant(report.asOf)}, in ${(elapsedMs / 1000).toFixed(1)} s`,
      rehearsal
        ? "A look back before the last refresh: the membership log stays as it is."
        : `${whole(entered)} memberships began, ${whole(left)} ended.`,
    ];
    if (expired.visitors > 0) {
      lines.push(
        `${plural(expired.visitors, "visitor")} of whom nothing came in for ` +
          `${plural(expired.days, "day")} were erased (retention.anonymous_days).`,
      );
    }
    if (thin + absent > 0) {
      lines.push(
        `Percentiles: ${whole(statistics.length)}; on thin evidence ${whole(thin)}, on none ${whole(absent)}.`,
      );
    }
    const { refreshId: _, ...json } = report;
    const all = { ...json, expired: expired.visitors, statistics: [...statistics] };
    return { json: all, text: lines.join("\n") };
  };
  return withStore(options, work, { alone: true });
}
