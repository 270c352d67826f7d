/**
 * What is below zero in a file of orders, and what that means: whole orders whose ids begin with
 * some letters (cancellations), products that are a discount on their order, stock written off.
 */

import type { Warehouse } from "../../store/index.js";
import { decimalSql } from "../values/value-sql.js";
import type { Candidate } from "./candidates.js";
import { type ProposedRule, plural } from "./proposal.js";
import type { Sample } from "./sample.js";
import { DISCOUNT_WORD } from "./value-words.js";

type Chosen = ReadonlyMap<string, Candidate>;

/** So many rows are no accident. */
const MANY_ROWS = 20;
/** Beyond it ids do not begin with a word but with anything. */
const MAX_PREFIXES = 50;
const MAX_DISCOUNTS = 20;

export async function readSigns(
  warehouse: Warehouse,
  sample: Sample,
  chosen: Chosen,
): Promise<readonly ProposedRule[]> {
  const signed = ["quantity", "amount", "price"].filter((field) => chosen.has(field));
  if (!chosen.has("order") || signed.length === 0) return [];
  const discounts = await discountProducts(warehouse, sample, chosen);
  const rules = await prefixRules(warehouse, sample, { chosen, discounts });
  if (discounts.length === 0) return rules;
  return [
    ...rules,
    {
      key: "discounts.products",
      value: discounts,
      sureness: "likely",
      why: "called a discount, and below zero",
    },
  ];
}

/** The number in a chosen column, whichever decimal mark it has; NULL without such a column. */
function numberOf(chosen: Chosen, field: string): string {
  const column = chosen.get(field)?.column;
  if (column === undefined) return "CAST(NULL, 'Nullable(Decimal(38, 4))')";
  const cell = `cells[${column.index + 1}]`;
  return decimalSql(cell, column.comma > column.point ? "," : ".");
}

const BELOW = "(ifNull(quantity < 0, 0) OR ifNull(amount < 0, 0) OR ifNull(price < 0, 0))";

function valuesSelect(chosen: Chosen): string {
  const cell = (field: string) => {
    const column = chosen.get(field)?.column;
    return column === undefined ? "''" : `cells[${column.index + 1}]`;
  };
  const numbers = ["quantity", "amount", "price"].map((f) => `${numberOf(chosen, f)} AS ${f}`);
  const texts = ["order", "product", "name"].map((f) => `${cell(f)} AS t_${f}`);
  return `SELECT ${[...numbers, ...texts].join(", ")} FROM {sample:Identifier}`;
}

async function discountProducts(
  warehouse: Warehouse,
  sample: Sample,
  chosen: Chosen,
): Promise<readonly string[]> {
  if (!chosen.has("product")) return [];
  const { rows } = await warehouse.query<{ product: string }>(
    `SELECT t_product AS product FROM (${valuesSelect(chosen)})
     WHERE t_product != ''
       AND (match(lowerUTF8(t_product), {word:String}) OR match(lowerUTF8(t_name), {word:String}))
     GROUP BY product HAVING countIf(${BELOW}) = count() ORDER BY product LIMIT ${MAX_DISCOUNTS}`,
    { sample: sample.table, word: DISCOUNT_WORD.source },
  );
  return rows.map(({ product }) => product);
}

interface Prefix {
  readonly prefix: string;
  readonly n: number;
  readonly below: number;
  /** Below zero in quantity, without a price. */
  readonly free: number;
}

async function prefixRules(
  warehouse: Warehouse,
  sample: Sample,
  { chosen, discounts }: { readonly chosen: Chosen; readonly discounts: readonly string[] },
): Promise<readonly ProposedRule[]> {
  const { rows } = await warehouse.query<Prefix>(
    `SELECT extract(t_order, '^[^0-9]{1,8}') AS prefix, toUInt32(count()) AS n,
       toUInt32(countIf(${BELOW})) AS below,
       toUInt32(countIf(ifNull(quantity < 0, 0) AND ifNull(price = 0, 0))) AS free
     FROM (${valuesSelect(chosen)})
     WHERE t_order != '' AND (t_product NOT IN {discounts:Array(String)} OR prefix != '')
     GROUP BY prefix ORDER BY n DESC LIMIT ${MAX_PREFIXES + 1}`,
    { sample: sample.table, discounts },
  );
  if (rows.length > MAX_PREFIXES) return [];
  const back = rows.filter(({ prefix, n, below }) => prefix !== "" && below === n);
  const others = rows.filter((row) => !back.includes(row));
  if (others.length === 0) return [];
  return [...refundOrders(back), ...negativeQuantity(others)];
}

function refundOrders(back: readonly Prefix[]): ProposedRule[] {
  if (back.length === 0) return [];
  const n = back.reduce((sum, row) => sum + row.n, 0);
  const named = back.map(({ prefix }) => JSON.stringify(prefix)).join(" or ");
  const why = `${plural(n, "row")} of orders that begin with ${named}: below zero without exception`;
  const sureness = n >= MANY_ROWS ? "sure" : "likely";
  if (back.length === 1) {
    return [{ key: "refunds.order_prefix", value: back[0]!.prefix, sureness, why }];
  }
  const escaped = back.map(({ prefix }) => prefix.replace(/[^\p{L}\p{N}]/gu, "\\$&"));
  return [{ key: "refunds.order_pattern", value: `^(${escaped.join("|")})\\d`, sureness, why }];
}

function negativeQuantity(others: readonly Prefix[]): ProposedRule[] {
  const total = (of: (row: Prefix) => number) => others.reduce((sum, row) => sum + of(row), 0);
  const [below, free] = [total((row) => row.below), total((row) => row.free)];
  if (below === 0) return [];
  const key = "refunds.negative_quantity";
  if (free === below) {
    const why = `${plural(below, "row")} of other orders below zero, all without a price: stock written off`;
    return [{ key, value: "line", sureness: "likely", why }];
  }
  const why = `${plural(below, "row")} of other orders below zero`;
  return [{ key, value: "refund", sureness: "likely", why }];
}
