import { defineConfig } from "vitest/config";

// Forks, because chDB crashes worker threads at exit. Tests beside their code share a process,
// which is many times faster; those in test/ have one per file, because chDB allows one data
// folder per process and a file that forgets to close its own must not fail the next.
export default defineConfig({
  test: {
    pool: "forks",
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    projects: [
      { extends: true, test: { name: "rooms", include: ["src/**/*.test.ts"], isolate: false } },
      { extends: true, test: { name: "whole", include: ["test/**/*.test.ts"] } },
    ],
  },
});
