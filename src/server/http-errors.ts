/**
 * What goes wrong, as HTTP: every operating error has a status here or is a 500, and a 500 says
 * nothing but that. Clients try again after 429 and 5xx, and drop what other refusals name.
 */
import type { FastifyReply, FastifyRequest } from "fastify";
import { AppError, type ErrorCode } from "../base/index.js";
import { tooLarge } from "./intake/request-body.js";

const STATUS: Readonly<Partial<Record<ErrorCode, number>>> = {
  "request.unreadable": 400,
  "request.key": 401,
  "request.unknown": 404,
  "request.too_large": 413,
  "request.limit": 429,
  "intake.overloaded": 429,
  "intake.unavailable": 503,
  "input.invalid": 400,
  "input.missing": 404,
};

/** For clients that ask; what waits is written within seconds, a fault of the ledger takes longer. */
const RETRY_AFTER_S: Readonly<Partial<Record<ErrorCode, number>>> = {
  "intake.overloaded": 2,
  "intake.unavailable": 5,
};

/** A key's own limit is exceeded for so many seconds. */
export class OverLimit extends AppError {
  constructor(readonly seconds: number) {
    super("request.limit", "This key has sent more messages than it may.", {
      hint: "Send again later.",
    });
  }
}

export function sendError(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  refused: (code: ErrorCode) => void,
): void {
  const known = error instanceof AppError ? error : ofFramework(error);
  const status = known && STATUS[known.code];
  if (known === undefined || status === undefined) {
    request.log.error({ err: error }, "a fault of Tessera");
    reply.code(500).send({ error: { code: "bug", message: "Something went wrong here." } });
    return;
  }
  if (status === 503) request.log.error({ err: known.cause ?? known }, known.message);
  refused(known.code);
  const { code, message, hint } = known;
  const seconds = known instanceof OverLimit ? known.seconds : RETRY_AFTER_S[code];
  if (seconds !== undefined) reply.header("retry-after", seconds);
  reply.code(status).send({ error: { code, message, hint: hint ?? null } });
}

/** What Fastify finds wrong with a request before a route sees it. */
function ofFramework(error: unknown): AppError | undefined {
  const { code, statusCode = 500 } = error as { code?: string; statusCode?: number };
  if (statusCode === 413) return tooLarge();
  if (statusCode < 400 || statusCode >= 500) return undefined;
  return new AppError("request.unreadable", "The request cannot be read.", {
    hint: `It is no proper HTTP request (${code}).`,
  });
}
