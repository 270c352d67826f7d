/** Links of a few identifiers, worked out by hand; and the law of any instant on random ones. */

import { describe, expect, it } from "vitest";
import { type How, type Link, resolveLinks } from "./resolve-links.js";

/** `e1>u1@5` = e1 was seen with u1 at 5; d... is a device's. */
function link(text: string): Link {
  const [, alias, sign, person, since] = /^(\w+)([>~|=])(\w*)@(\d+)$/.exec(text)!;
  const how: How =
    sign === "~" ? "household" : sign === "|" ? "split" : sign === "=" ? "merge" : "together";
  return {
    alias: alias!,
    person: person!,
    since: Number(since),
    how: how === "together" && alias!.startsWith("d") ? "device" : how,
  };
}

function steps(...texts: string[]): Record<string, readonly string[]> {
  const found = resolveLinks(texts.map(link));
  return Object.fromEntries(
    [...found].map(([alias, own]) => [
      alias,
      own.map(({ at, person, cause }) => `${at} ${person} ${cause}`),
    ]),
  );
}

describe("who an identifier is", () => {
  it("follows chains to their end, from the instant at which all of it is known", () => {
    expect(steps("a>b@1", "b>c@3", "c>e@2", "d1>a@5")).toEqual({
      a: ["1 b link", "3 e link"],
      b: ["3 e link"],
      c: ["2 e link"],
      d1: ["5 e device"],
    });
  });

  it("ends a circle in its least alias", () => {
    expect(steps("a>b@1", "b>c@2", "c>a@3")).toEqual({
      a: ["1 b link", "2 c link", "3 a link"],
      b: ["2 c link", "3 a link"],
      c: ["3 a link"],
    });
    expect(steps("a>a@1", "b>a@2")).toEqual({ a: [], b: ["2 a link"] });
  });

  it("gives a shared address back, unless the two turn out to be one", () => {
    expect(steps("e>u1@1", "e>u2@2", "u2>u1@4")).toEqual({
      e: ["1 u1 link", "2 e shared", "4 u1 link"],
      u2: ["4 u1 link"],
    });
    expect(steps("e>u1@1", "e~u2@2")).toEqual({ e: ["1 u1 link"] });
  });

  it("leaves a device to its first person, and a kiosk to nobody", () => {
    expect(steps("d>u2@2", "d>u1@3", "d>u3@4", "d>u4@5")).toEqual({
      d: ["2 u2 device", "5 d kiosk"],
    });
    expect(steps("d>u2@2", "d>u1@3", "d>u3@4", "d>u4@5", "u4>u1@6")).toMatchObject({
      d: ["2 u2 device", "5 d kiosk", "6 u2 device"],
    });
  });

  it("takes the last decision before any link", () => {
    expect(steps("e>u1@1", "e|@5", "e>u1@6", "e=u2@7", "e|@9")).toEqual({
      e: ["1 u1 link", "5 e split", "7 u2 merge", "9 e split"],
    });
    expect(steps("e>u1@1", "u2=u1@5", "e>u2@4")).toEqual({
      e: ["1 u1 link", "4 e shared", "5 u1 link"],
      u2: ["5 u1 merge"],
    });
  });

  it("is as of any instant what the links known by then say", () => {
    let seed = 7;
    const random = (n: number) => {
      seed = (seed * 48271) % 2147483647;
      return seed % n;
    };
    const names = ["a", "b", "c", "d1", "d2", "e", "f"];
    for (let round = 0; round < 300; round += 1) {
      const links = Array.from({ length: 1 + random(9) }, (_, at) => {
        const [alias, person] = [names[random(7)]!, names[random(7)]!];
        return link(`${alias}${[">", ">", ">", ">", "|", "="][random(6)]}${person}@${at + 1}`);
      });
      const all = resolveLinks(links);
      for (let at = 1; at <= links.length; at += 1) {
        const then = resolveLinks(links.filter(({ since }) => since <= at));
        for (const name of names) {
          const person = all.get(name)?.findLast((step) => step.at <= at)?.person ?? name;
          expect(person, JSON.stringify(links)).toBe(then.get(name)?.at(-1)?.person ?? name);
          // Who somebody is, is nobody else.
          expect(then.get(person)?.at(-1)?.person ?? person).toBe(person);
        }
      }
    }
  });

  it("is quick where half the store was seen on one device", () => {
    const links = Array.from({ length: 50_000 }, (_, i) => link(`d>u${i}@${i}`));
    expect(resolveLinks(links).get("d")).toHaveLength(2);
  });

  it("follows a chain of any length", () => {
    const links = Array.from({ length: 50_000 }, (_, i) => link(`u${i}>u${i + 1}@1`));
    expect(resolveLinks(links).get("u0")).toEqual([{ at: 1, person: "u50000", cause: "link" }]);
  });
});
