-- Refunds that came before any message had told of their order, by its number in that system
-- (external_ids): they are told again, and count from their own date, whenever it does. Rows are
-- written before the place in the intake log; one that is repeated is the same row. row: what a refund's
-- import reads of it, as JSON, but for the order's name.
CREATE TABLE waiting_refunds (
  source LowCardinality(String),
  id     String,
  refund String,
  row    String
) ENGINE = ReplacingMergeTree ORDER BY (source, id, refund, row)
