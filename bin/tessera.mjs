#!/usr/bin/env node
// The command. In a checkout it compiles the sources first when they changed.
// The thread pool is sized before anything loads: long engine queries occupy its threads.
process.env.UV_THREADPOOL_SIZE ??= "16";
const { buildIfStale } = await import("../scripts/build.mjs");
buildIfStale();
await import("../dist/cli/main.js");
