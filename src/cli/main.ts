/** The entry of the command `tessera`. */

import { makeProgram } from "./program.js";

// A reader that has seen enough (`tessera segments | head`) is no error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  throw error;
});

await makeProgram().parseAsync();
