export * from "./facts.js";
export type { LedgerEngine } from "./ledger/migration.js";
export { type Ledger, type LedgerOptions, openLedger } from "./ledger/open-ledger.js";
export type { LedgerTables } from "./ledger/tables.js";
export { type Migration, migrate, readMigrations } from "./warehouse/migrate.js";
export { openWarehouse, type WarehouseOptions } from "./warehouse/open-warehouse.js";
export type * from "./warehouse/port.js";
