import { describe, expect, it } from "vitest";
import type { ImportProgress } from "../collect/index.js";
import { progressView } from "./import-progress.js";

const sizes = new Map([
  ["a.csv", 1000],
  ["b.csv", 3000],
]);

/** A view whose clock is set by hand, and what it wrote. */
function viewed({ isTTY, columns = 80 }: { isTTY: boolean; columns?: number }) {
  const written: string[] = [];
  const output = { isTTY, columns, write: (text: string) => void written.push(text) };
  let now = 0;
  const view = progressView({ output, sizes, clock: () => now });
  const at = (ms: number, step: ImportProgress["step"], rest: Partial<ImportProgress> = {}) => {
    now = ms;
    view.show({ file: "a.csv", rows: 0, bytes: 0, step, ...rest });
  };
  const setClock = (ms: number) => {
    now = ms;
  };
  return { view, written, at, setClock };
}

describe("the progress of an import", () => {
  it("is one line on a terminal: rows, rate and time left over all files", () => {
    const { view, written, at } = viewed({ isTTY: true });
    at(0, "reading");
    at(4000, "reading", { rows: 2000, bytes: 500 });
    expect(written.at(-1)).toBe(
      "\r\u001b[Ka.csv (1 of 2): reading, 2,000 rows, 500 rows/s, 1:16 left",
    );
    at(8000, "landed", { rows: 4000 });
    at(8000, "reading", { file: "b.csv" });
    expect(written.at(-1)).toBe("\r\u001b[Kb.csv (2 of 2): reading, 0:24 left");
    view.end();
    expect(written.at(-1)).toBe("\r\u001b[K");
    expect(written.join("")).not.toContain("\n");
  });

  it("does not write faster than a person reads, nor wider than the terminal", () => {
    const { written, at } = viewed({ isTTY: true, columns: 20 });
    for (let ms = 0; ms < 1000; ms++) at(ms, "reading", { rows: ms, bytes: ms });
    expect(written).toHaveLength(10);
    for (const text of written) expect(text.replace(/^\r.\[K/, "").length).toBeLessThan(20);
  });

  it("is silent in a log for what is done at once, and plain lines else", () => {
    const { view, written, at, setClock } = viewed({ isTTY: false });
    at(0, "reading");
    at(4000, "making facts", { rows: 4000 });
    expect(written).toEqual([]);
    setClock(6000);
    view.tick();
    view.tick();
    view.end();
    expect(written).toEqual(["a.csv (1 of 2): making facts, 4,000 rows, 0:42 left\n"]);
  });
});
