/**
 * What became of orders afterwards (refunds, cancellations from other sources than the order's own
 * record) -> new versions of the order's facts, from the instant at which each was known.
 *
 *   facts of the order   version 1  known 3 Aug  net 179.80
 *   order_changes        refunded 99.90, known 9 Aug
 *   visible then         version 2  known 3 Aug  net 179.80    superseded 9 Aug
 *                        version 3  known 9 Aug  net  79.90    (version 1: as of no instant)
 *
 * The versions are worked out from the visible facts and all that is known of changes, so it does not
 * matter which came first. What the order's own record says was paid back is not counted again: only
 * what it has beyond the changes, from its own date or, if it has none, from the last change on. It is
 * kept in the order's `said_refunded`, because the facts' own `refunded` is replaced.
 */

import type { Parameters, Warehouse } from "../../../store/index.js";
import { EVER_VISIBLE } from "../../landing/visible-versions.js";
import { bagSql, objectOf } from "../../values/json-bag.js";
import type { Making } from "../record-kind.js";

/** Adds to the staging tables. To be called when all that the import brings is in them. */
export async function applyOrderChanges(warehouse: Warehouse, making: Making): Promise<void> {
  const { tables, importId, table } = making;
  const parameters: Parameters = {
    ...tables,
    import_id: importId,
    changed_orders: table("changed_orders"),
    chain: table("chain"),
    grid: table("grid"),
    said: table("said"),
    changes: table("changes"),
    shares: table("shares"),
    states: table("states"),
    next: table("next"),
  };
  await warehouse.command(CREATE_CHANGED_ORDERS, parameters);
  const { rows } = await warehouse.query<{ n: number }>(
    "SELECT toUInt32(count()) AS n FROM {changed_orders:Identifier}",
    parameters,
  );
  if (rows[0]!.n === 0) return;
  for (const sql of STATEMENTS) await warehouse.command(sql, parameters, EXACT_JSON);
}

/** Whole numbers among the properties stay numbers when they are written out. */
const EXACT_JSON = { settings: { output_format_json_quote_64bit_integers: 0 } } as const;

/** Orders of this import that have changes, and orders of which it brings changes. */
const CREATE_CHANGED_ORDERS = `CREATE TABLE {changed_orders:Identifier}
  ENGINE = MergeTree ORDER BY (source, order_id) AS
  SELECT toString(source) AS source, order_id FROM {order_changes:Identifier}
  UNION DISTINCT
  SELECT toString(source), order_id FROM {facts:Identifier}
  WHERE kind = 'order' AND (source, order_id) IN (SELECT source, order_id FROM order_changes)`;

const OF_CHANGED = `kind IN ('order', 'line')
  AND (source, order_id) GLOBAL IN (SELECT source, order_id FROM {changed_orders:Identifier})`;

/** Their facts, as far as they are visible as of some instant. */
const CREATE_CHAIN = `CREATE TABLE {chain:Identifier}
  ENGINE = MergeTree ORDER BY (source, order_id) AS
  SELECT * FROM (
    SELECT * FROM facts WHERE ${OF_CHANGED}
      UNION ALL SELECT * FROM {facts:Identifier} WHERE ${OF_CHANGED})
  WHERE ${EVER_VISIBLE}`;

/** What the order's own record says of its refund, and since when; and all that is known of changes. */
const CREATE_SAID = `CREATE TABLE {said:Identifier}
  ENGINE = MergeTree ORDER BY (source, order_id) AS
  SELECT source, order_id, min(known_at) AS first_known, groupUniqArray(known_at) AS instants,
    max(kept_said) AS marked,
    if(marked, maxIf(toDecimal128OrZero(assumeNotNull(props.said_refunded.:String), 4), kept_said),
      maxIf(toDecimal128(refunded, 4), kind = 'order')) AS record_refund,
    multiIf(marked,
      maxIf(parseDateTime64BestEffortOrNull(ifNull(props.said_refunded_at.:String, ''), 3, 'UTC'), kept_said),
      record_refund = 0 OR max(ifNull(props.refund_undated.:Bool, false)), NULL,
      toNullable(minIf(known_at, kind = 'order' AND refunded > 0))) AS record_refund_at
  FROM (SELECT *, props.said_refunded.:String IS NOT NULL AS kept_said FROM {chain:Identifier})
  GROUP BY source, order_id`;

