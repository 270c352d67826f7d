import { defineConfig } from "vitest/config";

// Forks, because chDB crashes worker threads at exit; one process per file, because chDB allows
// one data directory per process.
export default defineConfig({
  test: {
    include: ["src/**/*.test.ts", "test/**/*.test.ts"],
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
