/** The snippet as an ES module. */

export type { Consent, Options, Properties, Tessera } from "./api.js";
export { createTessera } from "./client.js";
export type { EcommerceEvents, EcommerceMethods, Product } from "./events.js";
