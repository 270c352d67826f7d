/** The snippet itself: turns a page's calls, and what it sees of the page, into messages. */

import type { Consent, Options, Properties, Tessera } from "./api.js";
import { ECOMMERCE_EVENTS, methodOf } from "./events.js";
import { createMessage, type Message, pageContext } from "./message.js";
import { followNavigation } from "./navigation.js";
import { createProductView } from "./product-view.js";
import { createQueue } from "./queue.js";
import { createRecorder } from "./recorder.js";
import { createSender } from "./sender.js";

/** `writeKey` may only send. Call it once a page. */
export function createTessera(writeKey: string, options: Options = {}): Tessera {
  if (!writeKey) throw new TypeError("tessera: the write key is missing");
  const host = (options.host ?? location.origin).replace(/\/$/, "");
  const queue = createQueue(writeKey);
  const sender = createSender(`${host}/v1/batch`, writeKey, queue);
  const recorder = createRecorder(host, writeKey, options, queue, sender.soon);
  let referrer = document.referrer;

  const message = (type: Message["type"], fields: Properties): Message =>
    createMessage(type, fields, referrer);
  const track = (event: string, properties: Properties = {}): void =>
    recorder.record(message("track", { event, properties }));
  const view = createProductView((ended) => track("Product View Ended", { ...ended }));

  function page(name?: string, properties?: Properties): void {
    view.endIfLeft();
    const all = { name, ...pageContext(referrer), ...properties };
    recorder.record(message("page", { name, properties: all }));
  }

  const methods = {
    ...{ page, track, reset: recorder.reset, anonymousId: recorder.anonymousId },
    identify(user: string | Properties, traits: Properties = {}) {
      const of = typeof user === "object" ? { traits: user } : { userId: String(user), traits };
      recorder.record(message("identify", of));
    },
    alias(userId: string, previousId?: string) {
      recorder.record(message("alias", { userId }), (anonymousId) => ({
        previousId: previousId ?? anonymousId,
      }));
    },
    consent(choice: Consent) {
      const event = "Segment Consent Preference Updated";
      recorder.consent(choice, () => message("track", { event }));
    },
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
  recorder.open();
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
