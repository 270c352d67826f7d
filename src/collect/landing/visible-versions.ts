/**
 * Which versions of facts are visible as of some instant. A version that was superseded at the very
 * instant at which it was known never was: another record or a completed version took its place.
 */

/** Condition over `facts`, by all that the store and the import at hand supersede. */
export const EVER_VISIBLE = `(fact_id, version, known_at) GLOBAL NOT IN (
  SELECT fact_id, version, known_at FROM superseded
  UNION ALL SELECT fact_id, version, known_at FROM {superseded:Identifier})`;
