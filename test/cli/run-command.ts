/**
 * The command as a person runs it, in a folder of its own. `tessera` and `shell` leave it to one
 * process for the whole test file, in which the program and the engine stay loaded
 * (`command-host.mjs`); `tesseraProcess` starts a process for what only a process shows: that it
 * starts, that it ends, and with which exit code.
 */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { DEMO_END } from "../../src/collect/index.js";

export const BIN = fileURLToPath(new URL("../../bin/tessera.cjs", import.meta.url));
const HOST = fileURLToPath(new URL("./command-host.mjs", import.meta.url));
const CLIENT = fileURLToPath(new URL("./command-client.mjs", import.meta.url));

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Never rejects for what the command does: a failure is an exit code. One command at a time. */
export async function tessera(
  args: readonly string[],
  { cwd, env = {} }: RunOptions,
): Promise<Ran> {
  const connection = connect(await host()).setEncoding("utf8");
  connection.write(`${JSON.stringify({ args, cwd, env: environment(env) })}\n`);
  let answer = "";
  for await (const more of connection) answer += more;
  if (answer === "") throw new Error(`the process died of: tessera ${args.join(" ")}`);
  return JSON.parse(answer);
}

/** The same as a process of its own. */
export function tesseraProcess(args: readonly string[], options: RunOptions): Promise<Ran> {
  return run(process.execPath, [BIN, ...args], options);
}

/** A shell script in which `npx tessera` is this checkout's command. */
export async function shell(script: string, options: RunOptions): Promise<Ran> {
  const npx = `npx() { shift; "${process.execPath}" "${CLIENT}" "${await host()}" "$@"; }`;
  return run("sh", ["-ec", `${npx}\n${script}`], options);
}

function run(file: string, args: readonly string[], { cwd, env = {} }: RunOptions): Promise<Ran> {
  return new Promise((resolve) => {
    const options = { cwd, env: environment(env), maxBuffer: 64_000_000 };
    execFile(file, [...args], options, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === "number" ? error.code : -1;
      resolve({ code, stdout, stderr });
    });
  });
}

function environment(env: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const { CLICKHOUSE_URL: _, FORCE_COLOR: __, ...inherited } = process.env;
  return { ...inherited, ...env };
}

let started: Promise<string> | undefined;

/** The socket of this file's host. */
function host(): Promise<string> {
  started ??= startHost();
  return started;
}

async function startHost(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "tessera-host-"));
  const socket = join(folder, "socket");
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const env = { ...environment({}), UV_THREADPOOL_SIZE: "16" };
  const child: ChildProcess = spawn(process.execPath, [HOST, socket], {
    env,
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  await once(child, "message");
  // The test file ends when it has ended, and the host with it.
  child.unref();
  child.channel?.unref();
  return socket;
}

export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), "tessera-cli-"));
}

export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}

/** What `npm start` leaves in `cwd`; its path from there. */
export async function makeDemoIn(cwd: string): Promise<string> {
  const { code, stderr } = await tesseraProcess(["start"], { cwd });
  if (code !== 0) throw new Error(`start failed: ${stderr}`);
  return "tessera-data/demo";
}

export const DEMO_INSTANT = new Date(DEMO_END).toISOString();
