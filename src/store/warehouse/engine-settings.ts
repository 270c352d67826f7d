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
};

const limitCodes = new Set([159, 241, 158, 307, 396]);

/** `clickhouseCode` is the number that ClickHouse's message begins with, when it has one. */
export function warehouseError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const text = error instanceof Error ? error.message : String(error);
  const number = Number(/Code: (\d+)/.exec(text)?.[1] ?? (error as { code?: unknown })?.code);
  if (limitCodes.has(number)) {
    return new AppError("warehouse.limit", text, {
      cause: error,
      hint: "Ask for a shorter period.",
    });
  }
  return new AppError("warehouse.refused", text, { cause: error });
}
