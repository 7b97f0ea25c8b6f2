// The answer of `GET /api/store/preflight`: what the rules say now, and for admins all that they look at.
import type { ExplainedReason } from "./answers.js";
import type { ReasonCode } from "./codes.js";
import type { FeatureFacts, InstanceFacts, MandateFacts, Settings } from "../wasm/policy.js";

type PolicyReason = ExplainedReason<ReasonCode>;

/** May this feature be activated? */
export interface ActivateDecision {
  readonly featureCode: string;
  readonly allowed: boolean;
  readonly reasons: readonly PolicyReason[];
}

/** May this be given up? */
export interface DeactivateDecision {
  readonly instanceId: string;
  readonly featureCode: string;
  /** `mine`: the caller's own access. `mandate`: the instance for all; told to admins only. */
  readonly scope: "mine" | "mandate";
  readonly allowed: boolean;
  readonly reasons: readonly PolicyReason[];
  /** Whether the instance would end with it; null when it is refused. */
  readonly endsInstance: boolean | null;
  /** Whether a change that waits for billing ends the instance already: ending it again is answered `change-pending`. */
  readonly pending: boolean;
}

/** May this ended instance come back? */
export interface RestoreDecision {
  readonly instanceId: string;
  readonly featureCode: string;
  readonly allowed: boolean;
  readonly reasons: readonly PolicyReason[];
  /** It can come back until before then. */
  readonly until: string | null;
}

/** All that the rules look at but the time. Told to admins only. */
export interface PreflightFacts {
  readonly settings: Settings;
  readonly billingConnected: boolean;
  readonly billingPaused: boolean;
  readonly mandate: MandateFacts;
  readonly features: readonly { readonly featureCode: string; readonly facts: FeatureFacts }[];
  readonly instances: readonly {
    readonly instanceId: string;
    readonly facts: InstanceFacts;
    readonly hasAccess: boolean;
  }[];
  /** Instances that may come back, with the instant of their end in UTC milliseconds. */
  readonly ended: readonly { readonly instanceId: string; readonly featureCode: string; readonly endedAt: number }[];
}

/** The answer as the server sends it. */
export interface PreflightDocument {
  readonly mandateId: string;
  /** The server's time when it decided. */
  readonly serverTime: string;
  /** The next instant at which a decision changes by itself; null when none does. */
  readonly validUntil: string | null;
  /** SHA-256 of the module that decided. */
  readonly policyDigest: string;
  readonly settingsDigest: string;
  /** Another one when something changed that the rules look at. */
  readonly factsVersion: string;
  readonly isAdmin: boolean;
  /** What the rules answered, in the language asked for. */
  readonly decisions: {
    readonly activate: readonly ActivateDecision[];
    readonly deactivate: readonly DeactivateDecision[];
    readonly restore: readonly RestoreDecision[];
  };
  readonly facts?: PreflightFacts;
}

/** The answer with the instant of its receipt, on this machine's clock in milliseconds. */
export interface PreflightAnswer extends PreflightDocument {
  readonly receivedAt: number;
}
