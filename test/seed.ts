/**
 * Where the random cases of the tests begin: at one place in every run, so that a run fails by what
 * was changed and never by a case that happened to be drawn. TESSERA_SEED=new begins where nobody
 * has been, TESSERA_SEED=NUMBER where a failure said that it began, and TESSERA_ROUNDS sets how far to go.
 */

const given = process.env.TESSERA_SEED ?? "1";

export const seed = given === "new" ? Date.now() % 1_000_000 : Number(given);

/** So many unless TESSERA_ROUNDS says otherwise. */
export const roundsOr = (few: number): number => Number(process.env.TESSERA_ROUNDS ?? few);
