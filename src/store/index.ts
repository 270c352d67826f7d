export * from "./facts.js";
export { type Migration, migrate, readMigrations } from "./warehouse/migrate.js";
export { openWarehouse, type WarehouseOptions } from "./warehouse/open-warehouse.js";
export type * from "./warehouse/port.js";
