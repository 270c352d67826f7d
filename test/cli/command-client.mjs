// One command, run by a host (`command-host.mjs`), for shell scripts: what it printed and its exit
// code come out here.
//   node command-client.mjs SOCKET ARGUMENT ...
import { connect } from "node:net";

const [socket, ...args] = process.argv.slice(2);
const connection = connect(socket).setEncoding("utf8");
connection.write(`${JSON.stringify({ args, cwd: process.cwd(), env: process.env })}\n`);
let answer = "";
for await (const more of connection) answer += more;
const { code, stdout, stderr } = JSON.parse(answer);
// A reader that has seen enough is no error.
process.stdout.on("error", () => {});
process.stdout.write(stdout);
process.stderr.write(stderr);
process.exitCode = code;
