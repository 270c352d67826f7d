import { closeSync, openSync, readSync } from "node:fs";
import { AppError } from "../../base/index.js";

/** By the first two bytes, whatever the name says. */
export function isGzip(path: string): boolean {
  const head = Buffer.alloc(2);
  let file: number;
  try {
    file = openSync(path, "r");
  } catch (error) {
    throw new AppError("input.missing", `The file ${path} cannot be read.`, { cause: error });
  }
  try {
    return readSync(file, head, 0, 2, 0) === 2 && head[0] === 0x1f && head[1] === 0x8b;
  } finally {
    closeSync(file);
  }
}
