-- Who is in what, since when: the transition log, and what can be rebuilt from it and the facts.

-- One row per refresh (a full pass), written last: what has no row here never happened.
CREATE TABLE refreshes (
  refresh_id   UInt32,
  as_of        DateTime64(3, 'UTC'),
  finished_at  DateTime64(3, 'UTC'),
  people       UInt64,
  statistics   UInt32,
  -- 1 = a look back before an earlier refresh: it wrote no transitions and none compare with it.
  rehearsal    UInt8,
  -- Segments in the order of profiles.signed, then families; with each the hash of what it meant.
  segments     Array(LowCardinality(String)),
  definitions  Array(String),
  -- The same apart from calibrated limits.
  uncalibrated Array(String),
  -- Other named conditions (cases of labels, ...) in the order of profiles.conditions, as above.
  conditions   Array(LowCardinality(String)),
  condition_definitions Array(String),
  -- People of each of segments.
  sizes        Array(UInt64),
  -- Facts that the segments' notes ask for, and those of them that the store did not have.
  needs        Array(String),
  lacks        Array(String)
) ENGINE = MergeTree ORDER BY refresh_id
;
-- The authority on memberships: each entry and exit, in order. `at` = the instant in event time,
-- `noticed_at` = when it was noticed. `argument` is empty but for families.
CREATE TABLE transitions (
  sequence    UInt64,
  refresh_id  UInt32,
  person      UInt64,
  segment     LowCardinality(String),
  argument    String,
  entered     UInt8,
  at          DateTime64(3, 'UTC'),
  noticed_at  DateTime64(3, 'UTC'),
  cause       Enum8('event' = 1, 'clock' = 2, 'definition' = 3, 'late data' = 4, 'merge' = 5, 'calibration' = 6)
) ENGINE = MergeTree ORDER BY (sequence)
;
-- One row per person and refresh: a cache for cross-segments and charts, rebuilt by any refresh.
-- Anchors (instants), never values that age by the clock. signed = milliseconds per segment:
-- positive = a member until then at least, negative = not a member until then at least.
CREATE TABLE profiles (
  refresh_id    UInt32,
  person        UInt64,
  evaluated_at  DateTime64(3, 'UTC'),
  due_at        DateTime64(3, 'UTC'),
  known_last    DateTime64(3, 'UTC'),
  late_facts    UInt32,
  first_order_at Nullable(DateTime64(3, 'UTC')),
  last_order_at  Nullable(DateTime64(3, 'UTC')),
  orders        UInt32,
  orders_12m    UInt32,
  net_12m       Decimal(38, 4),
  net_total     Decimal(38, 4),
  signed        Array(Int64),
  conditions    Array(Int64),
  -- Bit i (of word i / 64): the i-th of refreshes.segments, then of refreshes.conditions, holds now.
  -- What crossings and reports read: one to two words instead of a hundred dues.
  held          Array(UInt64),
  segments      Array(LowCardinality(String)),
  -- (family, argument, member until at least).
  arguments     Array(Tuple(LowCardinality(String), String, Int64)),
  labels        Map(LowCardinality(String), LowCardinality(String))
) ENGINE = MergeTree PARTITION BY refresh_id ORDER BY person
;
-- Frozen inputs of evaluation: percentiles and limits, by version. Versions are never changed.
CREATE TABLE store_stats (
  version  UInt32,
  as_of    DateTime64(3, 'UTC'),
  key      String,
  value    Nullable(Float64),
  n        UInt64,
  thin     UInt8
) ENGINE = MergeTree ORDER BY (version, key)
