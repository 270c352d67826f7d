/** Export and erasure of a person for the server's routes: the same work as that of the commands. */

import { AppError } from "../base/index.js";
import type { Projection } from "../collect/index.js";
import type { PeopleActions } from "../server/index.js";
import type { Ledger, Warehouse } from "../store/index.js";

interface Served {
  readonly folder: string;
  readonly warehouse: Warehouse;
  readonly ledger: Ledger;
  readonly projection: Pick<Projection, "alone">;
}

export async function peopleActions(served: Served): Promise<PeopleActions> {
  const { folder: dataDir, warehouse, ledger, projection } = served;
  const { erasePerson, exportPerson } = await import("../collect/index.js");
  const { findPerson } = await import("../segment/index.js");
  /** A program is not told of others who are written alike: it would pass on whose data it is not. */
  const find = async (id: string, now: number): Promise<bigint> => {
    try {
      return await findPerson(warehouse, id, now);
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== "input.missing") throw error;
      throw new AppError(
        "input.missing",
        "Nobody of this identifier is known, or was erased before.",
      );
    }
  };
  return {
    async exportPerson(id) {
      // What was acknowledged until now is a part of it.
      await projection.alone(async () => {});
      const person = await find(id, Date.now());
      return exportPerson(warehouse, person, { dataDir, ledger });
    },
    erasePerson: (id, reason) =>
      projection.alone(async () => {
        const now = Date.now();
        const person = await find(id, now);
        const erased = await erasePerson(warehouse, person, { now, reason, dataDir, ledger });
        return { person: String(person), ...erased, identifiers: erased.identifiers.length };
      }),
  };
}
