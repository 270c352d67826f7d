/** The section of docs/cli.md that says what `--json` prints, made from the schemas themselves. */
import { z } from "zod";
import { answerSchemas, errorSchema, faultsSchema } from "../../src/cli/schemas.js";

interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly enum?: readonly string[];
  readonly description?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
}

export function schemaSection(): string {
  const parts = Object.entries(answerSchemas).map(([name, schema]) =>
    described(`\`tessera ${name} --json\``, schema),
  );
  return [
    ...parts,
    described("a fault in what was given (exit code 1)", faultsSchema),
    described("an error (exit code 1 or 2)", errorSchema),
  ].join("\n\n");
}

function described(title: string, schema: z.ZodType): string {
  const rows = rowsOf(z.toJSONSchema(schema) as JsonSchema, "");
  return [
    `### ${title}`,
    "",
    "| field | type | meaning |",
    "|---|---|---|",
    ...rows.map(([name, type, about]) => `| \`${name}\` | ${type} | ${about} |`),
  ].join("\n");
}

type Row = readonly [name: string, type: string, about: string];

function rowsOf({ properties = {} }: JsonSchema, prefix: string): Row[] {
  return Object.entries(properties).flatMap(([key, schema]): Row[] => {
    const name = `${prefix}${key}`;
    const row: Row = [name, typeOf(schema), schema.description ?? ""];
    if (schema.items?.properties) return [row, ...rowsOf(schema.items, `${name}[].`)];
    return schema.properties ? [row, ...rowsOf(schema, `${name}.`)] : [row];
  });
}

function typeOf(schema: JsonSchema): string {
  if (schema.anyOf) return schema.anyOf.map(typeOf).join(" or ");
  if (schema.enum) return schema.enum.map((value) => `\`${value}\``).join(" or ");
  if (schema.format === "date-time") return "instant";
  if (schema.type === "array") return `list of ${plural(typeOf(schema.items ?? {}))}`;
  return [schema.type ?? "anything"].flat().join(" or ");
}

function plural(type: string): string {
  return type === "string" ? "texts" : `${type}s`;
}
