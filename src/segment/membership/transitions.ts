/**
 * The transition log: who entered and left what between two refreshes, with the cause.
 *
 *   definition   the segment is new or means something else than at the refresh before, and not
 *                only because of a limit that was calibrated
 *   merge        an identifier of the person, or the person, came to belong to another one since
 *   late data    a fact became known that had happened before the refresh before
 *   event        a fact became known since
 *   calibration  nothing happened, the clock is not due, but the frozen statistics changed, or the
 *                calibrated limits
 *   clock        nothing happened: time passed; `at` is the instant that was due
 */

import { instantText, type Warehouse } from "../../store/index.js";
import type { EvaluationTime } from "./inputs.js";
import type { LastRefresh } from "./refresh.js";

interface Change {
  readonly refreshId: number;
  readonly at: EvaluationTime;
  readonly previous: LastRefresh | undefined;
  readonly names: readonly string[];
  readonly definitions: readonly string[];
  readonly uncalibrated: readonly string[];
  readonly version: number;
}

export async function appendTransitions(
  warehouse: Warehouse,
  change: Change,
): Promise<{ readonly entered: number; readonly left: number }> {
  const { previous } = change;
  const { redefined, recalibrated } = otherMeanings(change);
  await warehouse.command(INSERT, {
    refresh_id: change.refreshId,
    previous_id: previous?.refreshId ?? 0,
    now: change.at.now,
    compared: previous?.asOf ?? 0,
    noticed: instantText(Date.now()),
    names: previous?.segments.length ? previous.segments : [""],
    redefined: redefined.length > 0 ? redefined : [""],
    recalibrated: recalibrated.length > 0 ? recalibrated : [""],
    moved: previous !== undefined && previous.statistics !== change.version ? 1 : 0,
    first: previous === undefined ? 1 : 0,
  });
  const { rows } = await warehouse.query<{ entered: string; left: string }>(
    "SELECT countIf(came) AS entered, countIf(NOT came) AS left FROM (SELECT entered = 1 AS came, refresh_id FROM transitions) WHERE refresh_id = {id:UInt32}",
    { id: change.refreshId },
  );
  return { entered: Number(rows[0]?.entered ?? 0), left: Number(rows[0]?.left ?? 0) };
}

/** Segments that mean something else than before: by their own texts, or by a calibrated limit alone. */
function otherMeanings({ names, definitions, uncalibrated, previous }: Change) {
  const before = new Map(
    previous?.segments.map((name, i) => [
      name,
      { definition: previous.definitions[i], uncalibrated: previous.uncalibrated[i] },
    ]),
  );
  const redefined = [...before.keys()].filter((name) => !names.includes(name));
  const recalibrated: string[] = [];
  for (const [i, name] of names.entries()) {
    const old = before.get(name);
    if (old?.definition === definitions[i]) continue;
    (old?.uncalibrated === uncalibrated[i] ? recalibrated : redefined).push(name);
  }
  return { redefined, recalibrated };
}

/** One row per (person, segment, argument) that is a member in exactly one of the two refreshes. */
const INSERT = `INSERT INTO transitions (sequence, refresh_id, person, segment, argument, entered, at, noticed_at, cause)
SELECT (SELECT max(sequence) FROM transitions) + row_number() OVER (ORDER BY person, segment, argument),
  {refresh_id:UInt32}, person, segment, argument, entered,
  fromUnixTimestamp64Milli(if(cause = 'clock' AND due > 0 AND due < {now:Int64}, due, {now:Int64}), 'UTC'),
  {noticed:DateTime64(3, 'UTC')}, cause
FROM (
  SELECT person, segment, argument, toUInt8(is_new) AS entered,
    multiIf({first:UInt8} = 1 OR has({redefined:Array(String)}, segment), 'definition',
      person IN (SELECT arrayJoin([person, alias]) FROM identity
        WHERE known_at > fromUnixTimestamp64Milli({compared:Int64}) AND known_at <= fromUnixTimestamp64Milli({now:Int64})), 'merge',
      late > 0, 'late data',
      known_new > known_old, 'event',
      due > 0 AND due <= {now:Int64}, 'clock',
      {moved:UInt8} = 1 OR has({recalibrated:Array(String)}, segment), 'calibration',
      'clock') AS cause,
    due
  FROM (
    SELECT person, item.1 AS segment, item.2 AS argument, max(fresh) AS is_new, max(1 - fresh) AS is_old,
      maxIf(item.3, NOT fresh) AS argument_due
    FROM (
      SELECT person, refresh_id = {refresh_id:UInt32} AS fresh,
        arrayJoin(arrayConcat(arrayMap(s -> (toString(s), '', toInt64(0)), segments), arrayMap(a -> (toString(a.1), a.2, a.3), arguments))) AS item
      FROM profiles WHERE refresh_id IN ({refresh_id:UInt32}, {previous_id:UInt32})
    )
    GROUP BY person, segment, argument
    HAVING is_new != is_old
  ) AS changed
  LEFT JOIN (
    SELECT person, anyIf(late_facts, fresh) AS late, maxIf(known_last, fresh) AS known_new, maxIf(known_last, NOT fresh) AS known_old,
      anyIf(signed, NOT fresh) AS old_signed
    FROM (SELECT *, refresh_id = {refresh_id:UInt32} AS fresh FROM profiles WHERE refresh_id IN ({refresh_id:UInt32}, {previous_id:UInt32}))
    GROUP BY person
  ) AS people USING (person)
  ARRAY JOIN [multiIf(argument != '', argument_due,
    indexOf({names:Array(String)}, segment) BETWEEN 1 AND length(old_signed), abs(old_signed[indexOf({names:Array(String)}, segment)]), 0)] AS due
)`;
