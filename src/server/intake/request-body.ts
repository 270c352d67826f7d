/**
 * A request's body as clients send it: JSON, whatever the content type says, perhaps packed by
 * gzip, whatever the content encoding says. RudderStack's node client calls packed JSON a form,
 * browsers call it text/plain to be spared a preflight; so the bytes decide.
 */
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { AppError } from "../../base/index.js";
import { isDeeper } from "./json-depth.js";
import { elementTexts, memberText, withMember, withoutMember } from "./message-texts.js";

/** Of a body as sent and unpacked. Segment's node client sends batches of 600 kB. */
export const MAX_BODY_BYTES = 4 * 1024 * 1024;

/** Stock clients send 20 and less; a body of empty objects could hold a million. */
export const MAX_MESSAGES = 5000;

/** A message that is merely too deep to be used (over a hundred) is refused later, by itself. */
const MAX_DEPTH = 1000;

export interface ReadBody {
  /** JSON texts, one a message. */
  readonly messages: readonly string[];
  readonly writeKey: string | undefined;
  /** By the sender's clock, ms. */
  readonly sentAt: number | undefined;
}

/**
 * `type`: what a single message is by the path that it was sent to, where it does not say.
 * Throws `request.unreadable` and `request.too_large`.
 */
export async function readBody(body: unknown, type: string | undefined): Promise<ReadBody> {
  const text = await unpackedText(Buffer.isBuffer(body) ? body : Buffer.alloc(0));
  const parsed = parse(text);
  if (!isObject(parsed)) return { messages: [text], writeKey: undefined, sentAt: undefined };
  const { writeKey, sentAt, batch } = parsed;
  return {
    messages: Array.isArray(batch)
      ? batchOf(text, batch)
      : [completed(text, parsed, type === undefined ? {} : { type: JSON.stringify(type) })],
    writeKey: typeof writeKey === "string" ? writeKey : undefined,
    sentAt: instantOf(sentAt),
  };
}

/** The text of a body that is one JSON object. Throws as `readBody`. */
export async function bodyText(body: Buffer): Promise<string> {
  const text = await unpackedText(body);
  if (isObject(parse(text))) return text;
  throw new AppError("request.unreadable", "The body is no JSON object.");
}

/** Milliseconds; undefined for what is no instant. */
export function instantOf(text: unknown): number | undefined {
  const at = typeof text === "string" ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? undefined : at;
}

async function unpackedText(body: Buffer): Promise<string> {
  const packed = body[0] === 0x1f && body[1] === 0x8b;
  const plain = packed ? await unpack(body) : body;
  if (isDeeper(plain, MAX_DEPTH)) throw tooLarge();
  // Without the mark that some put before UTF-8; bytes that are no characters become U+FFFD.
  return plain.toString("utf8").replace(/^\uFEFF/, "");
}

async function unpack(body: Buffer): Promise<Buffer> {
  try {
    return await promisify(gunzip)(body, { maxOutputLength: MAX_BODY_BYTES });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE") throw tooLarge();
    throw new AppError("request.unreadable", "The body begins as gzip and cannot be unpacked.");
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new AppError("request.unreadable", "The body is not JSON.", {
      hint: "Send a message, or an object with a list of them as batch, as JSON in UTF-8.",
    });
  }
}

function batchOf(text: string, batch: readonly unknown[]): string[] {
  if (batch.length > MAX_MESSAGES) throw tooLarge();
  const context = memberText(text, "context");
  // A large context for each of many messages would fill the memory out of a small body.
  if ((context?.length ?? 0) * batch.length > MAX_BODY_BYTES) throw tooLarge();
  const common: Record<string, string> = context?.startsWith("{") ? { context } : {};
  return elementTexts(memberText(text, "batch")!).map((message, i) =>
    completed(message, batch[i], common),
  );
}

/** What is missing is added; the key, which browsers put into messages too, says nothing of them. */
function completed(
  text: string,
  parsed: unknown,
  missing: Readonly<Record<string, string>>,
): string {
  if (!isObject(parsed)) return text;
  let message = "writeKey" in parsed ? withoutMember(text, "writeKey") : text;
  for (const [name, value] of Object.entries(missing)) {
    if (!(name in parsed)) message = withMember(message, name, value);
  }
  return message;
}

export function tooLarge(): AppError {
  return new AppError("request.too_large", "The request is too large.", {
    hint: `At most ${MAX_BODY_BYTES} bytes, unpacked, ${MAX_MESSAGES} messages and ${MAX_DEPTH} levels.`,
  });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
