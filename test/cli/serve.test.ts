// `tessera serve` as a process: events become facts across stops and kills, and every other command
// on its folder gives what it gives without a server.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { type IntakeLog, openIntakeLog } from "../../src/collect/index.js";
import { openLedger } from "../../src/store/index.js";
import { entry } from "../intake/entries.js";
import { BIN, removeFolder, temporaryFolder, tessera, tesseraProcess } from "./run-command.js";

const cwd = temporaryFolder();
/** So long a condition is waited for. */
const PATIENCE = { timeout: 120_000 };
const running: ChildProcess[] = [];

afterEach(async () => {
  for (const child of running.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill("SIGKILL");
    await once(child, "exit");
  }
});

afterAll(() => removeFolder(cwd));

interface Served {
  readonly address: string;
  readonly writeKey: string | null;
  readonly fault: string | null;
  readonly printed: () => string;
  end(signal: NodeJS.Signals): Promise<number | null>;
}

/** `log`: where its standard error goes; else it is read here. */
async function serve(
  data: string,
  more: readonly string[] = [],
  log: number | "pipe" = "pipe",
): Promise<Served> {
  const args = [BIN, "serve", "--data", data, "--port", "0", "--json", ...more];
  const { CLICKHOUSE_URL: _, DATABASE_URL: __, ...env } = process.env;
  const child = spawn(process.execPath, args, { cwd, env, stdio: ["ignore", "pipe", log] });
  running.push(child);
  const errors = child.stderr === null ? "" : text(child.stderr);
  const output = child.stdout!;
  let printed = "";
  output.setEncoding("utf8");
  for await (const chunk of output.iterator({ destroyOnReturn: false })) {
    printed += chunk;
    if (!printed.endsWith("}\n")) continue;
    const { address, writeKey, fault } = JSON.parse(printed);
    output.on("data", (more) => {
      printed += more;
    });
    return {
      address,
      writeKey,
      fault,
      printed: () => printed,
      async end(signal) {
        child.kill(signal);
        const [code] = await once(child, "exit");
        return code;
      },
    };
  }
  throw new Error(`serve ended: ${await errors}`);
}

const viewed = (id: string) => ({
  ...{ type: "track", event: "Product Viewed", userId: `user-${id}`, messageId: id },
  timestamp: "2026-11-20T10:00:00Z",
  properties: { product_id: "p1" },
});

async function send(address: string, key: string, ids: readonly string[]): Promise<number> {
  const body = JSON.stringify({ writeKey: key, batch: ids.map(viewed) });
  return (await fetch(`${address}/v1/batch`, { method: "POST", body })).status;
}

async function healthOf({ address }: Served): Promise<unknown> {
  return (await fetch(`${address}/health`)).json();
}

/** What the log of a killed server has beyond its warehouse: acknowledged, and no facts yet. */
async function leave(data: string, ids: readonly string[]): Promise<void> {
  await withLog(data, (log) =>
    log.append(
      ids.map((id) => entry(0, { receivedAt: Date.now(), body: JSON.stringify(viewed(id)) })),
    ),
  );
}

async function withLog(data: string, work: (log: IntakeLog) => Promise<unknown>): Promise<void> {
  const ledger = await openLedger({ folder: join(cwd, data) });
  await work(openIntakeLog(ledger));
  await ledger.close();
}

async function count(data: string): Promise<number> {
  const { stdout } = await tessera(["count", "count(viewed) >= 1", "--data", data, "--json"], {
    cwd,
  });
  return JSON.parse(stdout).count;
}

