// Whom the browser snippet takes a visitor for, what it may record of them, and how it follows
// them through a shop: identity, consent, pages and product views, in a real browser.
import { afterAll, describe, expect, test } from "vitest";
import type { Message } from "./capture-server.js";
import { clockUntil, openShop, type Shop } from "./shop.js";

const shop: Shop | undefined = await openShop();
const { server, visit } = shop ?? ({} as Shop);

afterAll(() => shop?.close());

const soon = (ms = 700): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const eventsOf = (messages: readonly Message[]): string[] => messages.map((m) => m.event ?? m.type);
const CHANGED = "Segment Consent Preference Updated";
const stored = "[document.cookie, ...Object.keys(localStorage)].join()";
const WWW = "www.shop.test";

describe.skipIf(!shop)("identity", () => {
  test("the id lasts a year, for the whole site and nobody else's pages", async () => {
    const page = await visit("cookie", { host: WWW });
    await page.evaluate("tessera.track('A')");
    const [first] = await server.received("cookie", 1);
    const cookies = await page.context().cookies();
    expect(cookies.map((c) => c.name)).toEqual(["tessera_id"]);
    expect(cookies[0]).toMatchObject({
      ...{ value: first!.anonymousId, domain: ".shop.test", path: "/" },
      ...{ sameSite: "Lax", httpOnly: false },
    });
    const days = (cookies[0]!.expires - Date.now() / 1000) / 86_400;
    expect(days).toBeGreaterThan(364);
    expect(days).toBeLessThan(366);

    const other = await visit("cookie", { host: "blog.shop.test", context: page.context() });
    await other.evaluate("tessera.track('B')");
    const [, second] = await server.received("cookie", 2);
    expect(second!.anonymousId).toBe(first!.anonymousId);
    expect(first!.anonymousId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-/);
    await page.context().close();
  });

  test("cookies are written for this site's own requests, on https for https alone", async () => {
    const page = await visit("secure", {
      before: `const cookie = Object.getOwnPropertyDescriptor(Document.prototype, "cookie");
        window.written = [];
        Object.defineProperty(document, "cookie", {
          get: () => cookie.get.call(document),
          set: (text) => { written.push(text); cookie.set.call(document, text); },
        })`,
    });
    const written = "tessera.track('A'); written.find((text) => text.startsWith('tessera_id='))";
    const attributes = "; Path=/; Max-Age=31536000; SameSite=Lax";
    expect(await page.evaluate(written)).toContain(attributes);
    const [here, there] = [`http://127.0.0.1:${server.port}`, "https://www.shop.test"];
    await page.context().route(`${there}/**`, async (route) => {
      const url = route.request().url().replace(there, here);
      const response = await route.fetch({ url });
      await route.fulfill({ response, body: (await response.text()).replaceAll(here, there) });
    });
    await page.goto(`${there}/secure/home`);
    expect(await page.evaluate(written)).toMatch(
      new RegExp(`${attributes}; Domain=shop.test; Secure$`),
    );
    await page.context().close();
  });

  test("who was identified stays so on later pages, until reset; alias names both ids", async () => {
    const page = await visit("who");
    await page.evaluate("tessera.identify('ümit@1', { city: 'Bursa' })");
    await server.received("who", 1);
    await page.reload();
    await page.evaluate("tessera.track('A'); tessera.alias('u2'); tessera.identify({ vip: true })");
    await page.evaluate("tessera.reset(); tessera.track('B')");
    const [identify, a, alias, traits, b] = await server.received("who", 5);
    expect(a!.userId).toBe("ümit@1");
    expect(a!.anonymousId).toBe(identify!.anonymousId);
    expect(alias).toMatchObject({ type: "alias", userId: "u2", previousId: a!.anonymousId });
    expect(traits).toMatchObject({ userId: "ümit@1", traits: { vip: true } });
    expect(b!.userId).toBeUndefined();
    expect(b!.anonymousId).not.toBe(a!.anonymousId);
    expect(await page.evaluate("tessera.anonymousId()")).toBe(b!.anonymousId);
    await page.context().close();
  });

  test("with serverId the id is the one that the server's cookie gives, from the first call on", async () => {
    const asked: string[] = [];
    let called = (): void => {};
    const aCall = new Promise<void>((resolve) => {
      called = resolve;
    });
    server.onId("server", async (request, response) => {
      asked.push(request.headers.cookie ?? "none");
      await aCall;
      response.writeHead(200, {
        "access-control-allow-origin": request.headers.origin ?? "",
        "access-control-allow-credentials": "true",
        "set-cookie": "tessera_id=from-server; Domain=shop.test; Path=/; Max-Age=34560000",
      });
      response.end(JSON.stringify({ anonymousId: "from-server" }));
    });
    // By a clock that stands the answer is in time, however slow this machine is.
    const options = { serverId: true };
    const page = await visit("server", { host: WWW, options, clockFrom: new Date() });
    await page.evaluate("tessera.track('A')");
    called();
    await page.waitForFunction("tessera.anonymousId() === 'from-server'");
    await clockUntil(page, () => server.messages("server").length >= 1);
    await page.reload();
    await page.evaluate("tessera.track('B')");
    await clockUntil(page, () => server.messages("server").length >= 2);
    const ids = server.messages("server").map(({ anonymousId }) => anonymousId);
    expect(ids).toEqual(["from-server", "from-server"]);
    expect(asked).toEqual(["none", "tessera_id=from-server"]);
    const [cookie] = await page.context().cookies();
    // Not replaced by one of the script's own.
    expect((cookie!.expires - Date.now() / 1000) / 86_400).toBeGreaterThan(390);
    await page.context().close();
  });

  test("a server that does not know visitors' ids leaves the browser its own", async () => {
    const page = await visit("no-id", { options: { serverId: true } });
    await page.evaluate("tessera.track('A')");
    const [message] = await server.received("no-id", 1);
    expect(message!.anonymousId).toBe(await page.evaluate("tessera.anonymousId()"));
    expect(message!.anonymousId).toHaveLength(36);
    await page.context().close();
  });
});

