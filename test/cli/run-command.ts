/** The command as a person runs it: a process of its own in a folder of its own. */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { DEMO_END } from "../../src/collect/index.js";

export const BIN = fileURLToPath(new URL("../../bin/tessera.cjs", import.meta.url));

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Never rejects: a failure is an exit code. */
export function tessera(args: readonly string[], options: RunOptions): Promise<Ran> {
  return run(process.execPath, [BIN, ...args], options);
}

/** A shell script in which `npx tessera` is this checkout's command. */
export function shell(script: string, options: RunOptions): Promise<Ran> {
  const npx = `npx() { shift; "${process.execPath}" "${BIN}" "$@"; }`;
  return run("sh", ["-ec", `${npx}\n${script}`], options);
}

function run(file: string, args: readonly string[], { cwd, env = {} }: RunOptions): Promise<Ran> {
  const { CLICKHOUSE_URL: _, FORCE_COLOR: __, ...inherited } = process.env;
  return new Promise((resolve) => {
    const options = { cwd, env: { ...inherited, ...env }, maxBuffer: 64_000_000 };
    execFile(file, [...args], options, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === "number" ? error.code : -1;
      resolve({ code, stdout, stderr });
    });
  });
}

export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), "tessera-cli-"));
}

export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}

/** What `npm start` leaves in `cwd`; its path from there. */
export async function makeDemoIn(cwd: string): Promise<string> {
  const { code, stderr } = await tessera(["start"], { cwd });
  if (code !== 0) throw new Error(`start failed: ${stderr}`);
  return "tessera-data/demo";
}

export const DEMO_INSTANT = new Date(DEMO_END).toISOString();
