export * from "./diagnostics.js";
export { formatDeclaration, formatDocument, formatExpression } from "./format.js";
export { parseExpressionJson, parseTreeJson } from "./parse-tree.js";
export { MAX_FAULTS, MAX_TEXT_LENGTH, parseDocument, parseExpression } from "./parser.js";
export { stripSpans } from "./spans.js";
export * from "./tree.js";
export { documentSchema, expressionSchema } from "./tree-schema.js";
export * from "./walk-tree.js";
export { isDeclarable, isName, RESERVED_WORDS } from "./words.js";
