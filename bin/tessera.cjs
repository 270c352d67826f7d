#!/usr/bin/env node
// The command. CommonJS, because the thread pool must be sized before anything uses it (long engine
// queries occupy its threads) and loading a module as ESM already does.
process.env.UV_THREADPOOL_SIZE ??= "16";

// In a checkout the sources are compiled first when they changed.
import("../scripts/build.mjs").then(({ buildIfStale }) => {
  buildIfStale();
  return import("../dist/cli/main.js");
});
