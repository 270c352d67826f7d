import { configDefaults, defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

// Of twenty seconds of CPU and more. They begin first, so that at the end short ones are left and no
// fork has a long one still to do; the others come in vitest's own order. Only the time depends on
// this list.
const LONG_FILES = [
  "cli/docs",
  "worked-example/worked-example",
  "corpus/corpus",
  "fuzz/sql",
  "shown/as-of",
  "bench",
  "collect/engines",
  "cli/commands",
  "playbook/segments",
  "shown/errors-language",
  "shown/intake",
  "shown/refresh",
  "shown/due",
  "collect/order-of-files",
  "collect/order-of-event-files",
  "collect/crash",
  "collect/refunds",
  "collect/product-news",
  "collect/shop-files",
  "collect/propose",
].map((name) => `test/${name}.test.ts`);

class LongFilesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const at = LONG_FILES.findIndex((file) => moduleId.endsWith(file));
      return at < 0 ? LONG_FILES.length : at;
    };
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b));
  }
}

/** Of those in test/, what opens no warehouse. */
const WITHOUT_STORE = [
  "test/{oracle,syntax}/*.test.ts",
  "test/fuzz/{generators,harness}.test.ts",
  "test/playbook/{order-of-rules,page,playbook}.test.ts",
  "test/collect/{csv-records,json-line,json-records}.test.ts",
  "test/{demo/docs,package}.test.ts",
];

// Forks, because chDB crashes worker threads at exit. Tests beside their code, and others that open
// no warehouse, share a process, which is many times faster; those in test/ have one per file,
// because chDB allows one data folder per process and a file that forgets to close its own must not
// fail the next.
export default defineConfig({
  test: {
    pool: "forks",
    // Two leave a quarter of two cores idle: tests wait for servers, browsers and the disk.
    maxWorkers: 3,
    sequence: { sequencer: LongFilesFirst },
    globalSetup: "test/global-setup.mjs",
    // Only what hangs is ended: no test may depend on how long it takes.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    teardownTimeout: 120_000,
    projects: [
      {
        extends: true,
        test: { name: "rooms", include: ["src/**/*.test.ts", ...WITHOUT_STORE], isolate: false },
      },
      {
        extends: true,
        test: {
          name: "whole",
          include: ["test/**/*.test.ts"],
          exclude: [...configDefaults.exclude, ...WITHOUT_STORE],
        },
      },
    ],
  },
});
