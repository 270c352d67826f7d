-- Which requests by privacy law (facts of the event Data Requested, ...) were answered by a person.
CREATE TABLE answered_requests (
  fact_id UInt64,
  at      DateTime64(3, 'UTC')
) ENGINE = MergeTree ORDER BY fact_id
