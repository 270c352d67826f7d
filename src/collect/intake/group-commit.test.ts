import { expect, it } from "vitest";
import { manualClock } from "../../base/index.js";
import { groupCommit } from "./group-commit.js";

const limits = { waitingItems: 9, waitingBytes: 9, groupItems: 9, groupBytes: 9, restMs: 0 };

it("writes what is added in the very turn in which the one before is answered", async () => {
  const written: number[] = [];
  const commits = groupCommit<number>({
    write: async (items) => void written.push(...items),
    bytesOf: () => 1,
    limits,
    clock: manualClock(0),
  });
  await commits.add([1]);
  await commits.add([2]);
  await commits.close();
  expect(written).toEqual([1, 2]);
});

it("says so and takes nothing more while a write does not end, and goes on when it does", async () => {
  const clock = manualClock(1000);
  let end = () => {};
  const write = () => new Promise<void>((resolve) => (end = resolve));
  const commits = groupCommit<number>({ write, bytesOf: () => 1, limits, clock });
  const first = commits.add([1]);
  await new Promise((resolve) => setTimeout(resolve, 5));
  clock.set(11_000);
  expect(commits.state().fault).toBeUndefined();
  clock.set(11_001);
  expect(commits.state().fault).toMatchObject({ since: 1000 });
  await expect(commits.add([2])).rejects.toMatchObject({ code: "intake.unavailable" });
  end();
  await first;
  expect(commits.state().fault).toBeUndefined();
});
