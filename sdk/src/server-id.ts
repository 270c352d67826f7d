/**
 * The visitor's id in a cookie that the server sets: browsers keep such a cookie for its full
 * life, where Safari drops one set by a script after a week. The contract is in the README.
 */

/** Past this the visitor is recorded under the id that was proposed. */
const ANSWER_WAIT_MS = 2_000;

/**
 * The id under which the server knows this browser; the proposed one if it does not answer.
 * `domain`: of the cookie that it sets, as that of the page's own.
 */
export async function askForId(
  host: string,
  writeKey: string,
  proposed: string,
  domain: string,
): Promise<string> {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), ANSWER_WAIT_MS);
  try {
    const query = new URLSearchParams({ writeKey, anonymousId: proposed, domain });
    const answer = await fetch(`${host}/v1/id?${query}`, {
      ...{ credentials: "include", signal: abort.signal },
    });
    const { anonymousId } = await answer.json();
    return answer.ok && typeof anonymousId === "string" && anonymousId ? anonymousId : proposed;
  } catch {
    return proposed;
  } finally {
    clearTimeout(timer);
  }
}
