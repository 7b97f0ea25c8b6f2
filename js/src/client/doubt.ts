// What an answer tells about a wish that was sent: the one rule for keys, retries and the page.

/** An answer of the store; without a code it is not the store's, and without a status none came. */
export interface Told {
  readonly status?: number;
  readonly code?: string | null;
}

/** Refusals that the store gives for what it has on record under the wish's key: billing's own no, or that it was taken back. */
const ON_RECORD = new Set(["payment-declined", "payment-action-required", "withdrawn"]);

/** Whether what was sent may have taken effect, or still may. A 503 of the store says that nothing comes of that try. */
export function leavesOpen({ status = 0, code }: Told): boolean {
  return !code || status === 0 || status === 408 || (status >= 500 && status !== 503) || code === "request-in-progress";
}

/** Whether a refusal ends a doubt: one that is not about the wish on record says nothing about an earlier try without an answer. */
export function isOnRecord({ code }: Told): boolean {
  return ON_RECORD.has(code ?? "");
}
