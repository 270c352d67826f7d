/**
 * A consent as a fact: a set of traits known from its instant on, never replaced.
 *
 *   accepts_email, accepts_email_chain   yes or no, by channel and purpose: what segments ask for;
 *                                        absent while a confirmation is waited for
 *   consent                              the proof: channel, purpose, status, basis, source, wording,
 *                                        ip, country, confirmed_at
 *
 * The purpose `bulk` (newsletters and campaigns) is the one that `accepts_email` speaks of.
 */

/** Purposes of messages: to many; what follows from what a person did; what a contract needs. */
export const PURPOSES = ["bulk", "chain", "transactional"] as const;

/** What a proof may hold beside channel, purpose and status, as texts. */
export const PROOF = ["basis", "source", "wording", "ip", "country", "confirmed_at"] as const;

/** The trait of a channel and a purpose (texts). */
export const acceptsSql = (channel: string, purpose: string): string =>
  `concat('accepts_', ${channel}, if(${purpose} = 'bulk', '', concat('_', ${purpose})))`;

export interface ConsentTexts {
  readonly channel: string;
  readonly purpose: string;
  /** `granted`, `denied`, `pending`. */
  readonly status: string;
  readonly proof: Readonly<Record<(typeof PROOF)[number], string>>;
}

/** The proof as the text of a JSON object; what is blank is left out. */
export function proofSql({ channel, purpose, status, proof }: ConsentTexts): string {
  const parts = Object.entries({ channel, purpose, status, ...proof }).map(
    ([key, text]) => `if(${text} = '', '', concat('"${key}":', toJSONString(${text})))`,
  );
  return `concat('{', arrayStringConcat(arrayFilter(x -> x != '', [${parts.join(", ")}]), ','), '}')`;
}

/** Both as the text of a JSON object. */
export function consentSql(given: ConsentTexts): string {
  const { channel, purpose, status } = given;
  const said = `concat(toJSONString(${acceptsSql(channel, purpose)}), if(${status} = 'granted', ':true,', ':false,'))`;
  return `concat('{', if(${status} = 'pending', '', ${said}), '"consent":', ${proofSql(given)}, '}')`;
}
