/**
 * What is given for import by mistake: other kinds of files, known by their first bytes. Each is
 * called by its name and with what to do instead, since "no such column" would not help.
 */

interface ForeignKind {
  /** "a PDF document" */
  readonly what: string;
  readonly remedy: string;
}

const SAVE_SHEET = "Save the sheet as CSV (UTF-8) and import that.";
const EXPORT_CSV = "Export the table as CSV (UTF-8) and import that.";
const REPACK = "Unpack it, or pack it with gzip or zstd, and import that.";
const UNPACK = "Unpack it and import the files in it.";

/** By the first bytes, as latin1. Zip and Office files are told apart below. */
const MAGIC: readonly (readonly [readonly string[], ForeignKind])[] = [
  [["%PDF"], { what: "a PDF document", remedy: EXPORT_CSV }],
  [["\xd0\xcf\x11\xe0"], { what: "an old Excel or Word file", remedy: SAVE_SHEET }],
  [["{\\rtf"], { what: "an RTF document", remedy: EXPORT_CSV }],
  [["\x89PNG", "\xff\xd8\xff", "GIF8"], { what: "an image", remedy: EXPORT_CSV }],
  [["SQLite format 3"], { what: "an SQLite database", remedy: EXPORT_CSV }],
  [["Obj\x01"], { what: "an Avro file", remedy: "Export it as Parquet or NDJSON." }],
  [["BZh91AY", "\xfd7zXZ", '\x04"M\x18'], { what: "packed with bzip2, xz or lz4", remedy: REPACK }],
  [["\x1f\x8b", "\x28\xb5\x2f\xfd"], { what: "packed twice", remedy: "Unpack it once." }],
  [["7z\xbc\xaf", "Rar!"], { what: "a 7-Zip or RAR archive", remedy: UNPACK }],
];

/** Of a zip archive, by the names of the files in it. The first name of an Office file is often the same. */
const ZIPPED: readonly (readonly [RegExp, ForeignKind])[] = [
  [/word\/|opendocument\.text/, { what: "a text document", remedy: EXPORT_CSV }],
  [/ppt\/|opendocument\.presentation/, { what: "a presentation", remedy: EXPORT_CSV }],
  [
    /\[Content_Types\]\.xml|xl\/|opendocument\.spreadsheet|Index\/Document\.iwa/,
    { what: "a spreadsheet", remedy: SAVE_SHEET },
  ],
];

const MARKUP = /^(\xef\xbb\xbf)?\s*<(!doctype html|html|head|meta|body|table|\?xml)/i;

/** `head`: the first unpacked bytes. Undefined where nothing speaks against a table of rows. */
export function foreignKind(head: Buffer): ForeignKind | undefined {
  const text = head.toString("latin1", 0, 4096);
  if (text.startsWith("PK\x03\x04")) {
    return (
      ZIPPED.find(([inside]) => inside.test(text))?.[1] ?? { what: "a zip archive", remedy: UNPACK }
    );
  }
  const [, , markup] = MARKUP.exec(text) ?? [];
  if (markup === "?xml") return { what: "an XML file", remedy: EXPORT_CSV };
  if (markup !== undefined) {
    const remedy =
      "A table of it: save it as CSV. Was the download a sign-in page? Export it again.";
    return { what: "an HTML page", remedy };
  }
  return MAGIC.find(([beginnings]) => beginnings.some((bytes) => text.startsWith(bytes)))?.[1];
}
