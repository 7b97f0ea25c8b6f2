// What went wrong with a request, as the page tells it: never an exception's own words.

import { leavesOpen } from "../client/doubt.js";
import type { Quote, Reason } from "./api.js";

export interface Fault {
  /** `problem`: the server said no. `unreachable`: no answer, so what was sent may have arrived. */
  readonly kind: "problem" | "unreachable";
  readonly status: number;
  readonly code: string;
  readonly reasons: readonly Reason[];
  readonly traceId: string | null;
  readonly retryAfter: number | null;
  /** What would be quoted now, with `quote-changed`. */
  readonly quote: Quote | null;
  /** Whether what was sent may have taken effect, or still may. */
  readonly isOpen: boolean;
}

/** Reads whatever a request threw. What has a status is the server's answer; all else means that none came. */
export function toFault(thrown: unknown): Fault {
  const document = record(thrown);
  const status = typeof document["status"] === "number" ? document["status"] : 0;
  const code = text(document["code"]);
  if (status === 0 || code === null) {
    return { kind: "unreachable", status, code: "unreachable", reasons: [], traceId: text(document["traceId"]), retryAfter: null, quote: null, isOpen: true };
  }
  const listed = Array.isArray(document["reasons"]) ? (document["reasons"] as Reason[]) : [];
  const own = { code, params: {}, detail: text(document["detail"]) ?? "", fix: null };
  return {
    kind: "problem",
    status,
    code,
    reasons: listed.length > 0 ? listed : [own],
    traceId: text(document["traceId"]),
    retryAfter: typeof document["retryAfter"] === "number" ? document["retryAfter"] : null,
    quote: (document["quote"] as Quote | null | undefined) ?? null,
    isOpen: document["outcomeUnknown"] === true || leavesOpen({ status, code }),
  };
}

/** Whether the caller asked more often than is allowed: nothing is wrong, and it passes. */
export function isTooOften(fault: Fault): boolean {
  return fault.status === 429;
}

/** Whether the caller has to sign in again. */
export function isSignedOut(fault: Fault): boolean {
  return fault.status === 401;
}

/** Whether the quote that was agreed to is not held any more: another is shown before anything happens. */
export function isAboutQuote(fault: Fault): boolean {
  return fault.status === 412;
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function text(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}
