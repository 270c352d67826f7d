import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { openLedger } from "../../store/index.js";
import { openIntakeLog } from "../intake/log.js";
import { messagesNaming } from "./erase-texts.js";

it("looks through the log while other work goes on", async () => {
  const folder = mkdtempSync(join(tmpdir(), "tessera-erase-texts-"));
  const ledger = await openLedger({ folder });
  const common = { format: "segment", keyId: "k", receivedAt: 0, sentAt: undefined };
  const bodies = Array.from({ length: 2000 }, (_, i) => `{"userId":"user-${i}"}`);
  const entries = bodies.map((body) => ({
    ...{ ...common, ip: undefined, userAgent: undefined },
    body,
  }));
  await openIntakeLog(ledger).append(entries);
  let turns = 0;
  const count = () => {
    turns += 1;
    timer = setImmediate(count);
  };
  let timer = setImmediate(count);
  const found = [];
  const named = [{ kind: "user_id", value: "user-1999" }];
  for await (const page of messagesNaming(ledger, named)) found.push(...page);
  clearImmediate(timer);
  expect(found).toHaveLength(1);
  expect(turns).toBeGreaterThan(5);
  await ledger.close();
  rmSync(folder, { recursive: true, force: true });
});
