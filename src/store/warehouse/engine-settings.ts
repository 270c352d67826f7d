/** ClickHouse settings that both adapters share, and how its errors become ours. */
import { AppError } from "../../base/index.js";

/** Queries have a ceiling, because one that was started cannot be interrupted in chDB. */
export const maxExecutionSeconds = 600;
export const maxMemoryBytes = 4_000_000_000;

/** A bound list of a million people is part of the text. */
const maxStatementBytes = 256_000_000;

export const sessionSettings: Readonly<Record<string, string | number>> = {
  session_timezone: "UTC",
  max_execution_time: maxExecutionSeconds,
  max_memory_usage: maxMemoryBytes,
  max_query_size: maxStatementBytes,
  // Exact numbers in results.
  output_format_json_quote_64bit_integers: 1,
  output_format_json_quote_decimals: 1,
  // "2020-01-01" in a property is text and stays text.
  input_format_try_infer_dates: 0,
  input_format_try_infer_datetimes: 0,
  // A fact with a field that the table does not have is a bug, not a field to drop.
  input_format_skip_unknown_fields: 0,
  join_use_nulls: 0,
  // From the third time on machine code would be made of an expression: half a second for the
  // statements of one import, which never comes back in what the code saves.
  compile_expressions: 0,
  compile_aggregate_expressions: 0,
  compile_sort_description: 0,
};

/** For files that other programs read: instants with their zone, whole numbers as numbers. */
export const writingSettings: Readonly<Record<string, string | number>> = {
  date_time_output_format: "iso",
  output_format_json_quote_64bit_integers: 0,
  format_csv_null_representation: "",
};

/** TIMEOUT_EXCEEDED, TOO_SLOW, MEMORY_LIMIT_EXCEEDED, TOO_MANY_ROWS, TOO_MANY_BYTES and _ROWS_OR_BYTES. */
const limitErrors = new Set([159, 160, 241, 158, 307, 396]);

/**
 * ClickHouse's own sentence and the name of its error, the same from both adapters:
 * "Unknown table ... (UNKNOWN_TABLE)".
 */
export function warehouseError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const { message, code, type } = error as { message?: string; code?: unknown; type?: string };
  const text = message ?? String(error);
  const framed = /^Code: (\d+)\. DB::Exception: ([\s\S]*)$/.exec(text);
  const sentence = framed?.[2] ?? (type === undefined ? text : `${text.trim()} (${type})`);
  if (limitErrors.has(Number(framed?.[1] ?? code))) {
    return new AppError("warehouse.limit", sentence, {
      cause: error,
      hint: "The query is too large for this machine: ask for less at a time.",
    });
  }
  return new AppError("warehouse.refused", sentence, { cause: error });
}
