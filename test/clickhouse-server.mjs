// A real ClickHouse server from the npm package: loads `libchdb.so` in this process of its own and
// hands it the command line of `clickhouse local`, whose query starts the listeners and then
// sleeps for days. Answers HTTP and native TCP like any ClickHouse. Started by `servers.ts`:
//   node clickhouse-server.mjs FOLDER HTTP_PORT TCP_PORT [CONFIG_FILE]
import { createRequire } from "node:module";
import { DataType, load, open } from "ffi-rs";

const [folder, httpPort, tcpPort, config] = process.argv.slice(2);
const require = createRequire(createRequire(import.meta.url).resolve("chdb"));
const library = require.resolve("@chdb/lib-linux-x64-gnu/libchdb.so");

// The server dies with the test that started it, even when that is killed.
open({ library: "libc", path: "libc.so.6" });
const [setParentDeathSignal, sigKill] = [1, 9];
load({
  library: "libc",
  funcName: "prctl",
  retType: DataType.I32,
  paramsType: [DataType.I32, DataType.I64],
  paramsValue: [setParentDeathSignal, sigKill],
});

const argv = [
  "clickhouse",
  `--path=${folder}`,
  "--listen_host=127.0.0.1",
  `--http_port=${httpPort}`,
  `--tcp_port=${tcpPort}`,
  ...(config ? [`--config-file=${config}`] : []),
  // HTTP last: who has an answer there finds the other port open too.
  "--query=SYSTEM START LISTEN TCP; SYSTEM START LISTEN HTTP; " +
    "SELECT sleepEachRow(3) FROM numbers(100000) SETTINGS max_block_size = 1, " +
    "function_sleep_max_microseconds_per_block = 0 FORMAT Null",
];
open({ library: "clickhouse", path: library });
load({
  library: "clickhouse",
  funcName: "chdb_query_cmdline",
  retType: DataType.External,
  paramsType: [DataType.I32, DataType.StringArray],
  paramsValue: [argv.length, argv],
});
