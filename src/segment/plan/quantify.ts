/**
 * A quantifier whose body also asks about the person ("some product: viewed and vip"). Keys are
 * evaluated apart from the person, so the person's conditions P are taken out (Shannon):
 *
 *   Q k: B(k, P)  =  (P and Q k: B(k, true)) or (not P and Q k: B(k, false))
 */

import type { ScopeKey } from "../syntax/index.js";
import type { Truth } from "./types.js";

type Quantity = Extract<Truth, { kind: "quantifier" }>["quantity"];

export function quantify(quantity: Quantity, key: ScopeKey, body: Truth, text: string): Truth {
  const outer = outerTruth(body);
  if (outer === undefined) {
    return { kind: "quantifier", quantity, key, body: simplify(body), text };
  }
  const name = JSON.stringify(outer);
  const branch = (value: boolean) => quantify(quantity, key, replaceOuter(body, name, value), text);
  return {
    kind: "or",
    operands: [
      { kind: "and", operands: [outer, branch(true)] },
      { kind: "and", operands: [{ kind: "not", operand: outer }, branch(false)] },
    ],
  };
}

/** The first condition of the person inside a key's condition. */
export function outerTruth(truth: Truth): Truth | undefined {
  switch (truth.kind) {
    case "named":
    case "quantifier":
    case "member":
      return truth;
    case "and":
    case "or":
      for (const o of truth.operands) {
        const found = outerTruth(o);
        if (found !== undefined) return found;
      }
      return undefined;
    case "not":
      return outerTruth(truth.operand);
    default:
      return undefined;
  }
}

export function replaceOuter(truth: Truth, name: string, value: boolean): Truth {
  switch (truth.kind) {
    case "named":
    case "quantifier":
    case "member":
      return JSON.stringify(truth) === name ? { kind: "constant", value } : truth;
    case "and":
    case "or":
      return {
        kind: truth.kind,
        operands: truth.operands.map((o) => replaceOuter(o, name, value)),
      };
    case "not":
      return { kind: "not", operand: replaceOuter(truth.operand, name, value) };
    default:
      return truth;
  }
}

/** Constants folded away. */
export function simplify(truth: Truth): Truth {
  if (truth.kind === "not") {
    const operand = simplify(truth.operand);
    return operand.kind === "constant"
      ? { kind: "constant", value: !operand.value }
      : { kind: "not", operand };
  }
  if (truth.kind !== "and" && truth.kind !== "or") return truth;
  const neutral = truth.kind === "and";
  const operands: Truth[] = [];
  for (const o of truth.operands.map(simplify)) {
    if (o.kind !== "constant") operands.push(o);
    else if (o.value !== neutral) return o;
  }
  const [only] = operands;
  if (only === undefined) return { kind: "constant", value: neutral };
  return operands.length === 1 ? only : { kind: truth.kind, operands };
}