/** The row of each fact at each instant at which something may be another. */
const CREATE_GRID = `CREATE TABLE {grid:Identifier}
  ENGINE = MergeTree ORDER BY (source, order_id, fact_id, step) AS
  SELECT c.*, step
  FROM {chain:Identifier} AS c
  INNER JOIN (
    SELECT source AS of_source, order_id AS of_order, arrayJoin(arraySort(arrayDistinct(
      arrayConcat(instants, arrayMap(at -> greatest(at, first_known), c.at))))) AS step
    FROM {said:Identifier} AS s
    INNER JOIN (SELECT toString(source) AS source, order_id, groupArray(known_at) AS at
      FROM (SELECT * FROM order_changes UNION ALL SELECT * FROM {order_changes:Identifier})
      GROUP BY source, order_id) AS c USING (source, order_id)) AS s
  ON c.source = of_source AND c.order_id = of_order
  WHERE c.known_at <= step
  ORDER BY c.known_at DESC, c.version DESC LIMIT 1 BY c.fact_id, step`;

/** The lines of each order in the end: net before refunds, and as paid, with tax. */
const LINES = `SELECT source, order_id, fact_id, product, assumeNotNull(ifNull(quantity, 0)) AS units,
    toDecimal256(greatest(gross - discount, 0), 8) AS net_of, net_of + if(net_of > 0, tax, 0) AS paid_of
  FROM {grid:Identifier} WHERE kind = 'line' ORDER BY step DESC LIMIT 1 BY fact_id`;

/** Each refund: of which product ('' = of the whole order), and how much of the net it takes. */
const CREATE_CHANGES = `CREATE TABLE {changes:Identifier}
  ENGINE = MergeTree ORDER BY (source, order_id) AS
  SELECT c.source AS source, c.order_id AS order_id, greatest(c.known_at, s.first_known) AS at,
    change = 'cancelled' AS cancels, if(p.product = '', '', c.product) AS target,
    change = 'refunded' AND amount IS NULL AND c.product = '' AS complete,
    CAST(ifNull(multiIf(cancels, toDecimal256(0, 8), complete, o.net_of,
      amount IS NOT NULL AND target = '', amount * o.net_of / if(o.paid_of = 0, 1, o.paid_of),
      amount IS NOT NULL, amount * p.net_of / if(p.paid_of = 0, 1, p.paid_of),
      target = '', toDecimal256(0, 8),
      c.quantity IS NULL OR p.units = 0, p.net_of,
      least(p.net_of, p.net_of * c.quantity / p.units)), 0), 'Decimal(76, 8)') AS net_back
  FROM (SELECT toString(source) AS source, order_id, change, known_at, product, quantity,
      toDecimal256(abs(amount), 8) AS amount
    FROM (SELECT * FROM order_changes UNION ALL SELECT * FROM {order_changes:Identifier})
    WHERE (source, order_id) IN (SELECT source, order_id FROM {said:Identifier})) AS c
  INNER JOIN {said:Identifier} AS s ON c.source = s.source AND c.order_id = s.order_id
  INNER JOIN (SELECT source, order_id, sum(net_of) AS net_of, sum(paid_of) AS paid_of
    FROM (${LINES}) GROUP BY source, order_id) AS o ON c.source = o.source AND c.order_id = o.order_id
  LEFT JOIN (SELECT source, order_id, product, sum(net_of) AS net_of, sum(paid_of) AS paid_of,
      sum(units) AS units
    FROM (${LINES}) WHERE product != '' GROUP BY source, order_id, product) AS p
  ON c.source = p.source AND c.order_id = p.order_id AND c.product = p.product`;