describe.skipIf(!shop)("consent", () => {
  const askFirst = { options: { consent: { analytics: false, marketing: false } } };

  test("before the visitor agrees nothing is stored or sent; then what happened is sent", async () => {
    const page = await visit("ask", askFirst);
    await page.evaluate("tessera.track('A'); tessera.identify('u1'); tessera.track('B')");
    await soon();
    await page.goto("about:blank");
    await page.goto(shop!.addressOf("ask"));
    await page.evaluate(`const given = { n: 1 }; tessera.track("C", given); given.n = 2;
      tessera.identify("u1"); tessera.track("D")`);
    await soon();
    expect(await page.evaluate(stored)).toBe("");
    expect(await page.evaluate("tessera.anonymousId()")).toBeUndefined();
    expect(server.requests("ask")).toHaveLength(0);

    await page.evaluate("tessera.consent({ analytics: true })");
    const messages = await server.received("ask", 4);
    expect(eventsOf(messages)).toEqual(["C", "identify", "D", CHANGED]);
    expect(messages[0]!.properties).toEqual({ n: 1 });
    expect(messages.map((m) => m.userId)).toEqual([undefined, "u1", "u1", "u1"]);
    const preferences = { analytics: true, marketing: false };
    expect(messages[3]!.context.consent).toEqual({ categoryPreferences: preferences });

    // The shop's banner says the same on each page: that is no change.
    await page.reload();
    await page.evaluate("tessera.consent({ analytics: true }); tessera.track('E')");
    expect(eventsOf(await server.received("ask", 5)).slice(4)).toEqual(["E"]);
    await page.evaluate("tessera.consent({ marketing: true })");
    expect(eventsOf(await server.received("ask", 6)).slice(5)).toEqual([CHANGED]);
    await page.context().close();
  });

  test("a refusal drops what waited, and only the choice is kept", async () => {
    const page = await visit("refuse", askFirst);
    await page.evaluate("tessera.track('A'); tessera.consent({ analytics: false })");
    await page.evaluate("tessera.track('B')");
    await page.reload();
    await page.evaluate("tessera.track('C')");
    await soon();
    await page.goto("about:blank");
    await soon(200);
    expect(server.requests("refuse")).toHaveLength(0);
    const cookies = await page.context().cookies();
    expect(cookies.map((c) => c.name)).toEqual(["tessera_consent"]);

    await page.goto(shop!.addressOf("refuse"));
    await page.evaluate("tessera.consent({ analytics: true })");
    expect(eventsOf(await server.received("refuse", 1))).toEqual([CHANGED]);

    const regret = await visit("regret", askFirst);
    await regret.evaluate("tessera.track('A'); tessera.consent({ analytics: false })");
    await regret.evaluate("tessera.consent({ analytics: true })");
    expect(eventsOf(await server.received("regret", 1))).toEqual([CHANGED]);
    await regret.context().close();
    await page.context().close();
  });

  test("a withdrawal is the last that is recorded; what was stored is removed", async () => {
    server.answer("withdraw", {}, { status: 503 });
    const page = await visit("withdraw");
    await page.evaluate("tessera.identify('u1')");
    const [before] = await server.received("withdraw", 1);
    await page.evaluate(
      "tessera.track('A'); tessera.consent({ analytics: false }); tessera.track('B')",
    );
    const names = (await page.context().cookies()).map((c) => c.name);
    expect(names).toEqual(["tessera_consent"]);
    expect(await page.evaluate("Object.keys(localStorage)")).toEqual([]);
    const messages = await server.received("withdraw", 3);
    expect(eventsOf(messages)).toEqual(["identify", "A", CHANGED]);
    expect(messages[2]).toMatchObject({ anonymousId: before!.anonymousId, userId: "u1" });
    expect(messages[2]!.context.consent.categoryPreferences).toEqual({ analytics: false });
    expect(await page.evaluate("Object.keys(localStorage)")).toEqual([]);
    await page.evaluate("tessera.track('C'); tessera.consent({ analytics: false })");
    await soon();
    expect(server.messages("withdraw")).toHaveLength(3);

    // Somebody who agrees again is a new visitor.
    await page.evaluate("tessera.consent({ analytics: true })");
    const [, , , again] = await server.received("withdraw", 4);
    expect(again!.anonymousId).not.toBe(before!.anonymousId);
    expect(again!.userId).toBeUndefined();
    await page.context().close();
  });

  test("Global Privacy Control is a refusal until the visitor chooses here", async () => {
    const before = `Object.defineProperty(Navigator.prototype, "globalPrivacyControl",
      { get: () => true })`;
    const page = await visit("gpc", { before });
    await page.evaluate("tessera.track('A')");
    await soon();
    expect(server.requests("gpc")).toHaveLength(0);
    expect(await page.evaluate(stored)).toBe("");
    await page.evaluate("tessera.consent({ analytics: true })");
    expect(eventsOf(await server.received("gpc", 2))).toEqual(["A", CHANGED]);
    await page.reload();
    await page.evaluate("tessera.track('B')");
    expect(eventsOf(await server.received("gpc", 3)).slice(2)).toEqual(["B"]);
    await page.context().close();
  });
});

