/**
 * A pool of connections to PostgreSQL. 64-bit integers arrive as numbers, as they do from SQLite:
 * the ledger's are instants in milliseconds and sequences, far below 2^53.
 */
import pg from "pg";

const CONNECT_TIMEOUT_MS = 5000;
const MAX_CONNECTIONS = 8;

export function openPostgresPool(url: string): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max: MAX_CONNECTIONS,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    types: { getTypeParser },
  });
  // A connection that is lost: what runs on it is rejected, the pool drops it, and whoever asks
  // next gets another, or the error. Unheard, the events would end the process.
  pool.on("error", () => {});
  pool.on("connect", (client) => client.on("error", () => {}));
  return pool;
}

function getTypeParser(oid: number, format?: "text" | "binary") {
  if (oid === pg.types.builtins.INT8) return Number;
  return format === "binary"
    ? pg.types.getTypeParser(oid, format)
    : pg.types.getTypeParser(oid, "text");
}
