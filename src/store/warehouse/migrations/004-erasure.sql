-- Who was erased, in a form that tells nobody who it was.

-- A salted SHA-256 for each identifier (and each order) of a person who was erased: what comes later
-- and happened before `at` is left out.
CREATE TABLE suppressed (
  digest FixedString(32),
  at     DateTime64(3, 'UTC')
) ENGINE = MergeTree ORDER BY digest
;
-- One row: random, made with the first erasure.
CREATE TABLE suppression_salt (
  salt String
) ENGINE = MergeTree ORDER BY salt
;
-- The record of erasures, for whoever has to account for them.
CREATE TABLE erasures (
  at          DateTime64(3, 'UTC'),
  reason      String,
  people      UInt32,
  identifiers UInt32,
  facts       UInt64
) ENGINE = MergeTree ORDER BY at