/** total x part / whole for one of several parts, so that the parts add up to the total. */
const share = (total: string, part: string, running: string, whole: string): string =>
  `(round(${total} * ${running} / if(${whole} = 0, 1, ${whole}), 4)
    - round(${total} * (${running} - ${part}) / if(${whole} = 0, 1, ${whole}), 4))`;

const NONE = "toDecimal256(0, 8)";

/** What each line has given back at each instant: for its product first, then its part of the rest. */
const CREATE_SHARES = `CREATE TABLE {shares:Identifier}
  ENGINE = MergeTree ORDER BY (fact_id, step) AS
  SELECT source, order_id, fact_id, step, own_back + ${share("least(order_back, open)", "left_over", "open_running", "open")} AS back
  FROM (SELECT *, sum(left_over) OVER (PARTITION BY source, order_id, step) AS open,
      sum(left_over) OVER (PARTITION BY source, order_id, step ORDER BY fact_id ROWS UNBOUNDED PRECEDING)
        AS open_running
    FROM (SELECT *, ${share("least(product_back, product_net)", "net_of", "running", "product_net")}
      AS own_back,
        net_of - ${share("least(product_back_at_last, product_net)", "net_of", "running", "product_net")}
          AS left_over
      FROM (SELECT *, sum(net_of)
        OVER (PARTITION BY source, order_id, step, product) AS product_net,
          sum(net_of)
            OVER (PARTITION BY source, order_id, step, product ORDER BY fact_id ROWS UNBOUNDED PRECEDING) AS running
        FROM (
          SELECT l.source AS source, l.order_id AS order_id, l.fact_id AS fact_id, l.product AS product,
            g.step AS step, any(l.net_of) AS net_of,
            sumIf(c.net_back, c.target != '' AND c.target = l.product AND c.at <= g.step) AS product_back,
            sumIf(c.net_back, c.target != '' AND c.target = l.product) AS product_back_at_last,
            sumIf(c.net_back, c.target = '' AND c.at <= g.step)
              + if(g.step >= ifNull(any(s.record_refund_at), max(c.at)),
                  greatest(toDecimal256(any(s.record_refund), 8) - sum(c.net_back), ${NONE}), ${NONE}) AS order_back
          FROM (${LINES}) AS l
          INNER JOIN (SELECT DISTINCT source, order_id, step FROM {grid:Identifier}) AS g
            ON l.source = g.source AND l.order_id = g.order_id
          INNER JOIN {changes:Identifier} AS c ON l.source = c.source AND l.order_id = c.order_id
          INNER JOIN {said:Identifier} AS s ON l.source = s.source AND l.order_id = s.order_id
          GROUP BY source, order_id, fact_id, product, step))))`;

/** What each order is at each instant. */
const CREATE_STATES = `CREATE TABLE {states:Identifier}
  ENGINE = MergeTree ORDER BY (source, order_id, step) AS
  SELECT source, order_id, step, is_cancelled, is_complete OR net_sum > 0 AND back_sum >= net_sum
    AS is_given_back, back_sum
  FROM (
    SELECT g.source AS source, g.order_id AS order_id, g.step AS step,
      sumIf(CAST(b.back, 'Decimal(38, 4)'), g.kind = 'line') AS back_sum,
      sumIf(greatest(gross - discount, 0), g.kind = 'line') AS net_sum
    FROM {grid:Identifier} AS g
    LEFT JOIN {shares:Identifier} AS b ON g.fact_id = b.fact_id AND g.step = b.step
    GROUP BY source, order_id, step) AS n
  INNER JOIN (
    SELECT g.source AS source, g.order_id AS order_id, g.step AS step,
      max(c.cancels AND c.at <= g.step) AS is_cancelled,
        max(c.complete AND c.at <= g.step) AS is_complete
    FROM (SELECT DISTINCT source, order_id, step FROM {grid:Identifier}) AS g
    INNER JOIN {changes:Identifier} AS c ON g.source = c.source AND g.order_id = c.order_id
    GROUP BY source, order_id, step) AS c USING (source, order_id, step)`;