describe("events", () => {
  test("become facts once, across a stop, a kill and what clients send again", async () => {
    let server = await serve("live");
    const key = server.writeKey!;
    expect(await send(server.address, key, ["a", "b"])).toBe(200);
    expect(await send(server.address, key, ["b", "c"])).toBe(200);
    expect(await server.end("SIGTERM")).toBe(0);
    expect(existsSync(join(cwd, "live/server.json"))).toBe(false);
    // All that was acknowledged, though no server runs.
    expect(await count("live")).toBe(3);

    server = await serve("live");
    expect(server.writeKey).toBe(null);
    expect(await send(server.address, key, ["c", "d"])).toBe(200);
    // Acknowledged, and perhaps not projected yet.
    await server.end("SIGKILL");

    server = await serve("live");
    await expect.poll(() => count("live"), PATIENCE).toBe(4);
    await expect
      .poll(() => healthOf(server), PATIENCE)
      .toMatchObject({ projection: { waiting: 0 } });

    // A file that has one of them too, while others come in.
    const calls = ["a", "x", "y"].map((id) => `${JSON.stringify(viewed(id))}\n`);
    writeFileSync(join(cwd, "calls.ndjson"), calls.join(""));
    const [imported, ...sent] = await Promise.all([
      tessera(["import", "calls.ndjson", "--data", "live"], { cwd }),
      ...["e", "x", "f"].map((id) => send(server.address, key, [id])),
    ]);
    expect([imported.code, ...sent]).toEqual([0, 200, 200, 200]);
    await expect.poll(() => count("live"), PATIENCE).toBe(8);
    expect(await server.end("SIGINT")).toBe(0);
  });

  test("that a killed server left are landed by what changes the store, and told of else", async () => {
    const server = await serve("left");
    await server.end("SIGKILL");
    await leave("left", ["a", "b"]);
    const run = (...args: readonly string[]) => tessera([...args, "--data", "left"], { cwd });
    const counting = ["count", "count(viewed) >= 1", "--json"];
    const asked = await run(...counting);
    expect([JSON.parse(asked.stdout).count, asked.stderr]).toEqual([
      0,
      expect.stringMatching(/^note: 2 messages of the intake log are no facts yet/),
    ]);
    writeFileSync(join(cwd, "left.ndjson"), `${JSON.stringify(viewed("c"))}\n`);
    const tried = await run("import", "left.ndjson", "--dry-run");
    expect([tried.code, tried.stderr]).toEqual([0, expect.stringContaining("are no facts yet")]);
    const imported = await run("import", "left.ndjson");
    expect([imported.code, imported.stderr]).toEqual([
      0,
      expect.stringMatching(/note: 2 messages of the intake log, .* landed first/),
    ]);
    const { stdout, stderr } = await run(...counting);
    expect([JSON.parse(stdout).count, stderr]).toEqual([3, ""]);
  });

  test("are kept where the warehouse lacks what the log has removed, until told otherwise", async () => {
    await withLog("left", (log) => log.trim({ upTo: 9, receivedBefore: Date.now() + 1 }));
    rmSync(join(cwd, "left/warehouse"), { recursive: true });
    await leave("left", ["d"]);
    const imported = await tessera(["import", "left.ndjson", "--data", "left"], { cwd });
    const why = /no longer has the entries 1 to 2, received until/;
    expect([imported.code, imported.stderr]).toEqual([0, expect.stringMatching(why)]);

    let server = await serve("left");
    expect(server.fault).toMatch(why);
    expect(await healthOf(server)).toMatchObject({ projection: { status: "failing" } });
    await server.end("SIGKILL");
    server = await serve("left", ["--continue-after", "2"]);
    expect(server.fault).toBe(null);
    await expect
      .poll(() => healthOf(server), { timeout: 30_000 })
      .toMatchObject({ projection: { status: "ok", waiting: 0 } });
    expect(await count("left")).toBe(2);
  });

  test("that were refused are seen as they came, and count once mended", async () => {
    const server = await serve("mended");
    const refused = { ...viewed("a"), timestamp: "yesterday" };
    const post = (message: object) =>
      fetch(`${server.address}/v1/track?writeKey=${server.writeKey}`, {
        ...{ method: "POST", body: JSON.stringify(message) },
      });
    await post(refused);
    const asked = ["rejects", "--data", "mended", "--json"];
    const rejects = async () => JSON.parse((await tessera(asked, { cwd })).stdout).rows;
    await expect.poll(async () => (await rejects()).length, PATIENCE).toBe(1);
    const [{ message, ...row }] = await rejects();
    expect(row).toMatchObject({ file: "intake log", column: "timestamp", value: "yesterday" });
    expect(JSON.parse(message)).toEqual(refused);
    await post({ ...JSON.parse(message), timestamp: "2026-11-20T10:00:00Z" });
    expect(await server.end("SIGTERM")).toBe(0);
    expect(await count("mended")).toBe(1);
    expect((await rejects())[0].message).toBe(message);
  });

  test("keys made and revoked while the server runs count at once", async () => {
    const server = await serve("keyed");
    const made = await tessera(["keys", "create", "--data", "keyed", "--json"], { cwd });
    const { key, id } = JSON.parse(made.stdout);
    expect(await send(server.address, key, ["a"])).toBe(200);
    const revoked = await tessera(["keys", "revoke", id, "--data", "keyed"], { cwd });
    expect(revoked).toEqual({ code: 0, stdout: `The key ${id} works no longer.\n`, stderr: "" });
    expect(await send(server.address, key, ["b"])).toBe(401);
    const listed = await tessera(["keys", "list", "--data", "keyed", "--json"], { cwd });
    const keys = JSON.parse(listed.stdout).keys as { id: string; revokedAt: string | null }[];
    expect(keys.map(({ revokedAt }) => revokedAt === null)).toEqual([true, false]);
    expect(listed.stdout).not.toContain(key);
    const unknown = await tessera(["keys", "revoke", "tw_nobody", "--data", "keyed"], { cwd });
    expect([unknown.code, unknown.stderr]).toEqual([
      1,
      expect.stringContaining("no key tw_nobody"),
    ]);
  });
});

