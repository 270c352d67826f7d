import { describe, expect, it } from "vitest";
import { chooseFormats, formatsOf } from "./instants.js";

describe("the shape of a value", () => {
  const shapes: readonly [string, readonly string[]][] = [
    ["0.0.Y 0:0", ["d.M.yyyy H:mm"]],
    ["0.0.Y, 0:0:0", ["d.M.yyyy, H:mm:ss"]],
    ["0/0/Y", ["d/M/yyyy", "M/d/yyyy"]],
    ["0-0-0 0:0 P", ["d-M-yy h:mm a", "M-d-yy h:mm a"]],
    ["Y/0/0", ["yyyy/M/d"]],
    ["Y-0-0T0:0:0Z", ["iso"]],
    ["0 W Y", ["d MMM yyyy", "d MMMM yyyy"]],
    ["0.0", []],
    ["W", []],
  ];
  it.each(shapes)("%s leaves these formats", (shape, formats) => {
    expect(formatsOf(shape)).toEqual(formats);
  });
});

describe("of several formats", () => {
  const both = { formats: ["d/M/yyyy", "M/d/yyyy"], rows: 90 };

  it("one column decides for all", () => {
    const choice = chooseFormats([both, { formats: ["M/d/yyyy"], rows: 1 }]);
    expect(choice).toMatchObject({ formats: ["M/d/yyyy"], sureness: "sure" });
  });

  it("those that contradict each other are said to", () => {
    const days = { formats: ["d/M/yyyy"], rows: 5 };
    const months = { formats: ["M/d/yyyy"], rows: 2 };
    const choice = chooseFormats([both, days, months]);
    expect(choice).toMatchObject({ formats: ["d/M/yyyy", "M/d/yyyy"], sureness: "unsure" });
    expect(choice.otherwise).toEqual(["M/d/yyyy", "d/M/yyyy"]);
  });

  it("no more are taken than are needed", () => {
    const iso = { formats: ["iso", "yyyy-M-d"], rows: 5 };
    const short = { formats: ["yyyy-M-d"], rows: 5 };
    expect(chooseFormats([iso, short]).formats).toEqual(["yyyy-M-d"]);
  });
});
