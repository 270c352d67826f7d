/**
 * People who are kept as facts but are no audience: business buyers, staff, resellers, addresses
 * of marketplaces and relays. Evidence on paper (a trait, an address) counts by itself; what only
 * a habit of buying suggests is shown for a person to confirm. The habit of business buyers is the
 * playbook's own rule, which segments follow as of any instant.
 */

import type { Group } from "./group.js";
import { CONTACTS, SOLD, TAGS, trait, trueTrait, visibleFacts } from "./visible-sql.js";

const BUSINESS_TAGS = ["b2b", "business", "company", "corporate", "distributor", "trade"];
const RESELLER_TAGS = ["reseller", "wholesale", "wholesaler", "dealer"];
const STAFF_TAGS = ["staff", "employee", "employees", "personnel", "team member"];

/** As `business_buyer` of the playbook: units a line above the store's P99.5, and at least so many. */
export const WHOLESALE_UNITS = 50;
export const WHOLESALE_PERCENT = 99.5;

/** One product, so many units at once and at a discount, on so many days. */
export const RESALE_UNITS = 10;
export const RESALE_DAYS = 3;

const words = (list: readonly string[]): string => `[${list.map((w) => `'${w}'`).join(", ")}]`;
const lastKnown = (value: string, name: string): string =>
  `argMax(${value}, (ts, fact_id)) AS ${name}`;

const PAPERS = `SELECT person, '' AS member, concat(company, ': ', arrayStringConcat(marks, ', ')) AS reason
  FROM (
    SELECT person, company, arrayConcat(if(exempt, ['tax exempt'], []),
      if(match(ifNull(terms, ''), '(?i)^net\\\\b'), [concat('pays ', assumeNotNull(terms))], []),
      arrayMap(tag -> concat('tagged ', tag), arrayIntersect(tags, ${words([...BUSINESS_TAGS, ...RESELLER_TAGS])}))) AS marks
    FROM (
      SELECT person, assumeNotNull(argMax(company, (ts, fact_id))) AS company,
        argMaxIf(exempt, (ts, fact_id), told_exempt) AS exempt, ${lastKnown("terms", "terms")},
        argMaxIf(tags, (ts, fact_id), told_tags) AS tags
      FROM (${visibleFacts(
        `ts, fact_id, ${trait("company")} AS company, ${trueTrait("tax_exempt")} AS exempt,
        dynamicType(props.tax_exempt) != 'None' AS told_exempt, ${trait("payment_terms")} AS terms,
        ${TAGS} AS tags, dynamicType(props.tags) != 'None' AS told_tags`,
        "kind = 'identified' AND alias != 0",
      )}) WHERE company IS NOT NULL OR told_exempt OR terms IS NOT NULL OR told_tags
      GROUP BY person HAVING countIf(company IS NOT NULL) > 0))
  WHERE notEmpty(marks)`;

const LARGE_LINES = `SELECT person, '' AS member,
    concat(toString(round(units, 1)), ' units a line') AS reason
  FROM (SELECT person, units, quantileExactInclusive(${WHOLESALE_PERCENT / 100})(units) OVER () AS limit
    FROM (SELECT person, toFloat64(sum(quantity)) / count() AS units
      FROM (${visibleFacts("quantity", "kind = 'line' AND kept = 1 AND alias != 0")})
      GROUP BY person HAVING isNotNull(units)))
  WHERE units > limit AND units >= ${WHOLESALE_UNITS}`;

const taggedAs = (tags: readonly string[]): string => `
  SELECT person, '' AS member, concat('tagged ', arrayJoin(arrayIntersect(tags, ${words(tags)}))) AS reason
  FROM (SELECT person, argMax(tags, (ts, fact_id)) AS tags
    FROM (${visibleFacts(
      `ts, fact_id, ${TAGS} AS tags`,
      "kind = 'identified' AND alias != 0 AND dynamicType(props.tags) != 'None'",
    )}) GROUP BY person)`;

const STAFF = `${taggedAs(STAFF_TAGS)}
  UNION ALL
  SELECT person, '' AS member, concat('address at ', splitByChar('@', value)[-1]) AS reason
  FROM (${CONTACTS}) WHERE kind = 'email' AND splitByChar('@', value)[-1] IN {domains:Array(String)}`;

const RESALE = `SELECT person, '' AS member,
    concat(toString(toUInt32(units)), ' of ', product, ' at a discount on ', toString(days), ' days') AS reason
  FROM (SELECT person, product, uniqExact(toDate(ts, {zone:String})) AS days, sum(quantity) AS units
    FROM (${visibleFacts(
      "ts, product, quantity",
      `${SOLD} AND kind = 'line' AND alias != 0 AND quantity >= ${RESALE_UNITS} AND discount > 0 AND product != ''`,
    )}) GROUP BY person, product)
  WHERE days >= ${RESALE_DAYS}`;

/** Services that hide or replace a buyer's address, as they write it. */
export const RELAYS: readonly (readonly [service: string, pattern: string])[] = [
  ["Amazon Marketplace", "@marketplace[.]amazon([.][a-z]+)+$"],
  ["eBay", "@members[.]ebay([.][a-z]+)+$"],
  ["Walmart Marketplace", "@relay[.]walmart[.]com$"],
  ["Apple private relay", "@privaterelay[.]appleid[.]com$"],
  ["DuckDuckGo", "@duck[.]com$"],
  ["Firefox Relay", "@(mozmail[.]com|relay[.]firefox[.]com)$"],
  ["SimpleLogin", "@([a-z]+[.])?(simplelogin[.](com|co|fr|io)|aleeas[.]com|slmail[.]me)$"],
  ["addy.io", "@([a-z0-9-]+[.])?(anonaddy[.](com|me)|addy[.]io|addymail[.]com)$"],
  ["Proton Pass", "@(passmail|passinbox|passfwd)[.](com|net)$"],
];

const RELAYED = `SELECT person, '' AS member, concat('an address of ', service) AS reason
  FROM (SELECT person, multiIf(${RELAYS.map(
    ([service, pattern]) => `match(value, '${pattern}'), '${service}'`,
  ).join(", ")}, '') AS service FROM (${CONTACTS}) WHERE kind = 'email')
  WHERE service != ''`;

export const LEFT_OUT: readonly Group[] = [
  {
    key: "business",
    title: "Business buyers",
    rule: `a company with tax exemption, net payment terms or a business tag; or more units a line than ${WHOLESALE_PERCENT} % of buyers, and at least ${WHOLESALE_UNITS}`,
    unit: "person",
    noun: ["person", "people"],
    found: `${PAPERS} UNION ALL ${LARGE_LINES}`,
    certain: PAPERS,
    effect: "left out",
  },
  {
    key: "staff",
    title: "Staff",
    rule: "tagged as staff, or an e-mail address at one of the store's own domains",
    unit: "person",
    noun: ["person", "people"],
    found: STAFF,
    certain: STAFF,
    effect: "left out",
  },
  {
    key: "resellers",
    title: "Resellers",
    rule: `${RESALE_UNITS} or more units of one product at a discount in a line, on ${RESALE_DAYS} days or more; or tagged as one without being a company`,
    unit: "person",
    noun: ["person", "people"],
    found: `${RESALE} UNION ALL ${taggedAs(RESELLER_TAGS)}`,
    effect: "left out once confirmed",
  },
  {
    key: "relays",
    title: "Marketplace and relay addresses",
    rule: "an e-mail address that a marketplace or a relay service made up for the buyer",
    unit: "person",
    noun: ["person", "people"],
    found: RELAYED,
    certain: RELAYED,
    effect: "left out",
  },
];
