// What the element needs of the store: a narrow interface, which `connect.ts` fulfils with the client and the preflight.

import type * as Store from "../client/answers.js";
import type { Instance } from "../client/answers.js";
import type { PreflightQuestion } from "../preflight/index.js";
import type { ActivateWish, DeactivateWish, QuoteWish, RestoreWish } from "../client/wishes.js";

export type { Instance, InstanceState, OwnInstance, Translations } from "../client/answers.js";

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
  /** Who decides at present. `browser`: the rules here. `server`: by the server, because facts are over or withheld, or rules differ. `no-wasm`: because WebAssembly is refused. */
  readonly source: "browser" | "server" | "no-wasm";
  /** How far the server's clock is ahead of this one, in milliseconds. */
  readonly ahead: number;
  /** Milliseconds until an answer may change; null where none does by itself. */
  readonly validFor: number | null;
  /** How long an ended instance can be restored, in milliseconds; null where the caller may not know. */
  readonly restoreWindow: number | null;
  /** The answer to any question of the preflight. */
  decide(question: PreflightQuestion): EndVerdict | null;
  activate(featureCode: string): Verdict | null;
  deactivate(instanceId: string, scope: Scope): EndVerdict | null;
  restore(instanceId: string): Verdict | null;
}

export type Feature = Omit<Store.Feature, "canActivate" | "reasons">;
export type Mandate = Pick<Store.Mandate, "id" | "label">;
export type Subscription = Omit<Store.SubscriptionInfo, "maxDataVolumeMB" | "budgetAiCHF">;
export type ChangeKind = Store.Change["kind"];
export type Change = Pick<Store.Change, "id" | "kind" | "state" | "featureCode" | "instanceId" | "createdAt" | "quoteId"> & {
  readonly reasons: readonly Reason[];
};
export type QuoteLine = Store.QuoteLine;
export type Quote = Omit<Store.Quote, "effectiveAt">;

/** The answer to an activation or restore; `change` while billing has not answered. */
export interface Activated {
  readonly instanceId: string;
  readonly activated: boolean;
  readonly change: string | null;
}

export type Deactivated = Pick<Store.Deactivation, "instanceDeleted" | "billing">;

/** A wish whose outcome is unknown is sent again under the same idempotency key, so that it happens once at most. */
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
  quote(wish: QuoteWish): Promise<Quote>;
  activate(wish: ActivateWish, key: string): Promise<Activated>;
  restore(wish: RestoreWish, key: string): Promise<Activated>;
  deactivate(wish: DeactivateWish, key: string): Promise<Deactivated>;
  /** Tells how things stand, as an opaque text: at once, and whenever they stand otherwise. Returns how to stop. */
  watch(mandateId: string, told: (version: string) => void, signedOut: () => void): () => void;
  /** The path of an icon, to be drawn in a square of 24. */
  icon(name: string): Promise<string>;
}