/** The properties of an order, with what its own record says of its refund. */
const ORDER_PROPS = objectOf(`mapUpdate(
  mapFilter((k, v) -> k NOT IN ('refund_undated', 'said_refunded', 'said_refunded_at'),
    ${bagSql("toJSONString(g.props)")}),
  map('said_refunded', toJSONString(toString(s.record_refund)),
    'said_refunded_at', toJSONString(ifNull(toString(s.record_refund_at), ''))))`);

/** New rows, without those that say the same as the row before. Versions go on after the last. */
const CREATE_NEXT = `CREATE TABLE {next:Identifier} AS {facts:Identifier}
  ENGINE = MergeTree ORDER BY (fact_id, version)`;

const COLUMNS = "placed, kept, quantity, gross, discount, refunded, tax, shipping";

const INSERT_NEXT = `INSERT INTO {next:Identifier}
  SELECT * EXCEPT (step, last, before, n)
    REPLACE (step AS known_at, gross - discount - refunded AS net, toUInt32(last + row_number() OVER
    (PARTITION BY fact_id ORDER BY step)) AS version, {import_id:UInt32} AS import_id)
  FROM (SELECT *, lagInFrame(toString((${COLUMNS})), 1, '')
    OVER (PARTITION BY fact_id ORDER BY step) AS before,
      row_number() OVER (PARTITION BY fact_id ORDER BY step) AS n
    FROM (SELECT g.* REPLACE (
        toUInt8(g.placed AND NOT t.is_cancelled) AS placed,
        toUInt8(g.placed AND NOT t.is_cancelled AND NOT t.is_given_back) AS kept,
        CAST(if(g.kind = 'order', t.back_sum, CAST(b.back, 'Decimal(38, 4)')), 'Decimal(18, 4)') AS refunded,
        if(g.kind = 'order', ${ORDER_PROPS}, toJSONString(g.props)) AS props),
        l.last AS last
      FROM {grid:Identifier} AS g
      INNER JOIN (SELECT source AS t_source, order_id AS t_order, step AS t_step, is_cancelled,
          is_given_back, back_sum FROM {states:Identifier}) AS t
        ON g.source = t_source AND g.order_id = t_order AND g.step = t_step
      INNER JOIN (SELECT source AS s_source, order_id AS s_order, record_refund, record_refund_at
        FROM {said:Identifier}) AS s ON g.source = s_source AND g.order_id = s_order
      LEFT JOIN (SELECT fact_id AS b_fact, step AS b_step, back FROM {shares:Identifier}) AS b
        ON g.fact_id = b_fact AND g.step = b_step
      INNER JOIN (SELECT fact_id AS l_fact, max(version) AS last FROM (
          SELECT fact_id, version FROM facts WHERE ${OF_CHANGED}
          UNION ALL SELECT fact_id, version FROM {facts:Identifier} WHERE ${OF_CHANGED})
        GROUP BY fact_id) AS l ON g.fact_id = l_fact))
  WHERE n = 1 OR before != toString((${COLUMNS}))`;

/** The rows until now are visible as of no instant; of the new ones each gives way to the next. */
const LAND = [
  `INSERT INTO {superseded:Identifier}
   SELECT alias, fact_id, version, known_at, {import_id:UInt32} FROM {chain:Identifier}`,
  `INSERT INTO {superseded:Identifier}
   SELECT * FROM (
     SELECT alias, fact_id, version, leadInFrame(known_at)
       OVER (PARTITION BY fact_id ORDER BY version
       ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING) AS until, {import_id:UInt32}
     FROM {next:Identifier}) WHERE toUnixTimestamp64Milli(until) != 0`,
  "INSERT INTO {facts:Identifier} SELECT * FROM {next:Identifier}",
];

const STATEMENTS = [
  CREATE_CHAIN,
  CREATE_SAID,
  CREATE_GRID,
  CREATE_CHANGES,
  CREATE_SHARES,
  CREATE_STATES,
  CREATE_NEXT,
  INSERT_NEXT,
  ...LAND,
];
