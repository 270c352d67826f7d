/**
 * Requests as nobody should send them, for fast-check: any method on any path, keys of every kind and
 * none, bodies that are hostile JSON, packed wrongly, cut, huge, or no JSON at all.
 */

import { createHmac } from "node:crypto";
import { deflateSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import { hostileTexts } from "../hostile-texts.js";

export interface WildRequest {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** Texts that stand for keys, by what they are. */
export interface KeyTexts {
  readonly write: string;
  readonly secret: string;
  readonly revoked: string;
  readonly shopify: string;
}

export const INTAKE_PATHS = [
  ...["track", "identify", "page", "screen", "group", "alias", "batch", "import"],
  ...["t", "i", "p", "s", "g", "a", "b", "m"],
].map((name) => `/v1/${name}`);

const PATHS = [
  ...INTAKE_PATHS,
  ...["/beacon/v1/batch", "/v1/projects/KEY/settings", "/sourceConfig/", "/sourceConfig"],
  ...["/v1/id", "/tessera.js", "/health", "/metrics", "/webhooks/shopify"],
  ...["/v1/people/u1", "/v1/people/u1/export", "/v1/people/nobody?reason=asked", "/v1/people/"],
  ...[
    "/v1/people/%27%20OR%201%3D1/export",
    "/v1/people/%00?reason=asked",
    "/v1/people/email:/export",
  ],
  ...["/", "/v1", "/v1/track/", "//v1//track"],
  ...["/v1/../server.json", "/%2e%2e/ledger.db", "/v1/%00", "/v1/projects/%2e%2e/settings"],
  ...[
    "/v1/projects/%F0%9F/settings",
    "/__proto__",
    "/v1/TRACK",
    "/v1/track;x",
    "/v1/track%0d%0aX:1",
  ],
];

const METHODS = ["POST", "POST", "POST", "GET", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD"];

const keyText = (keys: KeyTexts) =>
  fc.oneof(
    { weight: 4, arbitrary: fc.constant(keys.write) },
    fc.constantFrom(
      keys.secret,
      keys.revoked,
      keys.write.slice(0, -1),
      `${keys.write}x`,
      "",
      "tw_",
    ),
    fc.string({ maxLength: 60 }),
  );

const headerSafe = (text: string): string => text.replaceAll(/[^\x20-\x7e]/g, "?");
const basic = (text: string): string => `Basic ${Buffer.from(text).toString("base64")}`;

const authorization = (keys: KeyTexts) =>
  fc.oneof(
    { weight: 4, arbitrary: keyText(keys).map((key) => basic(`${key}:`)) },
    keyText(keys).map((key) => `Bearer ${key}`),
    keyText(keys).map((key) => basic(`user:${key}`)),
    fc.constantFrom("", "Basic", "Basic ====", "Bearer", `Basic ${"A".repeat(5000)}`),
  );

const wildHeaders = fc.record(
  {
    "content-type": fc.constantFrom(
      "application/json",
      "text/plain",
      "multipart/form-data",
      "x/y;;",
      "",
    ),
    "content-encoding": fc.constantFrom("gzip", "br", "identity", "compress, gzip"),
    sentat: fc.constantFrom("2026-11-22T09:00:00Z", "never", "-1", "275760-09-14T00:00:00Z"),
    cookie: fc.constantFrom("tessera_id=a", 'tessera_id="><script>', "tessera_id", ";;;="),
    origin: fc.constantFrom("https://www.shop.example", "null", "javascript:alert(1)"),
    "access-control-request-headers": fc.constantFrom(
      "authorization",
      "a, b",
      "a\tb",
      ",,,",
      "x".repeat(3000),
    ),
    "x-forwarded-for": fc.constantFrom("10.0.0.1", "::1, x", "' OR 1 = 1 --"),
    "x-forwarded-host": fc.constantFrom("evil.example", "a b", "<script>"),
    "user-agent": fc.constantFrom("", "x".repeat(2000), "' OR 1 = 1 --"),
    "x-shopify-topic": fc.constantFrom(
      "orders/create",
      "carts/update",
      "",
      "../../x",
      "x".repeat(4000),
    ),
    "x-shopify-triggered-at": fc.constantFrom("2026-11-22T09:00:00Z", "yesterday"),
  },
  { requiredKeys: [] },
);

const wildText = fc.oneof(
  fc.constantFrom(...hostileTexts),
  fc.string({ unit: "binary", maxLength: 30 }),
  fc.constantFrom("x".repeat(300), "x".repeat(40_000), "__proto__", "constructor", "toString"),
  fc.constantFrom("2026-11-22T09:00:00Z", "0000-00-00", "+275760-09-13T00:00:00Z", "1969-12-31"),
);

const nested = (open: string, inside: string, close: string, depth: number): string =>
  [...Array(depth).fill(open), inside, ...Array(depth).fill(close)].join("");

/** JSON texts, not all of which a strict reader takes. */
const wildValue: fc.Arbitrary<string> = fc.oneof(
  fc.jsonValue().map((value) => JSON.stringify(value)),
  wildText.map((text) => JSON.stringify(text)),
  fc.constantFrom("1e999", "-1e999", "1e-999", "-0", "123456789012345678901234567890", "0.1e1"),
  fc.constantFrom('"\\ud800"', '"\\u0000"', '{"a":1,"a":2}', '{"":{"":null}}', "[[[[]]]]", "null"),
  fc.constantFrom(nested("[", "", "]", 90), nested('{"a":', "1", "}", 150)),
);

const FIELDS = [
  ...["type", "event", "userId", "anonymousId", "previousId", "messageId", "name", "channel"],
  ...["timestamp", "originalTimestamp", "sentAt", "receivedAt", "properties", "traits", "context"],
  ...["integrations", "writeKey", "batch", "__proto__", "constructor"],
];

const EVENTS = ["Product Viewed", "Order Completed", "Order Refunded", "Product Price Changed"];

const sensible = fc.record(
  {
    type: fc.constantFrom("track", "identify", "alias", "page").map((text) => JSON.stringify(text)),
    event: fc.constantFrom(...EVENTS).map((text) => JSON.stringify(text)),
    userId: fc.constantFrom('"u1"', '"u2"'),
    properties: fc
      .dictionary(
        fc.constantFrom(
          "product_id",
          "order_id",
          "price",
          "quantity",
          "products",
          "currency",
          "total",
        ),
        wildValue,
        { noNullPrototype: true },
      )
      .map(objectText),
  },
  { requiredKeys: ["type", "userId"] },
);

/** A message that begins well and of which some fields are anything. */
export const wildMessage: fc.Arbitrary<string> = fc
  .tuple(sensible, fc.array(fc.tuple(fc.constantFrom(...FIELDS), wildValue), { maxLength: 4 }))
  .map(([own, others]) => `{${[...Object.entries(own), ...others].map(memberText).join(",")}}`);

function memberText([name, value]: readonly [string, string | undefined]): string {
  return `${JSON.stringify(name)}:${value}`;
}

function objectText(members: Readonly<Record<string, string>>): string {
  return `{${Object.entries(members).map(memberText).join(",")}}`;
}

const bodyText = fc.oneof(
  { weight: 3, arbitrary: wildMessage },
  {
    weight: 3,
    arbitrary: fc
      .array(fc.oneof({ weight: 4, arbitrary: wildMessage }, wildValue), { maxLength: 8 })
      .map((messages) => `{"batch":[${messages.join(",")}]}`),
  },
  wildValue,
  wildText,
  fc.constantFrom(
    "",
    "{",
    '{"batch":',
    '{"batch":{}}',
    '{"batch":[[]]}',
    "\uFEFF{}",
    "{}{}",
    "NaN",
  ),
  fc.constantFrom("[".repeat(200_000), `{"batch":[${"{},".repeat(6000)}{}]}`),
);

const BOMB = gzipSync(Buffer.alloc(30_000_000, 0x20));

const packed = (text: string): fc.Arbitrary<Buffer> => {
  const plain = Buffer.from(text);
  return fc.oneof(
    { weight: 6, arbitrary: fc.constant(plain) },
    fc.constantFrom(gzipSync(plain), gzipSync(plain).subarray(0, 15), deflateSync(plain)),
    fc.constantFrom(Buffer.concat([Buffer.from([0x1f, 0x8b]), plain]), Buffer.from([0xff, 0xfe])),
    fc.constantFrom(BOMB, gzipSync(gzipSync(plain))),
  );
};

const start = (body: Buffer): string => body.subarray(0, 300).toString("latin1");

/** Any request. `keys` are those that a server has. */
export const wildRequest = (keys: KeyTexts): fc.Arbitrary<WildRequest> =>
  fc
    .record({
      method: fc.constantFrom(...METHODS),
      path: fc.oneof(
        { weight: 8, arbitrary: fc.constantFrom(...PATHS) },
        fc.webPath({ size: "small" }),
      ),
      key: keyText(keys),
      query: fc.constantFrom(
        "",
        "",
        "",
        "?writeKey=KEY",
        "?writeKey=KEY&writeKey=x",
        "?%",
        "?a[]=1&__proto__=2",
      ),
      authorization: authorization(keys),
      headers: wildHeaders,
      body: bodyText.chain(packed),
      signature: fc.constantFrom("right", "wrong", "none"),
    })
    .map(({ method, path, key, query, authorization: authorized, headers, body, signature }) => {
      const rooted = path.startsWith("/") ? path : `/${path}`;
      const named = `${rooted}${query}`.replaceAll("KEY", encodeURIComponent(key.toWellFormed()));
      const secret = signature === "right" ? keys.shopify : "another secret";
      const signed = createHmac("sha256", secret).update(body).digest("base64");
      const own = {
        ...headers,
        ...(authorized !== "" && { authorization: headerSafe(authorized) }),
        ...(signature !== "none" && { "x-shopify-hmac-sha256": signed }),
      };
      const shown = () => JSON.stringify({ method, path: named, headers: own, body: start(body) });
      return { method, path: named, headers: own, body, [fc.toStringMethod]: shown };
    });
