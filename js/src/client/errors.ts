// Everything the client throws: problems the server told, answers that are none, and no answer at all.
import type { ExplainedReason, Quote } from "./answers.js";
import type { ProblemCode } from "./codes.js";
import { leavesOpen } from "./doubt.js";

/** What all errors of this client have in common. */
export abstract class StoreError extends Error {
  /**
   * Whether what was asked for may have happened all the same. Then the same wish can be sent again: it keeps its
   * idempotency key and happens once at most. It holds for all tries of one call: a refusal after a try without an answer
   * says nothing about that one.
   */
  outcomeUnknown = true;
}

/** The `application/problem+json` document (RFC 9457) as the store sends it. */
export interface ProblemDocument {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: ProblemCode;
  readonly reasons: readonly ExplainedReason[];
  readonly traceId: string;
  /** Where in the body, for `invalid-field`. */
  readonly pointer?: string;
  /** What would be quoted now, with `quote-changed`, where it can be told. */
  readonly quote?: Quote;
}

/** The server refused or failed, and says why. `code` tells problems apart. */
export class ProblemError extends StoreError {
  override readonly name = "ProblemError";
  readonly status: number;
  /** Code of the first reason. */
  readonly code: ProblemCode;
  readonly detail: string;
  /** Everything that stands against the request, as far as the caller may know. */
  readonly reasons: readonly ExplainedReason[];
  /** Finds the request in the server's log. */
  readonly traceId: string;
  /** Seconds after which trying again makes sense; null where the server does not say. */
  readonly retryAfter: number | null;
  readonly pointer: string | null;
  readonly quote: Quote | null;

  constructor(document: ProblemDocument, retryAfter: number | null) {
    super(document.detail);
    this.status = document.status;
    this.code = document.code;
    this.detail = document.detail;
    this.reasons = document.reasons;
    this.traceId = document.traceId;
    this.retryAfter = retryAfter;
    this.pointer = document.pointer ?? null;
    this.quote = document.quote ?? null;
    this.outcomeUnknown = leavesOpen(this);
  }

  /** Whether one of the reasons has this code. */
  has(code: ProblemCode): boolean {
    return this.reasons.some((reason) => reason.code === code);
  }
}

/** No answer: the network is down, the server is away, or CORS forbids it. Browsers do not say which. */
export class NetworkError extends StoreError {
  override readonly name: "NetworkError" | "TimeoutError" = "NetworkError";
}

/** No answer in time. */
export class TimeoutError extends NetworkError {
  override readonly name = "TimeoutError";
}

/** Nobody is signed in: `getToken` failed, or gave none. Nothing was sent; it is told as the store tells whom it does not know. */
export class CredentialsError extends StoreError {
  override readonly name = "CredentialsError";
  override outcomeUnknown = false;
  readonly status = 401;
  readonly code = "unauthorized";
}

/** An answer that is not the store's: a proxy's error page, or another service at this address. */
export class UnexpectedAnswerError extends StoreError {
  override readonly name = "UnexpectedAnswerError";

  constructor(
    message: string,
    readonly status: number,
    /** Seconds after which trying again makes sense; null where the answer does not say. */
    readonly retryAfter: number | null,
  ) {
    super(message);
  }
}
