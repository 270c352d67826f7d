/** What a group of the hygiene report is. The groups themselves are data: see `groups.ts`. */

export const GROUP_KEYS = [
  "business",
  "staff",
  "resellers",
  "relays",
  "junk",
  "shared",
  "kiosks",
  "duplicates",
  "dates",
  "departments",
  "costs",
  "equal_lines",
] as const;
export type GroupKey = (typeof GROUP_KEYS)[number];

export interface Group {
  readonly key: GroupKey;
  readonly title: string;
  /** The rule, as a sentence without its full stop. */
  readonly rule: string;
  /**
   * What the rows of `found` are: people; identifiers of people (`kind:value`); or records, which
   * bring lines of their own.
   */
  readonly unit: "person" | "identifier" | "record";
  /** What one of them and many are called. */
  readonly noun: readonly [one: string, many: string];
  /**
   * SELECT of (person, member, reason), of records (person, member, lines, net, reason); `member`
   * is empty where the unit is the person. Bound: {now:Int64}, {zone:String}, and of staff
   * {domains:Array(String)}.
   */
  readonly found: string;
  /** What follows from being in it, as far as the program does something about it. */
  readonly effect: "left out" | "left out once confirmed" | "identifies nobody" | "reported";
  /** Of people: those of `found` whose evidence needs nobody's judgement. */
  readonly certain?: string;
}
