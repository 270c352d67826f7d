// How the browser snippet brings its messages to the server, in a real browser: each once, whatever
// the server, the network, the tab and the clock do meanwhile.
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Message } from "./capture-server.js";
import { clockUntil, openShop, type Shop } from "./shop.js";

const shop: Shop | undefined = await openShop();
const { server, visit } = shop ?? ({} as Shop);

afterAll(() => shop?.close());

const eventsOf = (messages: readonly Message[]): string[] =>
  messages.map((m) => m.event ?? m.type).sort();
const idsOf = (messages: readonly Message[]): string[] => messages.map((m) => m.messageId);
const soon = (ms = 500): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const waiting = "Object.keys(localStorage).filter((key) => key.startsWith('tessera:')).length";
const NOON = new Date("2027-03-01T12:00:00Z");

const requested = (writeKey: string, count: number) => (): boolean =>
  server.requests(writeKey).length >= count;
const delivered = (writeKey: string, count: number) => (): boolean =>
  server.messages(writeKey).length >= count;
const waits = (page: Page, writeKey: string): Promise<number> =>
  page.evaluate(`localStorage['tessera-wait:${writeKey}'] - Date.now()`);
const hasToWait = (page: Page, writeKey: string): Promise<unknown> =>
  page.waitForFunction(`localStorage['tessera-wait:${writeKey}'] > Date.now()`);

