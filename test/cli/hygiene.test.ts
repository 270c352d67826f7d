/** `tessera hygiene` and what an import says, as a person meets them. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { answerSchemas } from "../../src/cli/schemas.js";
import { GROUP_KEYS } from "../../src/collect/hygiene/group.js";
import { removeFolder, temporaryFolder, tessera } from "./run-command.js";

const MAPPING = `source: webshop
currency: EUR
columns: {order: order, time: time, customer: mail, product: sku, quantity: n, price: price}
customer: {kind: email}
`;
const ORDERS = `order,time,mail,sku,n,price
1,2026-01-05,ann@mail.example,MUG,2,4.50
2,2026-01-06,tom@ourshop.example,MUG,1,4.50
3,2026-01-07,x1@marketplace.amazon.de,TEA,1,10
4,2026-01-08,ann@mail.example,TEA,two,10
5,2026-13-08,ann@mail.example,TEA,1,10
6,2026-01-08,ann@mail.example,TEA,many,10
`;

let cwd: string;
beforeAll(async () => {
  cwd = temporaryFolder();
  writeFileSync(join(cwd, "orders.csv"), ORDERS);
  writeFileSync(join(cwd, "orders.yaml"), MAPPING);
});
afterAll(() => removeFolder(cwd));

const run = (...args: readonly string[]) => tessera([...args, "--data", "shop"], { cwd });
const importOrders = () => run("import", "orders.csv", "--map", "orders.yaml");
const yaml = () => join(cwd, "shop", "hygiene.yaml");

async function leftOut(): Promise<number> {
  const { stdout } = await run("count", "left_out", "--json");
  return answerSchemas.count.parse(JSON.parse(stdout)).count;
}

test("an import says what came in, what was left out and why, and what the store lacks", async () => {
  const { stdout, stderr, code } = await importOrders();
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  for (const sentence of [
    "orders.csv: 6 rows of orders",
    "Added 3 orders and 3 lines, dated 2026-01-05 00:00 UTC to 2026-01-07 00:00 UTC.",
    "3 people in the file.",
    "Net revenue 23.50 EUR.",
    "Left out: 3 of 6 rows\n    2  n: not a number of at most 1000000000\n    1  time: not a time",
    "Each row with its reason: shop/rejects/1.ndjson",
    "1 person was marked as no audience; tessera hygiene says who and why.",
    "30 ready segments wait for facts that this store lacks:",
    `11 with the shop's website (visits, carts, checkouts, ...): "Left a checkout", "Left a cart", `,
    "8 with a file of products (categories, costs, changes of price, ...): ",
  ]) {
    expect(stdout).toContain(sentence);
  }
  expect(await leftOut()).toBe(1);
});

test("the report names who is left out; it changes nothing", async () => {
  const { stdout, code } = await run("hygiene", "--json");
  expect(code).toBe(0);
  const { groups, applied, proposal, ...all } = answerSchemas.hygiene
    .strict()
    .parse(JSON.parse(stdout));
  expect(all).toMatchObject({ people: 3, lines: 3, revenue: 23.5 });
  expect({ applied, proposal }).toEqual({ applied: null, proposal: null });
  expect(groups.map(({ key }) => key)).toEqual(GROUP_KEYS);
  expect(groups.find(({ key }) => key === "relays")).toMatchObject({
    ...{ found: 1, people: 1, lines: 1, revenue: 10, effect: "left out" },
    examples: [
      { member: "email:x1@marketplace.amazon.de", reason: "an address of Amazon Marketplace" },
    ],
  });
  const text = (await run("hygiene")).stdout;
  expect(text).toMatch(
    /Marketplace and relay addresses +1 person +33\.3 % +33\.3 % +42\.6 % +left out/,
  );
  expect(text).toContain("Nothing found: Business buyers, Staff, Resellers, ");
});

test("a proposal counts only where a # is taken away, and --apply or an import respects it", async () => {
  const first = await run("hygiene", "--propose");
  expect(first.stdout).toContain("Written: shop/hygiene.yaml.");
  await run("hygiene", "--apply");
  expect(await leftOut()).toBe(1);
  const edited = readFileSync(yaml(), "utf8").replace('# - "email:x1@', '- "email:x1@');
  writeFileSync(
    yaml(),
    `${edited}\nstaff: {domains: [OurShop.example]}\nresellers: {confirm: [ann@mail.example]}\n`,
  );
  expect((await run("hygiene", "--apply")).stdout).toContain(
    "Applied: 2 marked anew, 1 no longer.",
  );
  expect((await run("count", "person.hygiene = 'staff'", "--json")).stdout).toContain('"count": 1');
  expect(await leftOut()).toBe(2);
  writeFileSync(yaml(), "relays: off\n");
  await importOrders();
  expect(await leftOut()).toBe(0);
});

test("a file that is there is not written over", async () => {
  const { stdout } = await run("hygiene", "--propose", "--json");
  expect(JSON.parse(stdout)).toMatchObject({ proposal: "shop/hygiene.proposed.yaml" });
  expect(readFileSync(yaml(), "utf8")).toBe("relays: off\n");
  expect(existsSync(join(cwd, "shop", "hygiene.proposed.yaml"))).toBe(true);
});

test("faults of the file are named, and an import does not begin", async () => {
  writeFileSync(yaml(), "relay: off\nkiosks: {confirm: [d1]}\n");
  for (const { code, stderr } of [await importOrders(), await run("hygiene")]) {
    expect(code).toBe(1);
    expect(stderr).toContain(
      "hygiene.yaml: kiosks.confirm: nothing would follow; this group has release and off; " +
        'relay: no such key; did you mean "relays"?',
    );
  }
  expect((await run("hygiene", "--apply", "--as-of", "2026-01-01")).stderr).toContain(
    "cannot be used with",
  );
});

test("docs/hygiene.md has a row for each group, and its examples are valid", async () => {
  const page = readFileSync(new URL("../../docs/hygiene.md", import.meta.url), "utf8");
  const rows = [...page.matchAll(/^\| `(\w+)` \|/gm)].map(([, key]) => key);
  expect(rows).toEqual(GROUP_KEYS);
  const [, example = ""] = /```yaml\n([\s\S]*?)```/.exec(page) ?? [];
  writeFileSync(yaml(), example);
  expect(await run("hygiene")).toMatchObject({ code: 0, stderr: "" });
  const [, condition = ""] = /```\n(.*person\.hygiene.*)\n```/.exec(page) ?? [];
  expect(await run("count", condition)).toMatchObject({ code: 0, stderr: "" });
});
