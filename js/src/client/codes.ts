// The codes of reasons and problems. New ones may come with a newer server, so every string is accepted too.

/** Reasons that the rules or billing give. */
export type ReasonCode =
  | "feature-not-found" | "mandate-not-found" | "instance-not-found" | "no-access"
  | "mandate-closed" | "not-admin"
  | "colleague-not-found" | "role-not-found" | "access-held"
  | "no-subscription" | "plan-unknown" | "subscription-past-due" | "billing-incomplete" | "capacity-reached"
  | "instance-cap-reached" | "spending-cap-reached"
  | "billing-out-of-sync" | "feature-misconfigured" | "restore-expired"
  | "billing-unavailable" | "billing-paused" | "too-many-waiting" | "invoice-budget-used"
  | "payment-declined" | "payment-action-required" | "billing-refused"
  /** A rule of the operator's own: its name is `params.rule`. */
  | "custom";

/** Problems of the request itself. */
export type RequestProblemCode =
  | "unauthorized" | "malformed-json" | "invalid-field" | "payload-too-large" | "unsupported-media-type"
  | "not-found" | "method-not-allowed" | "rate-limited" | "too-many-streams"
  | "idempotency-key-reused" | "withdrawn" | "change-pending" | "request-in-progress" | "request-not-open"
  | "quote-required" | "quote-expired" | "quote-used" | "quote-changed"
  | "service-unavailable" | "policy-unavailable" | "timeout" | "internal";

/** Every code that is known, open for others. */
export type ProblemCode = ReasonCode | RequestProblemCode | (string & {});
