/** Who speaks and how much may be offered, of made-up segments: the rule knows none by name. */

import { describe, expect, test } from "vitest";
import type { Notes } from "./notes.js";
import { decide, type Standing } from "./order-of-rules.js";

const listed = (notes: Record<string, string>): Notes =>
  Object.entries(notes).map(([key, text]) => ({ key, text }));

function standing(
  key: string,
  notes: Record<string, string>,
  parents: readonly Notes[] = [],
): Standing {
  return { key, name: key, notes: listed(notes), parents, capHolds: true };
}

const cart = standing("cart", {
  moment: "2",
  channel: "push 30 min, email 4 h",
  cap: "L0, then L2",
});
const viewer = standing("viewer", { moment: "5", channel: "on-site, email", cap: "L0" });
const best = standing("best", { value: "1", cap: "L2", cap_when: "here" });
const big = standing("big", { value: "4", cap: "L3" });
const gone = standing("gone", { value: "11", cap: "L4, time-boxed" });
const credit = standing("credit", { part_of: "gone", cap: "L0 first" }, [gone.notes]);
const noEmail = standing("no_email", { guard: "G1", blocks: "email" });
const noPush = standing("no_push", { guard: "G1", blocks: "push" });
const control = standing("control", { guard: "G5", blocks: "all" });
const costly = standing("costly", { guard: "G4", cap: "L0" });

describe("the message", () => {
  test("is that of the smallest place, whatever the order of the list", () => {
    const { message } = decide([viewer, cart]);
    const channels = ["push", "email"];
    expect(message.winner).toEqual({ key: "cart", reason: "place 2, the first", channels });
    expect(message.losers).toEqual([
      { key: "viewer", reason: "place 5 in the order of messages, after cart in 2" },
    ]);
    expect(decide([cart, viewer])).toEqual(decide([viewer, cart]));
  });

  test("is the next one's where guards shut every channel of the first", () => {
    const withoutEmail = decide([cart, viewer, noEmail]).message.winner;
    expect(withoutEmail).toMatchObject({ key: "cart", channels: ["push"] });
    const { message } = decide([cart, viewer, noEmail, noPush]);
    const reason = "place 5, the first that may speak";
    expect(message.winner).toEqual({ key: "viewer", reason, channels: ["on-site"] });
    expect(message.losers[0]?.reason).toContain("which G1 no_email, G1 no_push blocks");
  });

  test("is nobody's where a guard blocks all", () => {
    const { message, guards } = decide([cart, viewer, control]);
    expect(message.winner).toBeNull();
    expect(message.losers.map(({ reason }) => reason)).toEqual([
      "G5 control blocks all messages",
      "G5 control blocks all messages",
    ]);
    expect(guards).toMatchObject([{ key: "control", guard: "G5", blocks: ["all"] }]);
  });

  test("is nobody's where nobody has a place", () => {
    expect(decide([big]).message).toEqual({ winner: null, losers: [] });
  });
});

describe("value and cap", () => {
  test("the first place says as whom the person is treated, the lowest cap how much is added", () => {
    const { value, cap } = decide([gone, big]);
    expect(value.winner?.key).toBe("big");
    expect(cap.winner).toMatchObject({ key: "big", level: "L3" });
    expect(cap.losers).toEqual([{ key: "gone", reason: "L4 is higher than L3" }]);
  });

  test("a lower cap of a later place wins", () => {
    const low = standing("low", { value: "9", cap: "L1" });
    const { value, cap } = decide([big, low]);
    expect(value.winner?.key).toBe("big");
    expect(cap.winner).toMatchObject({ key: "low", level: "L1" });
    expect(cap.winner?.reason).toBe("a value segment's cap, the lowest");
  });

  test("of equal caps the value order names one", () => {
    const other = standing("a_later_one", { value: "7", cap: "L3, once" });
    const { cap } = decide([other, big]);
    expect(cap.winner?.key).toBe("big");
    expect(cap.losers).toEqual([{ key: "a_later_one", reason: "L3 too; big goes first" }]);
  });

  test("a cap counts only where its condition holds", () => {
    const { value, cap } = decide([{ ...best, capHolds: false }, gone]);
    expect(value.winner?.key).toBe("best");
    expect(cap.winner).toMatchObject({ level: "L4", text: "L4, time-boxed" });
    expect(cap.winner?.reason).toBe("a value segment's cap, the only one in force");
    expect(cap.losers).toEqual([{ key: "best", reason: "its cap L2 holds only where here" }]);
    expect(decide([{ ...best, capHolds: false }]).cap.winner).toBeNull();
  });

  test("a part goes before its segment, and its cap counts beside it", () => {
    const { value, cap } = decide([gone, credit]);
    expect(value.winner?.key).toBe("credit");
    expect(value.losers).toEqual([
      { key: "gone", reason: "credit is the part of it that says more" },
    ]);
    expect(cap.winner).toMatchObject({ key: "credit", level: "L0", text: "L0 first" });
  });

  test("the winning message's cap counts, a losing one's does not, a guard's always", () => {
    expect(decide([cart, big]).cap.winner).toMatchObject({ key: "cart", level: "L0" });
    const offer = standing("offer", { moment: "1", channel: "sms", cap: "L4" });
    expect(decide([offer, cart, big]).cap.winner).toMatchObject({ key: "big", level: "L3" });
    expect(decide([costly, big]).cap.winner).toMatchObject({ key: "costly", level: "L0" });
  });

  test("a cap that follows value is none of its own", () => {
    const fond = standing("fond('shoes')", { moment: "8", channel: "email", cap: "follows value" });
    expect(decide([fond]).cap).toEqual({ winner: null, losers: [] });
    expect(decide([fond, big]).cap.winner?.key).toBe("big");
  });

  test("a part has its segment's place without its segment, and its own where it has one", () => {
    const deeper = standing("deeper", { cap: "L2" }, [credit.notes, gone.notes]);
    expect(decide([deeper, big]).value.losers[0]?.reason).toContain("place 11");
    const own = standing("own", { value: "3" }, [gone.notes]);
    expect(decide([own, big]).value.winner?.key).toBe("own");
  });
});
