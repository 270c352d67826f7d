/** Imports of one store run one after another: each sees what the one before has landed. */

import type { Warehouse } from "../../store/index.js";

const running = new WeakMap<Warehouse, Promise<unknown>>();

export function afterOthers<T>(warehouse: Warehouse, work: () => Promise<T>): Promise<T> {
  const result = (running.get(warehouse) ?? Promise.resolve()).then(work);
  running.set(
    warehouse,
    result.catch(() => {}),
  );
  return result;
}
