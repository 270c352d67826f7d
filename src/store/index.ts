export * from "./facts.js";
export type * from "./warehouse/port.js";
