export {
  EVENT_NAMES,
  EVENTS,
  type EventDefinition,
  eventOf,
  ORDER_KINDS,
  PRODUCT_KINDS,
  plainName,
} from "./event-names.js";
export {
  GIFT_PROPERTIES,
  HUMAN_PROPERTIES,
  LIST_PROPERTIES,
  NUMBER_PROPERTIES,
  ORDER_PROPERTIES,
  TEXT_PROPERTIES,
} from "./event-properties.js";
