import { expect, it } from "vitest";
import { manualClock } from "../../base/index.js";
import { groupCommit } from "./group-commit.js";

it("writes what is added in the very turn in which the one before is answered", async () => {
  const written: number[] = [];
  const commits = groupCommit<number>({
    write: async (items) => void written.push(...items),
    bytesOf: () => 1,
    limits: { waitingItems: 9, waitingBytes: 9, groupItems: 9, groupBytes: 9, restMs: 0 },
    clock: manualClock(0),
  });
  await commits.add([1]);
  await commits.add([2]);
  await commits.close();
  expect(written).toEqual([1, 2]);
});
