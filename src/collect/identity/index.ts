export {
  type DecisionOptions,
  type Move,
  mergeIdentifiers,
  splitIdentifier,
} from "./decide.js";
export { linkIdentities } from "./link-identities.js";
