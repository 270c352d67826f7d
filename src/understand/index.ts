/** What can be learnt from a store's history. */

export * from "./calibration/index.js";
