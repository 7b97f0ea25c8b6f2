// What the store answers about features that members ask their admins for. Instants are ISO 8601 in UTC.
import type { Money } from "./answers.js";

/** `approving`: an activation that approves it waits for billing. */
export type FeatureRequestState = "open" | "approving" | "approved" | "declined" | "withdrawn";

/** A request of a member for a feature. Prices are for admins, and null for others. */
export interface FeatureRequest {
  readonly id: string;
  readonly mandateId: string;
  readonly featureCode: string;
  /** Who asked. */
  readonly userId: string;
  /** The name of who asked. */
  readonly name: string;
  /** Why, in their words. */
  readonly note: string | null;
  readonly state: FeatureRequestState;
  readonly askedAt: string | null;
  /** When it was declined, taken back, or the activation that approves it was done. */
  readonly settledAt: string | null;
  /** The name of who did that. */
  readonly settledBy: string | null;
  /** What an admin who declined it said. */
  readonly answer: string | null;
  /** The activation that approves it. */
  readonly change: string | null;
  /** What one instance cost per period when it was asked for. */
  readonly price: Money | null;
  /** What one instance costs per period now. */
  readonly priceNow: Money | null;
  /** Whether it costs more now than it did then. */
  readonly priceRose: boolean;
}

/** A page of requests, the newest first. */
export interface FeatureRequestPage {
  readonly items: readonly FeatureRequest[];
  /** What to ask for next as `after`; null on the last page. */
  readonly next: string | null;
}
