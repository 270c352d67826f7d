/**
 * The keys that requests carry. All of them are held in memory and read again when they are some
 * seconds old, so that a request costs no query, and a key that another server of the same ledger
 * made or revoked is known soon.
 */
import { AppError } from "../../base/index.js";
import type { Ledger } from "../../store/index.js";
import { fits, hashOf, idOf, type KeyKind, newKeyText } from "./key-text.js";

export interface Key {
  /** Its first characters. */
  readonly id: string;
  readonly kind: KeyKind;
  /** What it is for, in its maker's words. */
  readonly name: string;
  /** Messages that it may send; null = no limit of its own. */
  readonly perSecond: number | null;
  readonly createdAt: number;
  readonly revokedAt: number | null;
}

export interface NewKey {
  readonly kind: KeyKind;
  readonly name: string;
  readonly perSecond?: number;
}

export interface Keys {
  /** `text` is the key itself, which is never shown again. */
  create(wanted: NewKey): Promise<Key & { readonly text: string }>;
  /** Oldest first, the revoked included. */
  list(): Promise<readonly Key[]>;
  /** Throws `input.missing`. Revoking twice changes nothing. */
  revoke(id: string): Promise<Key>;
  /** undefined where there is none, or it was revoked. Throws where the ledger cannot tell. */
  find(text: string): Promise<Key | undefined>;
}

/** How long a revoked key may still work in another process. */
const FRESH_MS = 2000;
/** They are read again from then on; nobody waits for it until they are too old. */
const RENEWED_MS = 1000;

interface Held {
  readonly at: number;
  readonly byId: ReadonlyMap<string, { readonly key: Key; readonly hash: string }>;
  /** By their texts, those that requests came with since: hashing takes a twentieth of a request's work. */
  readonly byText: Map<string, Key>;
}

export function openKeys({ db }: Ledger): Keys {
  let held: Held | undefined;
  let reading: Promise<AppError | undefined> | undefined;

  async function read(): Promise<Held> {
    const at = performance.now();
    const rows = await db.selectFrom("access_keys").selectAll().orderBy("created_at").execute();
    const byId = new Map(
      rows.map((row) => [
        row.id,
        {
          hash: row.hash,
          key: {
            id: row.id,
            kind: row.kind,
            name: row.name,
            perSecond: row.per_second,
            createdAt: row.created_at,
            revokedAt: row.revoked_at,
          },
        },
      ]),
    );
    const found = { at, byId, byText: new Map<string, Key>() };
    // Of two at once the later knows more, whichever ends first.
    if (held === undefined || held.at <= at) held = found;
    return found;
  }

  const ageMs = () => (held === undefined ? Number.POSITIVE_INFINITY : performance.now() - held.at);

  /** Requests that come meanwhile wait for the same answer. Resolves with what failed, if so. */
  function refreshed(): Promise<AppError | undefined> {
    reading ??= read()
      .then(
        () => undefined,
        (cause) => new AppError("intake.unavailable", "The keys cannot be read.", { cause }),
      )
      .finally(() => {
        reading = undefined;
      });
    return reading;
  }

  return {
    async create({ kind, name, perSecond }) {
      const text = newKeyText(kind);
      const key = {
        ...{ id: idOf(text), kind, name, perSecond: perSecond ?? null },
        ...{ createdAt: Date.now(), revokedAt: null },
      };
      await db
        .insertInto("access_keys")
        .values({
          ...{ id: key.id, kind, name, hash: hashOf(text), per_second: key.perSecond },
          ...{ created_at: key.createdAt, revoked_at: null },
        })
        .execute();
      await read();
      return { ...key, text };
    },

    async list() {
      return [...(await read()).byId.values()].map(({ key }) => key);
    },

    async revoke(id) {
      await db
        .updateTable("access_keys")
        .set({ revoked_at: Date.now() })
        .where("id", "=", id)
        .where("revoked_at", "is", null)
        .execute();
      const found = (await read()).byId.get(id);
      if (found !== undefined) return found.key;
      throw new AppError("input.missing", `There is no key ${id}.`, {
        hint: "tessera keys list shows the ids of all keys.",
      });
    },

    async find(text) {
      const renewing = ageMs() < RENEWED_MS ? undefined : refreshed();
      const fault = ageMs() < FRESH_MS ? undefined : await renewing;
      const known = held?.byText.get(text);
      if (known !== undefined) return known;
      const found = held?.byId.get(idOf(text));
      // With a ledger that does not answer, keys that were known go on being known.
      if (found === undefined && fault !== undefined) throw fault;
      if (found === undefined || found.key.revokedAt !== null) return undefined;
      if (!fits(text, found.hash)) return undefined;
      held?.byText.set(text, found.key);
      return found.key;
    },
  };
}
