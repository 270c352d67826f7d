/** Names and calls: attributes are written out, segments and conditions become named truths. */

import type {
  AttributeDeclaration,
  Call,
  Declaration,
  Expression,
  Name,
  SegmentDeclaration,
} from "../syntax/index.js";
import { FUNCTIONS } from "../syntax/index.js";
import { SOURCES } from "../vocabulary.js";
import {
  type Binding,
  type Context,
  type Definition,
  hintFor,
  person,
  type Resolved,
  report,
} from "./context.js";
import { resolveFunction } from "./functions.js";
import { literalType } from "./row-values.js";
import type { Classification, Truth, ValueType } from "./types.js";

export function resolveName(
  name: Name,
  context: Context,
  expected?: ValueType | "any",
): Resolved | undefined {
  const binding = context.bindings.get(name.name);
  if (binding?.kind === "literal") {
    return { value: { kind: "literal", type: literalType(binding.value), value: binding.value } };
  }
  if (binding?.kind === "family") {
    return report(context, name, {
      code: "family-parameter",
      message: `the family's parameter ${name.name} can only be compared in a where, or given to an attribute`,
      hint: `for instance sum(line.net where category = ${name.name})`,
    });
  }
  const definition = context.workspace.definitions.get(name.name);
  if (definition === undefined) return unknownName(name, name.name, context);
  const { declaration } = definition;
  if (declaration.parameters.length > 0) {
    const whose =
      declaration.kind === "segment"
        ? `a value: \`tessera breakdown true --by ${name.name}\` lists those that somebody is in`
        : "a value that the store has";
    return report(context, name, {
      code: "wrong-arguments",
      message: `${name.name} needs ${declaration.parameters.length === 1 ? "an argument" : `${declaration.parameters.length} arguments`}`,
      hint: `write ${name.name}(${declaration.parameters.map(() => "'...'").join(", ")}) with ${whose}`,
    });
  }
  return declaration.kind === "segment"
    ? namedTruth(name, declaration, definition, context)
    : resolveAttribute(name, definition, declaration, new Map(), context, expected);
}

function unknownName(node: Expression, name: string, context: Context): undefined {
  if (SOURCES.has(name)) {
    return report(context, node, {
      code: "bare-source",
      message: `${name} names facts; say what about them`,
      hint: `for instance count(${name}) >= 1`,
    });
  }
  return report(context, node, {
    code: "unknown-name",
    message: `there is no attribute or segment ${name}`,
    hint: hintForName(name, context),
  });
}

/** A word of another kind (a value, a field) is said as it can be asked; else what is near. */
function hintForName(name: string, { workspace, bindings }: Context): string {
  const asked = [...workspace.definitions.values()]
    .filter(({ declaration }) => valuesOf(declaration).includes(name))
    .map(({ declaration }) => `\`${declaration.name} is ${name}\``);
  if (asked.length > 0) return `as a value it is asked so: ${asked.join(", or ")}`;
  const source = ["order", "line", ...SOURCES.keys()].find((known) =>
    SOURCES.get(known)?.fields.includes(name),
  );
  if (source !== undefined) {
    return `${name} is a field of facts: ask for it with them, as in last(${source}.${name}), or count(${source} where ${name} is set)`;
  }
  return hintFor(name, [...workspace.definitions.keys(), ...bindings.keys()]);
}

/** The values of a classification of people. */
function valuesOf(declaration: Declaration): readonly string[] {
  if (declaration.kind !== "attribute" || declaration.body.kind !== "classification") return [];
  if (declaration.parameters.length > 0 || declaration.per !== undefined) return [];
  return [...declaration.body.cases.map(({ value }) => value), declaration.body.otherwise];
}

export function resolveCall(
  call: Call,
  context: Context,
  expected?: ValueType | "any",
): Resolved | undefined {
  if ((FUNCTIONS as readonly string[]).includes(call.name))
    return resolveFunction(call, context, expected);
  const definition = context.workspace.definitions.get(call.name);
  if (definition === undefined) {
    return report(context, call, {
      code: "unknown-name",
      message: `there is no function, attribute or segment ${call.name}`,
      hint: hintFor(call.name, [...FUNCTIONS, ...context.workspace.definitions.keys()]),
    });
  }
  const { declaration } = definition;
  if (declaration.parameters.length !== call.args.length) {
    return report(context, call, {
      code: "wrong-arguments",
      message: `${call.name} takes ${declaration.parameters.length} arguments, not ${call.args.length}`,
      hint: `${call.name}(${declaration.parameters.join(", ")})`,
    });
  }
  if (declaration.kind === "segment") return resolveMember(call, declaration, definition, context);
  const bindings = new Map<string, Binding>();
  for (const [i, parameter] of declaration.parameters.entries()) {
    const arg = call.args[i];
    const binding = arg && argumentBinding(arg, context);
    if (binding === undefined) return undefined;
    bindings.set(parameter, binding);
  }
  return resolveAttribute(call, definition, declaration, bindings, context, expected);
}

