/** A made-up store in which every fault that the hygiene report knows is planted, and near misses. */

import { aliasOf } from "../../src/base/index.js";
import {
  type Fact,
  factRow,
  identityRow,
  instantText,
  type Warehouse,
} from "../../src/store/index.js";

export const NOW = Date.parse("2026-11-01T00:00:00Z");
const DAY_MS = 86_400_000;

interface Line {
  readonly day?: number;
  readonly ts?: number;
  readonly product?: string;
  readonly units?: number;
  readonly net?: number;
  readonly discount?: number;
  readonly order?: string;
  readonly department?: string;
  readonly cost?: string;
}

export interface Planter {
  /** Somebody by an identifier, `kind:value`, with traits; returns the alias. */
  person(identifier: string, traits?: Record<string, unknown>, ts?: number): bigint;
  /** An order line of a person, 10 a unit, in an order of its own unless named. */
  line(alias: bigint, line?: Line): void;
  /** A refund that names no order. */
  refund(alias: bigint, net: number): void;
  /** The alias belongs to the person from the day on. */
  link(alias: bigint, person: bigint, day?: number): void;
  product(product: string, values?: { department?: string; cost?: string | null }): void;
  plant(warehouse: Warehouse): Promise<void>;
}

export function newPlanter(): Planter {
  const facts: Fact[] = [];
  const aliases = new Map<bigint, Record<string, unknown>>();
  const identity: Record<string, unknown>[] = [];
  const links: Record<string, unknown>[] = [];
  const products: Record<string, unknown>[] = [];
  const orders = new Set<string>();
  const next = () => BigInt(facts.length + 1);
  const at = (day: number) => NOW - day * DAY_MS;
  return {
    person(identifier, traits = {}, ts = at(300) + facts.length) {
      const [kind = "", value = ""] = splitOnce(identifier);
      const alias = aliasOf(kind, value);
      aliases.set(alias, { alias, id_kind: kind, id_value: value, import_id: 0 });
      facts.push({ alias, ts, knownAt: ts, factId: next(), kind: "identified", props: traits });
      return alias;
    },
    line(alias, line = {}) {
      const { day = 100, units = 1, net = 10 * units, discount = 0, product = "P1" } = line;
      const { department = "home", cost = "4", order = `o${facts.length}` } = line;
      const ts = line.ts ?? at(day);
      if (!orders.has(order)) {
        const own = { alias, ts, knownAt: Math.min(ts, NOW), factId: next(), kind: "order", order };
        facts.push({ ...own, net: `${net}`, gross: `${net + discount}`, discount: `${discount}` });
      }
      orders.add(order);
      facts.push({
        ...{ alias, ts, knownAt: Math.min(ts, NOW), factId: next(), kind: "line", order, product },
        ...{ department, cost, quantity: `${units}`, price: "10", net: `${net}` },
        ...{ gross: `${net + discount}`, discount: `${discount}` },
      });
    },
    refund(alias, net) {
      const ts = at(50);
      facts.push({ alias, ts, knownAt: ts, factId: next(), kind: "refund", net: `${-net}` });
    },
    link(alias, person, day = 200) {
      const how = aliases.get(alias)?.id_kind === "anonymous_id" ? "device" : "together";
      links.push({ alias, person, known_at: instantText(at(day)), fact_id: 0n, how, import_id: 0 });
      identity.push(
        identityRow({ alias, person, knownAt: at(day), sequence: identity.length, cause: "login" }),
      );
    },
    product(product, { department = "home", cost = "4" } = {}) {
      const dated = { ts: "2026-01-01 00:00:00.000", known_at: "2026-01-01 00:00:00.000" };
      const rest = { name: "", category: "", brand: "", collection: "", import_id: 0 };
      products.push({ product, department, cost, ...dated, ...rest });
    },
    async plant(warehouse) {
      await warehouse.insert(
        "facts",
        facts.map((fact) => factRow(fact)),
      );
      await warehouse.insert("aliases", [...aliases.values()]);
      if (identity.length > 0) await warehouse.insert("identity", identity);
      if (links.length > 0) await warehouse.insert("links", links);
      if (products.length > 0) await warehouse.insert("products", products);
      await warehouse.reloadIdentity();
    },
  };
}

function splitOnce(identifier: string): readonly [string, string] {
  const colon = identifier.indexOf(":");
  return [identifier.slice(0, colon), identifier.slice(colon + 1)];
}
