import { describe, expect, it } from "vitest";
import { sentBy } from "./message-sender.js";

const own = sentBy([
  { kind: "user_id", value: "ann" },
  { kind: "anonymous_id", value: "d-1" },
  { kind: "email", value: "ann@mail.example" },
  { kind: "order", value: "#1001" },
]);
const message = (more: object) => JSON.stringify({ type: "track", event: "Cart Shared", ...more });
const recipient = { properties: { recipient: "ann@mail.example" } };

describe("a message", () => {
  it("is whose account sent it, whomever else it names, and on whichever device", () => {
    expect(own(message({ userId: "ann", ...recipient }))).toBe(true);
    expect(own(message({ userId: "zed", ...recipient }))).toBe(false);
    expect(own(message({ userId: "zed", anonymousId: "d-1" }))).toBe(false);
    expect(own(message({ anonymousId: "d-1" }))).toBe(true);
    expect(own(message({ anonymousId: "d-2", ...recipient }))).toBe(false);
    expect(own(message({ userId: null, anonymousId: "d-1" }))).toBe(true);
  });

  it("without a sender is about whom it names", () => {
    expect(own(message({ traits: { email: "ann@mail.example" } }))).toBe(true);
  });

  it("that was cut off is told by what is left of it", () => {
    expect(own(message({ userId: "zed", ...recipient }).slice(0, -5))).toBe(false);
    expect(own(message({ userId: "ann", ...recipient }).slice(0, -5))).toBe(true);
  });

  it("of a shop is the customer's", () => {
    const webhook = (payload: object) => JSON.stringify({ topic: "orders/create", payload });
    expect(own(webhook({ name: "#1001", email: null }))).toBe(true);
    expect(own(webhook({ name: "#7", customer: { email: "ann@mail.example" } }))).toBe(true);
    expect(own(webhook({ name: "#7", email: "zed@mail.example", note: "ann@mail.example" }))).toBe(
      false,
    );
  });
});