describe.skipIf(!shop)("pages and product views", () => {
  test("autoPages counts each page of a single-page app once, with where it came from", async () => {
    const page = await visit("spa", { options: { autoPages: true }, path: "home" });
    const home = page.url();
    await server.received("spa", 1);
    await page.evaluate(`history.pushState({}, "", "shoes"); document.title = "Shoes"`);
    await server.received("spa", 2);
    await page.evaluate(`history.replaceState({ scroll: 9 }, "");
      history.pushState({}, "", "#reviews")`);
    await page.evaluate(`history.replaceState({}, "", "shoes?size=42")`);
    await server.received("spa", 3);
    await page.evaluate("history.go(-2)");
    const messages = await server.received("spa", 4);
    await soon();
    expect(server.messages("spa")).toHaveLength(4);
    expect(messages.map((m) => m.properties.path + m.properties.search)).toEqual([
      ...["/spa/home", "/spa/shoes", "/spa/shoes?size=42", "/spa/home"],
    ]);
    expect(messages[1]!.context.page).toMatchObject({ title: "Shoes", referrer: home });
    expect(messages[0]!.context.page.referrer).toBe("");
    await page.context().close();
  });

  test("without autoPages no page is counted by itself", async () => {
    const page = await visit("quiet");
    await page.evaluate(`history.pushState({}, "", "shoes"); tessera.page("Shoes")`);
    expect((await server.received("quiet", 1))[0]!.name).toBe("Shoes");
    await soon();
    expect(server.messages("quiet")).toHaveLength(1);
    await page.context().close();
  });

  test("a product view tells once how far and how long it was looked at", async () => {
    const page = await visit("view", { clockFrom: new Date("2027-03-01T12:00:00Z") });
    const hide = (state: string): Promise<unknown> =>
      page.evaluate(`Object.defineProperty(document, "visibilityState",
        { value: "${state}", configurable: true });
        document.dispatchEvent(new Event("visibilitychange"))`);
    await page.setViewportSize({ width: 800, height: 1_000 });
    await page.evaluate("tessera.productViewed({ product_id: 'p1', sku: 's1', price: 5 })");
    await page.clock.runFor(4_000);
    await page.evaluate(`new Promise((done) => {
      addEventListener("scroll", done, { once: true });
      scrollTo(0, 3200);
    }).then(() => undefined)`);
    await page.evaluate("scrollTo(0, 0)");
    await hide("hidden");
    await page.clock.runFor(60_000);
    await hide("visible");
    // The visitor's clock is set: not a moment of looking.
    await page.clock.setSystemTime(new Date("2027-03-02T12:00:00Z"));
    await page.clock.runFor(2_500);
    await page.evaluate("tessera.productViewed({ product_id: 'p2' })");
    await page.clock.runFor(1_000);
    await page.goto("about:blank");
    await page.goto(shop!.addressOf("view"));

    const messages = await server.received("view", 4);
    await soon();
    const ended = server.messages("view").filter((m) => m.event === "Product View Ended");
    expect(ended).toHaveLength(2);
    const ends = ended.map(({ properties }) => properties);
    expect(ends).toEqual([
      { product_id: "p1", sku: "s1", depth: 42, dwell_ms: 6_500 },
      { product_id: "p2", depth: 10, dwell_ms: 1_000 },
    ]);
    const viewed = messages.find((m) => m.event === "Product Viewed");
    expect(viewed!.properties).toEqual({ product_id: "p1", sku: "s1", price: 5 });
    await page.context().close();
  });

  test("a product view ends when a single-page app shows another page", async () => {
    const page = await visit("spa-view", { options: { autoPages: true } });
    await page.evaluate(`tessera.productViewed({ product_id: "p1" });
      history.pushState({}, "", "p2"); tessera.productViewed({ product_id: "p2" });
      history.pushState({}, "", "cart")`);
    const messages = await server.received("spa-view", 7);
    const of = (event: string): string[] =>
      messages.filter((m) => m.event === event).map((m) => m.properties.product_id);
    expect(of("Product Viewed")).toEqual(["p1", "p2"]);
    expect(of("Product View Ended")).toEqual(["p1", "p2"]);
    expect(messages[2]!.context.page.path).toBe("/spa-view/home");
    await page.context().close();
  });
});
