-- What live intake must look up, because a system's messages name things by its own numbers. Rows
-- are written before the facts of the same messages; one that is repeated is the same row.

-- By which of a system's numbers (of an order, a product, an inventory item) its messages name what
-- facts and catalogue call `name`, as last said at `at`.
CREATE TABLE external_ids (
  source LowCardinality(String),
  kind   LowCardinality(String),
  id     String,
  name   String,
  at     DateTime64(3, 'UTC')
) ENGINE = ReplacingMergeTree(at) ORDER BY (source, kind, id, name)
;
-- What lay at one place of an item, by the message of the intake log that said so.
CREATE TABLE stock_levels (
  source    LowCardinality(String),
  item      String,
  location  String,
  available Int64,
  at        DateTime64(3, 'UTC'),
  sequence  UInt64
) ENGINE = ReplacingMergeTree ORDER BY (source, item, location, sequence)
