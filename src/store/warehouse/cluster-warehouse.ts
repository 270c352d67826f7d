/**
 * Several ClickHouse servers as one warehouse. The first is the initiator: it takes every
 * statement and holds what is small. What is large lies on all shards, by `alias`, the only key of
 * a fact that never changes:
 *
 *   facts, superseded    X_local on each shard; on the initiator X, Distributed over them
 *   identity             whole on each shard, and so is its dictionary: it is asked inside scans;
 *                        so is, while people are erased, the list of what to remove
 *   everything else      on the initiator
 *
 * A person's aliases may lie on different shards. A statement that changes rows or tables is sent
 * to where they are, so its conditions must not read tables that only the initiator has.
 */
import { AppError, assert } from "../../base/index.js";
import { bindParameters } from "./bind-parameters.js";
import type { Parameters, Warehouse } from "./port.js";
import { databaseOf, openServer } from "./server-warehouse.js";

const sharded = ["facts", "superseded"];
const everywhere = ["identity", "identity_at", "identity_now", "erasing_keys"];

export interface ClusterOptions {
  /** Its name in the servers' `remote_servers`, one replica per shard. */
  readonly name: string;
  /** HTTP addresses of the shards, the initiator first; one user and database for all. */
  readonly urls: readonly string[];
}

export async function openCluster({ name, urls }: ClusterOptions): Promise<Warehouse> {
  const settings = {
    // An insert is answered when it lies on its shards.
    distributed_foreground_insert: 1,
    // `superseded` beside `facts` is read on the same shard: both go by alias.
    distributed_product_mode: "local",
  };
  const nodes = await Promise.all(urls.map((url) => openServer({ url, settings })));
  const initiator = nodes[0];
  assert(initiator !== undefined, "a cluster has a server");
  const onAll = async (sql: string) => {
    await Promise.all(nodes.map((node) => node.command(sql)));
  };
  const database = databaseOf(urls[0] ?? "");
  const closeAll = async () => {
    await Promise.all(nodes.map((node) => node.close()));
  };
  await refuseUnlessConfigured(initiator, name, nodes.length).catch(async (error) => {
    await closeAll();
    throw error;
  });

  // A shard looks an unqualified dictionary up in its own default database.
  const bind = (sql: string, parameters: Parameters = {}) =>
    bindParameters(sql.replaceAll(/'(identity_(?:at|now))'/g, `'${database}.$1'`), parameters);

  return {
    ...initiator,
    shards: nodes,
    async query(sql, parameters, options) {
      return initiator.query(bind(sql, parameters), {}, options);
    },
    async writeFile(file, sql, parameters, options) {
      return initiator.writeFile(file, bind(sql, parameters), {}, options);
    },
    async command(sql, parameters = {}, options = {}) {
      const bound = bind(sql, parameters);
      const { verb, table } = targetOf(bound);
      if (sharded.includes(table) && verb !== "INSERT") {
        await onAll(renamed(bound, table, `${table}_local`));
        if (verb === "CREATE") {
          const engine = `Distributed('${name}', '${database}', '${table}_local', alias)`;
          await initiator.command(
            `CREATE TABLE IF NOT EXISTS ${table} AS ${table}_local ENGINE = ${engine}`,
          );
        } else if (changesColumns.test(bound)) await initiator.command(bound);
        return;
      }
      if (everywhere.includes(table) && verb !== "INSERT") return onAll(bound);
      await initiator.command(bound, {}, options);
      if (everywhere.includes(table))
        await spread(table, { cluster: name, database, to: nodes.slice(1) });
    },
    async insert(table, rows) {
      const targets = everywhere.includes(table) ? nodes : [initiator];
      await Promise.all(targets.map((node) => node.insert(table, rows)));
    },
    async insertFile(table, file) {
      const targets = everywhere.includes(table) ? nodes : [initiator];
      await Promise.all(targets.map((node) => node.insertFile(table, file)));
    },
    async reloadIdentity() {
      await Promise.all(nodes.map((node) => node.reloadIdentity()));
    },
    close: closeAll,
  };
}

const changesColumns = /^ALTER TABLE\s+\S+\s+(ADD|DROP|MODIFY|RENAME)\s+COLUMN/im;

const target =
  /^(CREATE|ALTER|DROP|TRUNCATE|OPTIMIZE|DELETE|INSERT)\s+(?:TABLE|DICTIONARY|FROM|INTO)\s+(?:IF (?:NOT )?EXISTS\s+)?`?(\w+)`?/im;

/** What a statement changes; empty for one that names no table of ours. */
function targetOf(sql: string): { verb: string; table: string } {
  const [, verb = "", table = ""] = target.exec(withoutComments(sql)) ?? [];
  return { verb: verb.toUpperCase(), table };
}

function renamed(sql: string, table: string, to: string): string {
  return withoutComments(sql).replace(target, (head) =>
    head.replace(new RegExp(`\`?\\b${table}\\b\`?$`), to),
  );
}

function withoutComments(sql: string): string {
  return sql.replace(/^\s*(?:--[^\n]*(?:\n\s*|$))*/, "");
}

/** Rows that an INSERT ... SELECT wrote on the initiator are copied to where they are absent. */
async function spread(
  table: string,
  { cluster, database, to }: { cluster: string; database: string; to: readonly Warehouse[] },
) {
  await Promise.all(
    to.map((node) =>
      node.command(
        `INSERT INTO ${table} SELECT * FROM cluster('${cluster}', '${database}', '${table}')
         EXCEPT DISTINCT SELECT * FROM ${database}.${table}`,
      ),
    ),
  );
}

async function refuseUnlessConfigured(initiator: Warehouse, name: string, shards: number) {
  const { rows } = await initiator.query<{ n: string }>(
    "SELECT uniqExact(shard_num) AS n FROM system.clusters WHERE cluster = {name:String}",
    { name },
  );
  const known = Number(rows[0]?.n ?? 0);
  if (known === shards) return;
  throw new AppError(
    "input.invalid",
    known === 0
      ? `The first server knows no cluster "${name}".`
      : `The cluster "${name}" has ${known} shards, but ${shards} addresses are given.`,
    { hint: "Give one address per shard of the cluster in remote_servers, the first one first." },
  );
}
