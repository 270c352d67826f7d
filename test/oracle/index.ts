export {
  type At,
  type Evaluation,
  evaluate,
  evaluateExpression,
  memberKey,
  type Options,
} from "./evaluate.js";
export type { Value } from "./values.js";
export { type Instant, knownFacts, personOfAlias, visibleFacts } from "./visible.js";
