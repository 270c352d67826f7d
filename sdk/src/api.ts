/** What a page can ask of the snippet. */

import type { EcommerceMethods } from "./events.js";

/**
 * Purposes and whether the visitor agrees. `analytics` rules what the snippet itself stores and
 * sends; the names of other purposes are the shop's and go along with each message.
 */
export type Consent = Record<string, boolean>;

export type Properties = Record<string, unknown>;

export interface Options {
  /** Where Tessera is: "https://t.shop.example". The script tag knows it from its own address. */
  host?: string;
  /**
   * What holds until the visitor chooses, `{ analytics: true }` if absent. Under Global Privacy
   * Control every purpose is false until then, whatever stands here.
   */
  consent?: Consent;
  /** Calls `page` on load and at each change of path or query in a single-page app. */
  autoPages?: boolean;
  /** Asks the server for the visitor's id (`GET /v1/id`), so that its cookie lasts in Safari too. */
  serverId?: boolean;
  /** Of the cookies; if absent, the widest that the browser allows: "shop.example". */
  cookieDomain?: string;
}

export interface Tessera extends EcommerceMethods {
  /** A page or a screen of an app was seen. */
  page(name?: string, properties?: Properties): void;
  track(event: string, properties?: Properties): void;
  /** Who the visitor is in the shop's own books; without an id only their traits. */
  identify(userId: string, traits?: Properties): void;
  identify(traits: Properties): void;
  /** The ids are of the same person; `previousId` is the visitor's anonymous id if absent. */
  alias(userId: string, previousId?: string): void;
  /** At signing out: what follows is of a new, unknown visitor. */
  reset(): void;
  /** The visitor's choice; purposes that are not named stay as they are. */
  consent(choice: Consent): void;
  /** For calls by the shop's own server; undefined until there is one, or consent to have one. */
  anonymousId(): string | undefined;
}
