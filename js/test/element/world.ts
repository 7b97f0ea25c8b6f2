// A small store for unit tests: one mandate, four features, and whatever a test changes about it.
import type { Change, Decisions, EndVerdict, Feature, Instance, OwnInstance, Quote, Subscription, Verdict } from "../../src/element/api.js";
import type { Snapshot } from "../../src/element/state.js";
import type { Subject } from "../../src/element/task.js";

export const yes: Verdict = { allowed: true, reasons: [] };
export const no = (...codes: string[]): Verdict => ({ allowed: false, reasons: codes.map((code) => ({ code, params: {}, detail: code, fix: null })) });

export const subscription: Subscription = {
  plan: "P", planLabel: null, status: "ACTIVE", billingPeriod: "MONTHLY", price: { minor: 9000, currency: "CHF" }, priceIncludesTax: null,
  billedInstances: null, bill: null, currentPeriodEnd: null, trialEndsAt: null,
  maxFeatureInstances: 5, currentFeatureInstances: 1, billingInSync: true, billingCheckedAt: "2026-11-23T12:00:00Z",
};

export const own = (instanceId: string, state: OwnInstance["state"], mandateId = "m"): OwnInstance => ({
  instanceId, mandateId, mandateName: `Mandate ${mandateId}`, label: null, isActive: state === "active", state,
});

export const feature = (featureCode: string, ...instances: OwnInstance[]): Feature => ({
  featureCode, label: { de: `Löhne ${featureCode}`, en: `Payroll ${featureCode}` }, description: { en: "Pays people." }, icon: "mdi-puzzle", instances,
});

export const instance = (instanceId: string, featureCode: string, state: Instance["state"], users = 1): Instance => ({
  instanceId, featureCode, label: null, state, since: null, endedAt: null, restorableUntil: null, by: null, users, price: null,
});

/** Something that can be given up, and what ends with it. */
export const ends: EndVerdict = { ...yes, endsInstance: true, pending: false };
export const stays: EndVerdict = { ...ends, endsInstance: false };

/** Decisions by name, as the rules would give them. */
export function decisions(of: {
  activate?: Record<string, Verdict>;
  deactivate?: Record<string, EndVerdict>;
  restore?: Record<string, Verdict>;
  isAdmin?: boolean;
}): Decisions {
  return {
    isAdmin: of.isAdmin ?? true,
    source: "browser",
    ahead: 0,
    validFor: null,
    restoreWindow: 7 * 86_400_000,
    decide: () => null,
    activate: (code) => of.activate?.[code] ?? null,
    deactivate: (id, scope) => of.deactivate?.[`${id} ${scope}`] ?? null,
    restore: (id) => of.restore?.[id] ?? null,
  };
}

export const snapshot = (change: Partial<Snapshot> = {}): Snapshot => ({
  mandateId: "m", subscription, features: [], instances: null, changes: [], decisions: decisions({}), takenAt: 0, ...change,
});

/** An activation of the feature `a` under the quote `q`. */
export const change = (state: Change["state"], more: Partial<Change> = {}): Change => ({
  id: "c", kind: "activate", state, featureCode: "a", instanceId: "new", createdAt: null, quoteId: "q", reasons: [], ...more,
});

let quotes = 0;
export const quote = (change: Partial<Quote> = {}): Quote => ({
  id: `q${(quotes += 1)}`, expiresAt: null, source: "stripe", currency: "CHF", dueNow: 0,
  nextInvoice: { at: "2026-12-01T00:00:00Z", subtotal: 100, tax: 0, total: 100 }, perPeriod: { before: 0, after: 9000 },
  taxBehavior: "unknown", lines: [], gate: "quantity", ...change,
});

export const activation: Subject = { kind: "activate", mandateId: "m", featureCode: "a", instanceId: null, scope: "mine" };