describe.skipIf(!shop)("delivery", () => {
  let preflights = 0;
  beforeAll(() => {
    preflights = server.preflights;
  });

  test("calls before the script has loaded arrive in Segment's form, in one simple request", async () => {
    const page = await visit("form", {
      host: "www.shop.test",
      path: "shoes?utm_campaign=spring&utm_source=mail#top",
      before: `addEventListener("DOMContentLoaded", () => {
        tessera.page("Shoes");
        tessera.track("Signed Up", { plan: "café" });
        tessera.identify("u1", { email: "a@shop.test" });
        tessera.orderCompleted({ order_id: "o1", products: [{ product_id: "p1" }] });
        tessera.productAddedToWishlist({ product_id: "p2" });
      })`,
    });
    const messages = await server.received("form", 5);
    expect(messages.map((m) => [m.type, m.event])).toEqual([
      ["page", undefined],
      ["track", "Signed Up"],
      ["identify", undefined],
      ["track", "Order Completed"],
      ["track", "Product Added to Wishlist"],
    ]);
    const requests = server.requests("form");
    expect(requests).toHaveLength(1);
    expect(requests[0]!.headers["content-type"]).toBe("text/plain");
    expect(requests[0]!.headers.cookie).toBeUndefined();
    expect(server.preflights).toBe(preflights);

    const url = page.url().replace("#top", "");
    const [seen, signedUp, identified, ordered] = messages;
    expect(seen!.properties).toMatchObject({ name: "Shoes", title: "A shop", url });
    expect(signedUp!.properties).toEqual({ plan: "café" });
    expect(signedUp!.userId).toBeUndefined();
    expect(signedUp!.context).toMatchObject({
      page: { path: "/form/shoes", search: "?utm_campaign=spring&utm_source=mail", url },
      campaign: { name: "spring", source: "mail" },
      library: { name: "tessera.js" },
      userAgent: expect.stringContaining("Chrome"),
      consent: { categoryPreferences: { analytics: true } },
    });
    expect(identified).toMatchObject({ userId: "u1", traits: { email: "a@shop.test" } });
    expect(ordered).toMatchObject({ userId: "u1", properties: { order_id: "o1" } });
    expect(new Set(messages.map((m) => m.anonymousId)).size).toBe(1);
    expect(new Set(idsOf(messages)).size).toBe(5);
    expect(Math.abs(Date.parse(signedUp!.timestamp) - Date.now())).toBeLessThan(60_000);
    await page.context().close();
  });

  test("a failing server gets the same message again, later each time, until it answers", async () => {
    server.answer("failing", { status: 500 }, { status: 503 });
    const page = await visit("failing", { clockFrom: NOON, before: "Math.random = () => 0" });
    await page.evaluate("tessera.track('A')");
    await clockUntil(page, requested("failing", 1));
    await hasToWait(page, "failing");
    expect(await waits(page, "failing")).toBe(500);
    await clockUntil(page, requested("failing", 2));
    await hasToWait(page, "failing");
    expect(await waits(page, "failing")).toBe(1_000);
    await clockUntil(page, delivered("failing", 1));
    await page.waitForFunction(`${waiting} === 0`);
    await page.clock.fastForward(600_000);
    await soon();
    const requests = server.requests("failing");
    expect(requests.map((r) => r.status)).toEqual([500, 503, 200]);
    expect(new Set(requests.flatMap((r) => idsOf(r.batch))).size).toBe(1);
    expect(new Set(requests.map((r) => r.sentAt)).size).toBe(3);
    await page.context().close();
  });

  test("Retry-After is kept by every tab and by the next page", async () => {
    server.answer("later", { status: 429, headers: { "retry-after": "120" } });
    const page = await visit("later", { clockFrom: NOON });
    await page.evaluate("tessera.track('A')");
    await clockUntil(page, requested("later", 1));
    await hasToWait(page, "later");
    const second = await visit("later", { context: page.context() });
    await page.reload();
    await second.evaluate("tessera.track('B')");
    await page.clock.fastForward(110_000);
    await soon();
    expect(server.requests("later")).toHaveLength(1);
    await clockUntil(page, delivered("later", 2), { stepMs: 2_000 });
    expect(eventsOf(server.messages("later"))).toEqual(["A", "B"]);
    await page.context().close();
  });

  test("a server that never answers is given up after ten seconds and asked again", async () => {
    server.answer("hanging", { hang: true });
    const page = await visit("hanging", { clockFrom: NOON });
    await page.evaluate("tessera.track('A')");
    await clockUntil(page, requested("hanging", 1));
    await page.clock.fastForward(9_000);
    await soon();
    expect(await page.evaluate("localStorage['tessera-wait:hanging']")).toBeUndefined();
    await page.clock.fastForward(1_000);
    await hasToWait(page, "hanging");
    await clockUntil(page, delivered("hanging", 1));
    await page.context().close();
  });

  test("what happens offline arrives once when the browser is online, with its own times", async () => {
    const page = await visit("offline", { clockFrom: NOON });
    let failed = 0;
    page.on("requestfailed", () => {
      failed += 1;
    });
    await page.context().setOffline(true);
    await page.evaluate("tessera.track('A')");
    await page.clock.fastForward(3_600_000);
    await soon();
    expect(failed).toBe(0);
    await page.context().setOffline(false);
    const onlineAt = NOON.getTime() + 3_600_000;
    await clockUntil(page, delivered("offline", 1));
    const [message] = server.messages("offline");
    const [request] = server.requests("offline");
    // Both by the browser's clock, so that a server that knows the hour can correct either.
    expect(message!.timestamp).toBe(NOON.toISOString());
    expect(Date.parse(request!.sentAt)).toBeGreaterThan(onlineAt);
    expect(Date.parse(request!.sentAt)).toBeLessThanOrEqual(
      Number(await page.evaluate("Date.now()")),
    );
    expect(server.requests("offline")).toHaveLength(1);
    await page.context().close();
  });

  test("a wait that was written under another clock is not kept", async () => {
    const page = await visit("clock");
    await page.evaluate("localStorage['tessera-wait:clock'] = Date.now() + 86_400_000");
    await page.evaluate("tessera.track('A')");
    await server.received("clock", 1);
    await page.context().close();
  });

  test("what waits when the page is left goes out with it", async () => {
    const page = await visit("leaving", { clockFrom: NOON });
    await page.evaluate("tessera.track('A')");
    expect(server.requests("leaving")).toHaveLength(0);
    await page.goto("about:blank");
    expect(eventsOf(await server.received("leaving", 1))).toEqual(["A"]);
    await page.context().close();
  });

  test("a browser without keepalive sends a beacon, and again with the next page", async () => {
    const page = await visit("beacon", {
      clockFrom: NOON,
      before: "delete Request.prototype.keepalive",
    });
    await page.evaluate("tessera.track('A')");
    await page.goto("about:blank");
    await server.received("beacon", 1);
    await page.goto(shop!.addressOf("beacon"));
    await clockUntil(page, async () => (await page.evaluate(waiting)) === 0);
    expect(new Set(idsOf(server.messages("beacon"))).size).toBe(1);
    const sentAt = server.requests("beacon").map((request) => request.sentAt);
    expect(sentAt[0]).toBe(NOON.toISOString());
    expect(Date.parse(sentAt.at(-1)!)).toBeGreaterThan(NOON.getTime());
    await page.context().close();
  });

  test("a request that has no answer yet outlives its page, and is not lost with it", async () => {
    server.answer("between", { delayMs: 700, status: 500 });
    const page = await visit("between");
    await page.evaluate("tessera.track('A')");
    await server.asked("between", 1);
    await page.goto("about:blank");
    await page.goto(shop!.addressOf("between"));
    await server.received("between", 1);
    const [first, again] = server.requests("between");
    expect(idsOf(again!.batch)).toEqual(idsOf(first!.batch));
    await page.context().close();
  });

  test("more than outlives a page goes with the next one", async () => {
    const page = await visit("much", { clockFrom: NOON });
    await page.evaluate(`for (let n = 0; n < 100; n++)
      tessera.track("E" + n, { text: "é".repeat(500) })`);
    await page.goto("about:blank");
    await server.received("much", 10);
    await soon();
    const outlived = server.requests("much").reduce((bytes, r) => bytes + r.bytes, 0);
    expect(outlived).toBeLessThan(65_536);
    expect(new Set(idsOf(server.messages("much"))).size).toBeLessThan(100);
    await page.goto(shop!.addressOf("much"));
    await clockUntil(page, async () => (await page.evaluate(waiting)) === 0);
    expect(new Set(server.messages("much").map((m) => m.event)).size).toBe(100);
    await page.context().close();
  });

  test("two tabs that share a queue send each message once", async () => {
    server.answer("tabs", ...Array.from({ length: 6 }, () => ({ delayMs: 300 })));
    const first = await visit("tabs");
    const second = await visit("tabs", { context: first.context() });
    await first.context().setOffline(true);
    await first.evaluate("for (const e of ['A', 'B', 'C']) tessera.track(e)");
    await second.evaluate("for (const e of ['D', 'E', 'F']) tessera.track(e)");
    await first.context().setOffline(false);
    await server.received("tabs", 6);
    await soon(1_000);
    expect(eventsOf(server.messages("tabs"))).toEqual(["A", "B", "C", "D", "E", "F"]);
    expect(await first.evaluate(waiting)).toBe(0);
    await first.context().close();
  });

  test("two tabs without Web Locks send each message once", async () => {
    const host = "www.shop.test";
    server.answer("plain", ...Array.from({ length: 6 }, () => ({ delayMs: 300 })));
    const first = await visit("plain", { host });
    const second = await visit("plain", { host, context: first.context() });
    expect(await first.evaluate("navigator.locks === undefined")).toBe(true);
    await first.evaluate("for (const e of ['A', 'B', 'C']) tessera.track(e)");
    await second.evaluate("for (const e of ['D', 'E', 'F']) tessera.track(e)");
    await server.received("plain", 6);
    await soon(1_000);
    expect(eventsOf(server.messages("plain"))).toEqual(["A", "B", "C", "D", "E", "F"]);
    await first.context().close();
  });

  test("what a closed tab left behind is sent by the next page after a minute, without locks too", async () => {
    const host = "www.shop.test";
    // A tab that is killed has no last word.
    const before = `for (const event of ["pagehide", "visibilitychange"])
      addEventListener(event, (e) => e.stopImmediatePropagation(), true)`;
    const page = await visit("left", { host, before, clockFrom: NOON });
    await page.evaluate("tessera.track('A')");
    await page.goto("about:blank");
    await page.goto(shop!.addressOf("left", "home", host));
    // Another tab may still be sending it.
    await page.clock.fastForward(30_000);
    await soon();
    expect(server.requests("left")).toHaveLength(0);
    await page.clock.fastForward(31_000);
    await page.evaluate("tessera.track('B')");
    await clockUntil(page, delivered("left", 2));
    expect(eventsOf(server.messages("left"))).toEqual(["A", "B"]);
    await page.context().close();
  });

  test("a page whose storage is refused sends all the same", async () => {
    const page = await visit("refused", {
      headers: { "content-security-policy": "sandbox allow-scripts" },
    });
    expect(await page.evaluate("try { localStorage; 1 } catch (e) { e.name }")).toBe(
      "SecurityError",
    );
    server.answer("refused", { status: 500 });
    await page.evaluate("tessera.track('A'); tessera.identify('u1'); tessera.track('B')");
    const messages = await server.received("refused", 3);
    expect(new Set(messages.map((m) => m.anonymousId)).size).toBe(1);
    expect(messages[2]!.userId).toBe("u1");
    await page.context().close();
  });

  test("the queue is bounded, and says what it drops", async () => {
    const page = await visit("bounded");
    const said: string[] = [];
    page.on("console", (line) => said.push(line.text()));
    await page.context().setOffline(true);
    await page.evaluate("for (let n = 0; n < 510; n++) tessera.track('E' + n)");
    expect(await page.evaluate(waiting)).toBe(500);
    await page.context().setOffline(false);
    await server.received("bounded", 500);
    await soon();
    const events = server.messages("bounded").map((m) => m.event);
    expect([events[0], events.at(-1), events.length]).toEqual(["E10", "E509", 500]);
    expect(said.filter((text) => text.includes("queue full"))).toHaveLength(10);
    await page.context().close();
  });

  test("a refused key stops the message and says so; a batch too large is halved", async () => {
    server.answer("refusing", { status: 401 });
    const page = await visit("refusing");
    const said: string[] = [];
    page.on("console", (line) => said.push(line.text()));
    await page.evaluate("tessera.track('A')");
    await server.asked("refusing", 1);
    await page.waitForFunction(`${waiting} === 0`);
    expect(said.filter((text) => text.startsWith("tessera:"))).toHaveLength(1);

    server.answer("refusing", { status: 413 });
    await page.evaluate("for (let n = 0; n < 20; n++) tessera.track('E' + n)");
    await server.received("refusing", 20);
    expect(server.messages("refusing").map((m) => m.event)).toEqual(
      Array.from({ length: 20 }, (_, n) => `E${n}`),
    );
    expect(server.requests("refusing").length).toBeGreaterThanOrEqual(4);
    await page.context().close();
  });

  test("what cannot be sent is told on the console and stops no page", async () => {
    const page = await visit("circular");
    const said: string[] = [];
    page.on("console", (line) => said.push(line.text()));
    const going = "const o = {}; o.o = o; tessera.track('A', o); tessera.track('B'); 'went on'";
    expect(
      await page.evaluate(`(() => { ${going.replace("'went on'", "return 'went on'")} })()`),
    ).toBe("went on");
    expect(eventsOf(await server.received("circular", 1))).toEqual(["B"]);
    expect(said[0]).toContain("tessera.track");
    await page.context().close();
  });
});
