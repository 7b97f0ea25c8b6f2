// What the element needs of the store: a narrow interface, which `connect.ts` fulfils with the client and the preflight.

import type { Locale, Money } from "../format/index.js";

/** Why not, in the caller's language. Sentences name instants in UTC, and `params` holds them in milliseconds. */
export interface Reason {
  readonly code: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly detail: string;
  readonly fix: string | null;
}

/** Whether something is allowed; what the rules say, never what the page thinks. */
export interface Verdict {
  readonly allowed: boolean;
  readonly reasons: readonly Reason[];
}

/** The same of giving something up. */
export interface EndVerdict extends Verdict {
  /** Null where it is refused. */
  readonly endsInstance: boolean | null;
  /** Whether a change that waits for billing ends the instance already: a second end would be refused. */
  readonly pending: boolean;
}

/** For the caller alone, or for everybody. */
export type Scope = "mine" | "mandate";

/** What the rules say of one mandate, now. */
export interface Decisions {
  readonly isAdmin: boolean;
  /** `browser`: decided here. `server`: by the server, because facts or rules differ. `no-wasm`: because WebAssembly is refused. */
  readonly source: "browser" | "server" | "no-wasm";
  /** Milliseconds until an answer may change; null where none does by itself. */
  readonly validFor: number | null;
  /** How long an ended instance can be restored, in milliseconds; null where the caller may not know. */
  readonly restoreWindow: number | null;
  activate(featureCode: string): Verdict | null;
  deactivate(instanceId: string, scope: Scope): EndVerdict | null;
  restore(instanceId: string): Verdict | null;
}

export interface Mandate {
  readonly id: string;
  readonly label: string;
}

export interface Subscription {
  readonly plan: string | null;
  readonly planLabel?: string | null;
  readonly status: string | null;
  readonly billingPeriod?: string | null;
  readonly price?: Money | null;
  readonly priceIncludesTax?: boolean | null;
  readonly billedInstances?: number | null;
  readonly bill?: Money | null;
  readonly currentPeriodEnd?: string | null;
  readonly trialEndsAt: string | null;
  readonly maxFeatureInstances: number | null;
  readonly currentFeatureInstances: number;
  readonly billingInSync: boolean | null;
  readonly billingCheckedAt: string | null;
}

/** Texts by language, each optional. */
export type Translations = Readonly<Partial<Record<Locale, string>>>;

export type InstanceState = "reserved" | "active" | "disabled" | "suspended" | "leaving" | "ended";

/** An instance that the caller has access to. */
export interface OwnInstance {
  readonly instanceId: string;
  readonly mandateId: string;
  readonly mandateName: string;
  readonly label: string | null;
  readonly isActive: boolean;
  readonly state: InstanceState;
}

export interface Feature {
  readonly featureCode: string;
  readonly label: Translations;
  readonly description: Translations;
  readonly icon: string;
  readonly instances: readonly OwnInstance[];
}

/** An instance as the admins of its mandate see it. */
export interface Instance {
  readonly instanceId: string;
  readonly featureCode: string;
  readonly label: string | null;
  readonly state: InstanceState;
  readonly since: string | null;
  readonly endedAt: string | null;
  readonly restorableUntil: string | null;
  readonly by: string | null;
  readonly users: number;
  readonly price: Money | null;
}

export type ChangeKind = "activate" | "restore" | "end" | "leave" | "withdraw";
export type ChangeState = "queued" | "billing" | "action-required" | "done" | "failed" | "cancelled";

export interface Change {
  readonly id: string;
  readonly kind: ChangeKind;
  readonly state: ChangeState;
  readonly featureCode: string;
  readonly instanceId: string;
  readonly createdAt: string | null;
  readonly reasons: readonly Reason[];
}

export interface QuoteLine {
  readonly kind: "unused" | "remaining" | "period" | "other";
  readonly amount: number;
  readonly quantity: number | null;
  readonly from: string | null;
  readonly until: string | null;
  readonly invoice: "now" | "next";
}

export interface Quote {
  readonly id: string;
  readonly expiresAt: string | null;
  readonly source: "stripe" | "list";
  readonly currency: string;
  readonly dueNow: number;
  readonly nextInvoice: { readonly at: string | null; readonly subtotal: number; readonly tax: number; readonly total: number } | null;
  readonly perPeriod: { readonly before: number; readonly after: number };
  readonly taxBehavior: "inclusive" | "exclusive" | "unknown";
  readonly lines: readonly QuoteLine[];
  readonly gate: "quantity" | "payment" | null;
}

/** The answer to an activation or restore; `change` while billing has not answered. */
export interface Activated {
  readonly instanceId: string;
  readonly activated: boolean;
  readonly change: string | null;
}

export interface Deactivated {
  readonly instanceDeleted: boolean;
  readonly billing: "done" | "pending";
}

/** A wish whose outcome is unknown can be sent again: it keeps its idempotency key, so that it happens once at most. */
export interface StoreApi {
  mandates(): Promise<readonly Mandate[]>;
  subscription(mandateId: string): Promise<Subscription>;
  /** Everything the store offers, with the caller’s instances in all mandates. */
  features(mandateId: string | null): Promise<readonly Feature[]>;
  instances(mandateId: string): Promise<readonly Instance[]>;
  changes(mandateId: string): Promise<readonly Change[]>;
  /** Waits until the change is done, failed or cancelled. */
  settled(id: string, signal: AbortSignal): Promise<Change>;
  decisions(mandateId: string): Promise<Decisions>;
  quote(wish: { mandateId: string; activate: string[]; deactivate: string[] }): Promise<Quote>;
  activate(wish: { mandateId: string; featureCode: string; quoteId?: string }): Promise<Activated>;
  restore(wish: { mandateId: string; instanceId: string }): Promise<Activated>;
  deactivate(wish: { mandateId: string; featureCode: string; instanceId: string; scope: Scope; quoteId?: string }): Promise<Deactivated>;
  /** Tells how things stand, as an opaque text: at once, and whenever they stand otherwise. Returns how to stop. */
  watch(mandateId: string, told: (version: string) => void, signedOut: () => void): () => void;
  /** The path of an icon, to be drawn in a square of 24. */
  icon(name: string): Promise<string>;
}
