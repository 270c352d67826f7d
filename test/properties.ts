/** fast-check with the seed of `seed.ts`; a property that fails prints it, with the shortest case. */

import fc from "fast-check";
import { seed } from "./seed.js";

fc.configureGlobal({ seed });

export default fc;
