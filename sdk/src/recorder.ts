/**
 * Hands messages to the queue, with who they are of. Before it stands consent: until the visitor
 * may be recorded (and, with `serverId`, until the server has named them), calls wait in the
 * page's memory and nothing is stored or sent; a refusal drops them.
 */

import type { Consent, Options } from "./api.js";
import { createConsents } from "./consent.js";
import { createMemory } from "./memory.js";
import { type Message, newId } from "./message.js";
import type { Queue } from "./queue.js";
import { askForId } from "./server-id.js";

const ANONYMOUS = "tessera_id";
const USER = "tessera_user";
/** Calls before consent; a page that makes more loses its first. */
const MAX_HELD = 100;

export interface Recorder {
  /** Lets go on what waited here and, by earlier pages, in the queue; nothing without consent. */
  open(): void;
  /** `complete` runs when the message may be recorded, with the visitor's anonymous id. */
  record(message: Message, complete?: (anonymousId: string) => Partial<Message>): void;
  /** Records each change of a choice by `changed`, a withdrawal as the last of its visitor. */
  consent(choice: Consent, changed: () => Message): void;
  reset(): void;
  anonymousId(): string | undefined;
}

/** `added` is told of each message in the queue. */
export function createRecorder(
  host: string,
  writeKey: string,
  options: Options,
  queue: Queue,
  added: () => void,
): Recorder {
  const memory = createMemory(options.cookieDomain);
  const consents = createConsents(memory, options.consent);
  const held: (() => void)[] = [];
  let askedForId = false;
  let awaitingId = false;

  const allowed = (): boolean => consents.current().analytics === true;

  function whenAllowed(job: () => void): void {
    if (allowed() && !awaitingId) {
      job();
    } else if (allowed() || !consents.chosen()) {
      held.push(job);
      if (held.length > MAX_HELD) held.shift();
    }
  }

  async function open(): Promise<void> {
    if (!allowed()) return;
    queue.persist(true);
    if (options.serverId && !askedForId) {
      askedForId = true;
      const known = memory.read(ANONYMOUS);
      awaitingId = known === undefined;
      const id = await askForId(host, writeKey, known ?? newId(), memory.domain());
      awaitingId = false;
      if (!allowed()) return;
      if (memory.read(ANONYMOUS) !== id) memory.write(ANONYMOUS, id);
    }
    for (const job of held.splice(0)) job();
    added();
  }

  function anonymousId(): string {
    const known = memory.read(ANONYMOUS);
    if (known) return known;
    const id = newId();
    memory.write(ANONYMOUS, id);
    return id;
  }

  function enqueue(message: Message): void {
    queue.add(
      JSON.stringify({
        ...message,
        anonymousId: anonymousId(),
        userId: message.userId ?? memory.read(USER),
        context: { ...message.context, consent: { categoryPreferences: consents.current() } },
      }),
    );
    added();
  }

  return {
    open: () => void open(),
    record(message, complete) {
      whenAllowed(() => {
        if (message.type === "identify" && message.userId) memory.write(USER, message.userId);
        enqueue({ ...message, ...complete?.(anonymousId()) });
      });
    },
    consent(choice, changed) {
      const before = consents.current();
      const after = { ...before, ...choice };
      const same = Object.keys(after).every((purpose) => after[purpose] === before[purpose]);
      const unchanged = same && consents.chosen();
      const withdrawn = allowed() && after.analytics !== true;
      consents.choose(after);
      if (after.analytics === true) {
        void open();
        if (!unchanged) whenAllowed(() => enqueue(changed()));
        return;
      }
      held.length = 0;
      queue.persist(false);
      // The withdrawal is the last that is told of this id.
      if (withdrawn) enqueue(changed());
      memory.forget(ANONYMOUS);
      memory.forget(USER);
    },
    reset() {
      whenAllowed(() => {
        memory.forget(USER);
        memory.write(ANONYMOUS, newId());
      });
    },
    anonymousId: () => (allowed() && !awaitingId ? anonymousId() : undefined),
  };
}
