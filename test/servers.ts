/** ClickHouse servers for tests: real ones, on loopback, gone when the test process ends. */
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const program = fileURLToPath(new URL("./clickhouse-server.mjs", import.meta.url));
const startupMs = 120_000;

export interface TestServer {
  /** `http://127.0.0.1:PORT`, without a database. */
  readonly url: string;
  /** All that it writes is there. */
  readonly folder: string;
  stop(): Promise<void>;
}

export interface TestCluster {
  /** Its name in `remote_servers`. */
  readonly name: string;
  /** One address per shard, the initiator first. */
  readonly urls: readonly string[];
  /** All that they write is there. */
  readonly folders: readonly string[];
  stop(): Promise<void>;
}

interface Ports {
  readonly http: number;
  readonly tcp: number;
}

export function startServer(): Promise<TestServer> {
  return onFreePorts(2, ([http, tcp]) => startNode({ http: http!, tcp: tcp! }));
}

export async function startCluster({ shards = 2 } = {}): Promise<TestCluster> {
  const name = "tessera_test";
  const servers = await onFreePorts(shards * 2, (ports) => {
    const nodes: Ports[] = [];
    for (let i = 0; i < shards; i++) nodes.push({ http: ports[2 * i]!, tcp: ports[2 * i + 1]! });
    const config = clusterConfig(name, nodes);
    return Promise.all(nodes.map((node) => startNode(node, config)));
  });
  return {
    name,
    urls: servers.map((server) => server.url),
    folders: servers.map((server) => server.folder),
    async stop() {
      await Promise.all(servers.map((server) => server.stop()));
    },
  };
}

function clusterConfig(name: string, nodes: readonly Ports[]): string {
  const shards = nodes.map(
    ({ tcp }) => `<shard><replica><host>127.0.0.1</host><port>${tcp}</port></replica></shard>`,
  );
  return `<clickhouse><remote_servers><${name}>${shards.join("")}</${name}></remote_servers></clickhouse>`;
}

async function startNode(ports: Ports, config?: string): Promise<TestServer> {
  const folder = mkdtempSync(join(tmpdir(), "tessera-server-"));
  const args = [program, join(folder, "data"), String(ports.http), String(ports.tcp)];
  if (config !== undefined) {
    writeFileSync(join(folder, "config.xml"), config);
    args.push(join(folder, "config.xml"));
  }
  const log = openSync(join(folder, "log"), "w");
  const child = spawn(process.execPath, args, { stdio: ["ignore", log, log] });
  closeSync(log);
  const url = `http://127.0.0.1:${ports.http}`;
  try {
    await answers(url, child, folder);
  } catch (error) {
    child.kill("SIGKILL");
    throw error;
  }
  return { url, folder, stop: () => stop(child, folder) };
}

async function answers(url: string, child: ChildProcess, folder: string): Promise<void> {
  const deadline = Date.now() + startupMs;
  while (Date.now() < deadline && child.exitCode === null && child.signalCode === null) {
    const ok = await fetch(`${url}/ping`).then(
      (response) => response.ok,
      () => false,
    );
    if (ok) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const log = readFileSync(join(folder, "log"), "utf8");
  throw new Error(`The ClickHouse server at ${url} did not start:\n${log.slice(-2000)}`);
}

async function stop(child: ChildProcess, folder: string): Promise<void> {
  const ended = new Promise((resolve) => child.once("exit", resolve));
  if (child.exitCode === null && child.signalCode === null && child.kill("SIGKILL")) await ended;
  rmSync(folder, { recursive: true, force: true });
}

/** Others are tried where somebody has taken one of them before it was listened on. */
export async function onFreePorts<T>(
  count: number,
  start: (ports: readonly number[]) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await start(await freePorts(count));
    } catch (error) {
      if (attempt === 3) throw error;
    }
  }
}

/** All reserved at once, so that they differ. */
async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const ports = await Promise.all(
    servers.map(
      (server) =>
        new Promise<number>((resolve) =>
          server.listen(0, "127.0.0.1", () => resolve((server.address() as { port: number }).port)),
        ),
    ),
  );
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