describe("commands", () => {
  const orders = `order,customer,date,total\n${[1, 2, 3]
    .map((n) => `new-${n},new-customer-${n},2026-10-0${n}T10:00:00Z,10.00`)
    .join("\n")}\n`;

  test("give on a folder that is served what they give without a server", async () => {
    expect((await tessera(["demo", "--people", "60", "--data", "shop"], { cwd })).code).toBe(0);
    mkdirSync(join(cwd, "elsewhere"));
    const lines: readonly (readonly string[])[] = [
      ["people", "count(order) >= 1", "--format", "csv"],
      ["people", "count(order) >= 1", "--limit", "3", "--out", "elsewhere/list.ndjson"],
      ["count", "foo("],
      ["person", "nobody", "--json"],
      ["import", "elsewhere", "--dry-run"],
    ];
    const run = async () => {
      const all = [];
      for (const line of lines) all.push(await tessera([...line, "--data", "shop"], { cwd }));
      return all;
    };
    writeFileSync(join(cwd, "elsewhere/orders.csv"), orders);
    const alone = await run();
    const listed = readFileSync(join(cwd, "elsewhere/list.ndjson"), "utf8");
    const server = await serve("shop");
    const said = server.printed();
    const served = await run();
    // Names of files are made absolute for the server.
    const shown = (text: string) => text.replaceAll(`${cwd}/`, "");
    for (const [i, line] of lines.entries()) {
      const { code, stdout, stderr } = served[i]!;
      expect([line, { code, stdout: shown(stdout), stderr: shown(stderr) }]).toEqual([
        line,
        alone[i],
      ]);
    }
    expect(readFileSync(join(cwd, "elsewhere/list.ndjson"), "utf8")).toBe(listed);
    expect(alone.map(({ code }) => code)).toEqual([0, 0, 1, 1, alone[4]!.code]);
    expect(server.printed()).toBe(said);
  });

  test("that write the membership log do it one after another", async () => {
    await serve("shop");
    const refresh = ["refresh", "--data", "shop", "--json"];
    const both = await Promise.all([1, 2].map(() => tesseraProcess(refresh, { cwd })));
    const entered = both.map(({ stdout }) => JSON.parse(stdout).entered as number);
    expect(Math.min(...entered)).toBe(0);
    expect(Math.max(...entered)).toBeGreaterThan(0);
    const people = await tessera(["people", "count(order) >= 1", "--data", "shop"], { cwd });
    expect([people.code, people.stderr]).toEqual([0, ""]);
  });

  test("that need the store alone say so, and change nothing", async () => {
    await serve("shop");
    const again = await tessera(["serve", "--data", "shop"], { cwd });
    expect([again.code, again.stderr]).toEqual([
      2,
      expect.stringContaining("has shop already, at"),
    ]);
    const demo = await tessera(["demo", "--people", "61", "--data", "shop"], { cwd });
    expect([demo.code, demo.stderr]).toEqual([2, expect.stringContaining("End the server")]);
    expect((await tessera(["count", "count(order) >= 1", "--data", "shop"], { cwd })).code).toBe(0);
  });

  test("reach the server by a secret that only its owner can read, and by no other way", async () => {
    const server = await serve("shop");
    const path = join(cwd, "shop/server.json");
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const { port, secret } = JSON.parse(readFileSync(path, "utf8"));
    const body = JSON.stringify({ args: ["segments"], colours: false, folder: "/" });
    const post = (address: string, authorization: string) =>
      fetch(address, { method: "POST", body, headers: { authorization } });
    const channel = `http://127.0.0.1:${port}/`;
    expect((await post(channel, `Bearer ${secret}x`)).status).toBe(401);
    expect((await post(channel, "")).status).toBe(401);
    expect((await post(`${server.address}/`, `Bearer ${secret}`)).status).toBe(404);
  });

  test("work by themselves where a server was killed", async () => {
    const server = await serve("shop");
    await server.end("SIGKILL");
    expect(existsSync(join(cwd, "shop/server.json"))).toBe(true);
    expect((await tessera(["count", "count(order) >= 1", "--data", "shop"], { cwd })).code).toBe(0);
  });

  test.skipIf(!existsSync("/dev/full"))("a log that cannot be written ends no server", async () => {
    const full = openSync("/dev/full", "w");
    const server = await serve("unlogged", [], full);
    closeSync(full);
    for (const id of ["a", "b"])
      expect(await send(server.address, server.writeKey!, [id])).toBe(200);
    expect(await server.end("SIGTERM")).toBe(0);
  });

  test("a port that is taken is told", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as { port: number };
    const refused = await tessera(["serve", "--data", "taken", "--port", String(port)], { cwd });
    other.close();
    expect([refused.code, refused.stderr]).toEqual([
      2,
      expect.stringContaining("another program listens there"),
    ]);
  });
});