function argumentBinding(arg: Expression, context: Context): Binding | undefined {
  if (arg.kind === "literal") return { kind: "literal", value: arg.value };
  if (
    arg.kind === "negate" &&
    arg.operand.kind === "literal" &&
    typeof arg.operand.value === "number"
  ) {
    return { kind: "literal", value: -arg.operand.value };
  }
  const bound = arg.kind === "name" ? context.bindings.get(arg.name) : undefined;
  return (
    bound ??
    report(context, arg, {
      code: "bad-argument",
      message: "an argument is a literal or a parameter",
      hint: "for instance 'shoes' or 0.5",
    })
  );
}

function resolveMember(
  call: Call,
  declaration: SegmentDeclaration,
  definition: Definition,
  context: Context,
): Resolved | undefined {
  const [arg] = call.args;
  const [parameter] = declaration.parameters;
  const binding = arg && argumentBinding(arg, context);
  if (binding === undefined || parameter === undefined) return undefined;
  if (binding.kind === "family" && declaration.top === undefined) {
    // The same argument of another family: its condition, for this family's key.
    const inner: Context = {
      ...person(context),
      bindings: new Map([[parameter, binding]]),
      family: binding.family,
      ...fileOf(definition),
    };
    return guarded(call, call.name, context, () => {
      const truth = context.workspace.resolvers.truth(declaration.condition, inner);
      return truth && { truth };
    });
  }
  if (binding.kind !== "literal" || typeof binding.value !== "string" || call.args.length !== 1) {
    return report(context, call, {
      code: "bad-argument",
      message:
        binding.kind === "family"
          ? `${call.name} is ranked, so it can only be asked for one argument`
          : `${call.name} takes one text`,
      hint: `for instance ${call.name}('shoes')`,
    });
  }
  return {
    truth: {
      kind: "member",
      family: call.name,
      argument: binding.value,
      text: `${call.name}('${binding.value}')`,
    },
  };
}

const fileOf = (definition: Definition) =>
  definition.file === undefined ? {} : { file: definition.file };

/** Runs `work` unless the name is already being written out: definitions must not be circular. */
function guarded<T>(
  node: Expression,
  name: string,
  context: Context,
  work: () => T | undefined,
): T | undefined {
  const { open } = context.workspace;
  if (open.includes(name)) {
    return report(context, node, {
      code: "circular",
      message: `${name} depends on itself: ${[...open.slice(open.indexOf(name)), name].join(" -> ")}`,
      hint: "break the circle",
    });
  }
  open.push(name);
  try {
    return work();
  } finally {
    open.pop();
  }
}

function resolveAttribute(
  node: Expression,
  definition: Definition,
  declaration: AttributeDeclaration,
  bindings: ReadonlyMap<string, Binding>,
  context: Context,
  expected?: ValueType | "any",
): Resolved | undefined {
  const { name, per, body } = declaration;
  if (per !== undefined && per !== context.key) {
    return report(context, node, {
      code: "other-key",
      message: `${name} is an attribute of one ${per}`,
      hint: `use it inside some ${per}: ...`,
    });
  }
  const family =
    [...bindings.values()].find((b) => b.kind === "family")?.family ??
    (bindings.size > 0 ? undefined : context.family);
  const inner: Context = {
    ...person(context),
    bindings,
    ...fileOf(definition),
    ...(per === undefined ? {} : { key: per }),
    ...(family === undefined ? {} : { family }),
  };
  return guarded(node, name, context, () => {
    if (body.kind === "classification") return resolveClassification(name, body, inner);
    const resolved = context.workspace.resolvers.resolve(body, inner, expected);
    if (resolved === undefined || "value" in resolved || per !== undefined || bindings.size > 0)
      return resolved;
    return { truth: { kind: "named", name, truth: resolved.truth } };
  });
}

function resolveClassification(
  name: string,
  body: Extract<AttributeDeclaration["body"], { kind: "classification" }>,
  context: Context,
): Resolved | undefined {
  const cases: { value: string; when: Truth }[] = [];
  for (const [i, c] of body.cases.entries()) {
    const when = context.workspace.resolvers.truth(c.when, context);
    if (when === undefined) return undefined;
    const text = `${name} is ${c.value}`;
    cases.push({
      value: c.value,
      when:
        context.key === undefined && context.bindings.size === 0
          ? { kind: "named", name: `${name}#${i}`, truth: when, text }
          : when,
    });
  }
  const classification: Classification = { name, cases, otherwise: body.otherwise };
  return { value: { kind: "label", type: "text", classification } };
}

function namedTruth(
  node: Expression,
  declaration: SegmentDeclaration,
  definition: Definition,
  context: Context,
): Resolved | undefined {
  const { truths } = context.workspace;
  if (!truths.has(declaration.name)) {
    const inner = { ...person(context), ...fileOf(definition) };
    const truth = guarded(node, declaration.name, context, () =>
      context.workspace.resolvers.truth(declaration.condition, inner),
    );
    if (!context.workspace.open.includes(declaration.name)) truths.set(declaration.name, truth);
    if (truth === undefined) return undefined;
  }
  const truth = truths.get(declaration.name);
  return truth && { truth: { kind: "named", name: declaration.name, truth } };
}
