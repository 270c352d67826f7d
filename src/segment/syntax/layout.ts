/**
 * Laying out text in a width: a group stays on one line if it fits, else every line break directly
 * inside it is taken (Oppen, "Prettyprinting", 1980; Wadler, "A prettier printer", 1998).
 */

export type Layout = string | readonly Layout[] | Line | Group | Indent;

interface Line {
  readonly kind: "line";
  /** What stands there if the line is not broken. */
  readonly flat: string;
  readonly always: boolean;
}

interface Group {
  readonly kind: "group";
  readonly body: Layout;
  /** Columns on one line; infinite if a break inside is always taken. */
  readonly width: number;
}

interface Indent {
  readonly kind: "indent";
  readonly body: Layout;
}

const INDENT = "  ";

/** A blank or a line break. */
export const blank: Line = { kind: "line", flat: " ", always: false };
/** Nothing or a line break. */
export const seam: Line = { kind: "line", flat: "", always: false };
export const lineBreak: Line = { kind: "line", flat: "", always: true };

export function group(body: Layout): Layout {
  return { kind: "group", body, width: widthOf(body) };
}

export function indent(body: Layout): Layout {
  return { kind: "indent", body };
}

/** The layout in `columns`, as far as its words allow. */
export function render(layout: Layout, columns: number): string {
  const out: string[] = [];
  let column = 0;
  const put = (text: string) => {
    out.push(text);
    column += text.length;
  };
  const print = (part: Layout, depth: number, broken: boolean): void => {
    if (typeof part === "string") put(part);
    else if (!("kind" in part)) for (const inner of part) print(inner, depth, broken);
    else if (part.kind === "indent") print(part.body, depth + 1, broken);
    else if (part.kind === "group") print(part.body, depth, column + part.width > columns);
    else if (!broken && !part.always) put(part.flat);
    else {
      out.push("\n");
      column = 0;
      put(INDENT.repeat(depth));
    }
  };
  print(layout, 0, true);
  return out.join("");
}

/** The layout on one line. */
export function flatten(layout: Layout): string {
  return render({ kind: "group", body: layout, width: 0 }, Number.POSITIVE_INFINITY);
}

function widthOf(part: Layout): number {
  if (typeof part === "string") return part.length;
  if (!("kind" in part)) return part.reduce<number>((sum, inner) => sum + widthOf(inner), 0);
  if (part.kind === "line") return part.always ? Number.POSITIVE_INFINITY : part.flat.length;
  return part.kind === "group" ? part.width : widthOf(part.body);
}
