// A process that runs one command after another, as `tessera` would in a process of its own: the
// entry is loaded anew for each, with its own arguments, folder, environment, output and exit code;
// what it works with (the built program and the engine) stays loaded, which is most of the time that
// a small command takes. Started by `run-command.ts`; ends with the process that started it.
//   node command-host.mjs SOCKET
// A request is one line of JSON {args, cwd, env}, its answer one of {code, stdout, stderr}.
import { createServer } from "node:net";
import { buildIfStale } from "../../scripts/build.mjs";

const [socket] = process.argv.slice(2);
const entry = new URL("../../dist/cli/main.js", import.meta.url).href;
let runs = 0;
let tail = Promise.resolve();

/** `process.exit` within a command; nothing of it may run on. */
class Exit extends Error {}

buildIfStale();
// What a command leaves behind fails that command, as it would fail its process.
let failed = () => {};
process.on("uncaughtException", (error) => failed(error));
process.on("disconnect", () => process.kill(process.pid, "SIGKILL"));

createServer((connection) => {
  let text = "";
  connection.setEncoding("utf8").on("error", () => {});
  connection.on("data", (more) => {
    text += more;
    if (!text.endsWith("\n")) return;
    const request = JSON.parse(text);
    tail = tail.then(async () => connection.end(JSON.stringify(await run(request))));
  });
}).listen(socket, () => process.send("listening"));

async function run({ args, cwd, env }) {
  const written = { stdout: "", stderr: "" };
  const restore = ["stdout", "stderr"].map((name) => {
    const { write } = process[name];
    process[name].write = (chunk, encoding, done) => {
      written[name] += Buffer.isBuffer(chunk) ? chunk.toString() : chunk;
      const callback = typeof encoding === "function" ? encoding : done;
      if (callback) process.nextTick(callback);
      return true;
    };
    return () => Object.assign(process[name], { write });
  });
  const { exit } = process;
  process.exit = (code) => {
    process.exitCode = code ?? process.exitCode ?? 0;
    throw new Exit();
  };
  process.chdir(cwd);
  process.env = { ...env };
  process.argv = [process.execPath, "tessera", ...args];
  process.exitCode = undefined;
  runs += 1;
  try {
    await new Promise((resolve, reject) => {
      failed = reject;
      import(`${entry}?${runs}`).then(resolve, reject);
    });
  } catch (error) {
    if (!(error instanceof Exit)) {
      written.stderr += `${error?.stack ?? error}\n`;
      process.exitCode = 1;
    }
  }
  const code = Number(process.exitCode ?? 0);
  failed = () => {};
  process.exit = exit;
  process.exitCode = undefined;
  process.stdout.removeAllListeners("error");
  for (const back of restore) back();
  return { code, ...written };
}
