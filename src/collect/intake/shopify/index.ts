/** Shopify's webhooks: signed, kept in the intake log as they came, read when they are projected. */

export { type FileOfOrders, tellOfOrders } from "./file-orders.js";
export {
  type ReadWebhooks,
  type RefusedWebhook,
  readShopify,
  type ShopifyEntry,
  type ShopifyImport,
} from "./read-shopify.js";
export { answerRequest, eraseRequested, listRequests, type PrivacyRequest } from "./requests.js";
export { isSignedBy } from "./signature.js";
export { envelopeOf, TOPICS, type WebhookHeaders } from "./webhook.js";
