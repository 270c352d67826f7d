/**
 * The snippet itself: turns calls into messages and hands them to the queue. Between the two
 * stands consent: until the visitor may be recorded (and, with `serverId`, until the server has
 * named them), calls wait in the page's memory and nothing is stored or sent; a refusal drops them.
 */

import type { Consent, Options, Properties, Tessera } from "./api.js";
import { createConsents } from "./consent.js";
import { ECOMMERCE_EVENTS, methodOf } from "./events.js";
import { createMemory } from "./memory.js";
import { createMessage, type Message, newId, pageContext } from "./message.js";
import { followNavigation } from "./navigation.js";
import { createProductView } from "./product-view.js";
import { createQueue } from "./queue.js";
import { createSender } from "./sender.js";
import { askForId } from "./server-id.js";

const ANONYMOUS = "tessera_id";
const USER = "tessera_user";
/** Calls before consent; a page that makes more loses its first. */
const MAX_HELD = 100;

/** `writeKey` may only send. Call it once a page. */
export function createTessera(writeKey: string, options: Options = {}): Tessera {
  if (!writeKey) throw new TypeError("tessera: the write key is missing");
  const host = (options.host ?? location.origin).replace(/\/$/, "");
  const memory = createMemory(options.cookieDomain);
  const consents = createConsents(memory, options.consent);
  const queue = createQueue(writeKey);
  const sender = createSender(`${host}/v1/batch`, writeKey, queue);
  const held: (() => void)[] = [];
  let referrer = document.referrer;
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

  /** What was held goes on, and what earlier pages left in the queue. */
  async function open(): Promise<void> {
    queue.persist(true);
    if (options.serverId && !askedForId) {
      askedForId = true;
      const known = memory.read(ANONYMOUS);
      awaitingId = known === undefined;
      const id = await askForId(host, writeKey, known ?? newId());
      awaitingId = false;
      if (!allowed()) return;
      if (memory.read(ANONYMOUS) !== id) memory.write(ANONYMOUS, id);
    }
    for (const job of held.splice(0)) job();
    sender.soon();
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
    sender.soon();
  }

  function record(type: Message["type"], fields: Properties): void {
    const message = createMessage(type, fields, referrer);
    whenAllowed(() => {
      if (type === "identify" && message.userId) memory.write(USER, message.userId);
      enqueue(message);
    });
  }

  const track = (event: string, properties: Properties = {}): void =>
    record("track", { event, properties });

  const view = createProductView((ended) => track("Product View Ended", { ...ended }));

  function page(name?: string, properties?: Properties): void {
    view.endIfLeft();
    record("page", { name, properties: { name, ...pageContext(referrer), ...properties } });
  }

  function consent(choice: Consent): void {
    const before = consents.current();
    const after = { ...before, ...choice };
    const unchanged =
      consents.chosen() &&
      Object.keys(after).every((purpose) => after[purpose] === before[purpose]);
    const withdrawn = allowed() && after.analytics !== true;
    consents.choose(after);
    const changed = (): Message =>
      createMessage("track", { event: "Segment Consent Preference Updated" }, referrer);
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
  }

  const methods = {
    ...{ page, track, consent },
    identify(user: string | Properties, traits: Properties = {}) {
      if (typeof user === "object") record("identify", { traits: user });
      else record("identify", { userId: String(user), traits });
    },
    alias(userId: string, previousId?: string) {
      const message = createMessage("alias", { userId }, referrer);
      whenAllowed(() => enqueue({ ...message, previousId: previousId ?? anonymousId() }));
    },
    reset() {
      whenAllowed(() => {
        memory.forget(USER);
        memory.write(ANONYMOUS, newId());
      });
    },
    anonymousId: () => (allowed() && !awaitingId ? anonymousId() : undefined),
    ...Object.fromEntries(
      ECOMMERCE_EVENTS.map((event) => [methodOf(event), (p?: Properties) => track(event, p)]),
    ),
    productViewed(product: Properties = {}) {
      view.end();
      track("Product Viewed", product);
      view.start(product);
    },
  };

  addEventListener("pagehide", () => {
    view.end();
    sender.beforeHiding();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") sender.beforeHiding();
  });
  for (const event of ["online", "pageshow"]) addEventListener(event, sender.soon);
  if (allowed()) void open();
  if (options.autoPages) {
    followNavigation(view.end, (from) => {
      referrer = from;
      page();
    });
    page();
  }
  return guarded(methods) as unknown as Tessera;
}

/** A fault in here, or in what a page hands over, is told on the console and stops no page. */
function guarded(methods: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(methods).map(([name, method]) => [
      name,
      (...given: unknown[]) => {
        try {
          return (method as (...given: unknown[]) => unknown)(...given);
        } catch (error) {
          console.error(`tessera.${name}:`, error);
        }
      },
    ]),
  );
}
