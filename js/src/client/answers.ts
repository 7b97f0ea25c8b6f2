// What the store answers, as the OpenAPI document describes it. Instants are ISO 8601 in UTC, money is in minor units.
import type { ReasonCode, ProblemCode } from "./codes.js";

/** An amount of money in the currency's minor unit (hundredths). */
export interface Money {
  readonly minor: number;
  /** ISO 4217. */
  readonly currency: string;
}

/** Texts by language, each optional. */
export type Translations = Partial<Record<"de" | "fr" | "it" | "en", string>>;

/** Why not: the code is stable, the sentences are in the language asked for. */
export interface ExplainedReason<Code extends string = ReasonCode | ProblemCode> {
  readonly code: Code;
  readonly params: Readonly<Record<string, unknown>>;
  /** The fact, and what follows from it. */
  readonly detail: string;
  /** What the person can do, or whom to ask. */
  readonly fix: string;
}

/** A mandate that the caller administers. */
export interface Mandate {
  readonly id: string;
  readonly name: string;
  /** The mandate's label, else its name. */
  readonly label: string;
}

export type SubscriptionStatus =
  | "PENDING" | "SCHEDULED" | "TRIALING" | "ACTIVE" | "PAST_DUE" | "UNPAID" | "PAUSED" | "CANCELED" | "EXPIRED";

/** The subscription in force, else the latest; nulls where there is none, or where its plan sets no limit. */
export interface SubscriptionInfo {
  /** Key of the plan. */
  readonly plan: string | null;
  readonly planLabel: string | null;
  readonly status: SubscriptionStatus | null;
  readonly billingPeriod: "NONE" | "MONTHLY" | "YEARLY" | null;
  /** What one instance costs per period. */
  readonly price: Money | null;
  readonly priceIncludesTax: boolean | null;
  /** Instances on the bill. */
  readonly billedInstances: number | null;
  /** What all of them cost per period, by the plan. */
  readonly bill: Money | null;
  readonly currentPeriodEnd: string | null;
  readonly trialEndsAt: string | null;
  /** Most instances; null where the plan sets no limit. */
  readonly maxFeatureInstances: number | null;
  /** Instances that count for the limit. */
  readonly currentFeatureInstances: number;
  readonly maxDataVolumeMB: number | null;
  /** In units of the currency, not in hundredths. */
  readonly budgetAiCHF: number | null;
  /** Whether the last comparison with the billing provider found no difference; null when there was none. */
  readonly billingInSync: boolean | null;
  /** When that was. */
  readonly billingCheckedAt: string | null;
}

export type InstanceState = "reserved" | "active" | "disabled" | "suspended" | "leaving" | "ended";

/** An instance that the caller has access to. */
export interface OwnInstance {
  readonly instanceId: string;
  readonly mandateId: string;
  readonly mandateName: string;
  readonly label: string | null;
  /** Whether it can be used now. */
  readonly isActive: boolean;
  readonly state: Exclude<InstanceState, "ended">;
}

/** A feature of the store. */
export interface Feature {
  readonly featureCode: string;
  readonly label: Translations;
  readonly icon: string;
  readonly description: Translations;
  /** The caller's instances, of all their mandates. */
  readonly instances: readonly OwnInstance[];
  /** Whether the caller can activate it in the mandate asked about, else in at least one. */
  readonly canActivate: boolean;
  /** Why not; only when one mandate was asked about. */
  readonly reasons?: readonly ExplainedReason[];
}

/** An instance as the admins of its mandate see it. */
export interface Instance {
  readonly instanceId: string;
  readonly featureCode: string;
  readonly label: string | null;
  readonly state: InstanceState;
  /** Active since. */
  readonly since: string | null;
  readonly endedAt: string | null;
  /** An ended instance can be restored until then. */
  readonly restorableUntil: string | null;
  /** Who activated it, or ended it. */
  readonly by: string | null;
  /** How many users have access. */
  readonly users: number;
  /** What it costs per period. */
  readonly price: Money | null;
}

/** What billing must confirm: that it took the new quantity, or that the amount is paid. */
export type Gate = "quantity" | "payment";

export interface QuoteLine {
  /** `unused` time given back, `remaining` time charged, the next `period`, or `other`. */
  readonly kind: "unused" | "remaining" | "period" | "other";
  /** Negative for a credit. */
  readonly amount: number;
  readonly quantity: number | null;
  readonly from: string | null;
  readonly until: string | null;
  readonly invoice: "now" | "next";
}

/** What a wish would cost. Amounts are in the minor unit of `currency`. */
export interface Quote {
  readonly id: string;
  /** It can be used before. */
  readonly expiresAt: string | null;
  /** From when on it is charged or credited, if it is used. */
  readonly effectiveAt: string | null;
  /** `stripe`: its own preview. `list`: the plan's price; then only `perPeriod` says something. */
  readonly source: "stripe" | "list";
  readonly currency: string;
  /** What is charged at once. */
  readonly dueNow: number;
  /** The next invoice; null where it is not known. */
  readonly nextInvoice: {
    readonly at: string | null;
    readonly subtotal: number;
    readonly tax: number;
    readonly total: number;
  } | null;
  /** What all instances together cost in a whole period, by the plan. */
  readonly perPeriod: { readonly before: number; readonly after: number };
  /** Whether amounts hold their taxes. */
  readonly taxBehavior: "inclusive" | "exclusive" | "unknown";
  readonly lines: readonly QuoteLine[];
  /** Null where nothing waits for billing. */
  readonly gate: Gate | null;
}

export type ChangeState = "queued" | "billing" | "done" | "failed" | "cancelled";

/** One wish and what became of it. */
export interface Change {
  readonly id: string;
  readonly kind: "activate" | "restore" | "end" | "leave" | "share" | "withdraw";
  readonly state: ChangeState;
  readonly gate: Gate | null;
  readonly featureCode: string;
  readonly mandateId: string;
  readonly instanceId: string;
  readonly createdAt: string | null;
  /** Who wished for it; only in lists. */
  readonly by?: string;
  /** When it was done, failed or cancelled. */
  readonly settledAt: string | null;
  /** From when on it is charged or credited. */
  readonly effectiveAt: string | null;
  /** Why it failed. */
  readonly reasons: readonly ExplainedReason[];
  /** The same for all changes of one request; null where it is the only one. */
  readonly batchId: string | null;
  readonly quoteId: string | null;
}

/** A page of changes, the newest first. */
export interface ChangePage {
  readonly changes: readonly Change[];
  /** The value of `before` for the next page; null on the last one. */
  readonly next: string | null;
}

interface ActivationSubject {
  readonly featureCode: string;
  readonly mandateId: string;
  readonly instanceId: string;
  readonly gate?: Gate;
}

/** Billing has not answered yet: it may still happen. Wait with `waitForChange`. */
export interface UnderWay {
  /** Id of the change to wait for. */
  readonly change: string;
  readonly state: "queued" | "billing";
  /** Seconds until looking makes sense. */
  readonly retryAfter: number;
}

/** An instance that was activated or restored, or may still be. */
export type Activation =
  | (ActivationSubject & { readonly activated: true })
  | (ActivationSubject & UnderWay & { readonly activated: false });

/** What was given up. It is gone at once; the bill follows. */
export interface Deactivation {
  readonly featureCode: string;
  readonly mandateId: string;
  readonly instanceId: string;
  readonly deactivated: true;
  /** Whether the instance ended with it. */
  readonly instanceDeleted: boolean;
  /** `pending` while billing is told; that goes on until it is true. */
  readonly billing: "done" | "pending";
  /** Id of the change. */
  readonly change: string;
}

/** Who has access to an instance and what can be given, as the admins of its mandate see it. */
export interface Accesses {
  readonly featureCode: string;
  readonly mandateId: string;
  readonly instanceId: string;
  /** Labels of the roles that can be given, in order. */
  readonly roles: readonly string[];
  /** In the order in which they were given. */
  readonly accesses: readonly Access[];
}

/** What the admins of a mandate allow at most, beside the plan; `null` is no limit. */
export interface Caps {
  readonly mandateId: string;
  /** Most instances. */
  readonly instances: number | null;
  /** Most that all instances together may cost a month. */
  readonly monthly: Money | null;
  /** What a change of them can be held to. */
  readonly etag: string;
}

/** A page of members who have no access to an instance. */
export interface ColleaguePage {
  /** In the order in which they became members. */
  readonly items: readonly Colleague[];
  /** What to ask for next as `after`; `null` on the last page. */
  readonly next: string | null;
}

/** A member to whom access could be given. */
export interface Colleague {
  readonly userId: string;
  /** The name of that user. */
  readonly name: string;
}

/** An access that somebody has. */
export interface Access {
  readonly userId: string;
  /** The name of that user. */
  readonly name: string;
  /** Labels of the roles in which the user has access. */
  readonly roles: readonly string[];
  /** One that is switched off opens nothing. */
  readonly enabled: boolean;
}

/** An access that a colleague has now. */
export interface Sharing {
  readonly featureCode: string;
  readonly mandateId: string;
  readonly instanceId: string;
  readonly userId: string;
  readonly role: string;
  readonly shared: true;
  /** Whether the caller's own access went. */
  readonly handedOver: boolean;
  readonly change: string;
}

interface BatchSubject {
  readonly mandateId: string;
  /** Activations first, each in the order of the request. */
  readonly changes: readonly Change[];
}

/** What was changed together, or may still be. */
export type Batch =
  | (BatchSubject & { readonly done: true; readonly state: "done" })
  | (BatchSubject & UnderWay & { readonly done: false });

/** How the page signs people in. */
export type SignIn =
  | { readonly kind: "token" }
  | { readonly kind: "cookie" }
  | { readonly kind: "people"; readonly people: readonly DemoPerson[] };

/** A user of the demo. */
export interface DemoPerson {
  readonly username: string;
  /** What the person is in the demo. */
  readonly part: string;
  readonly token: string;
}

/** What the store's own page is told before anybody signed in. */
export interface PageSettings {
  readonly defaultLocale: Locale;
  readonly locales: readonly Locale[];
  /** The operator's word for a mandate. */
  readonly vocabulary: Partial<Record<Locale, { readonly one: string; readonly many: string }>>;
  readonly signIn: SignIn;
  readonly publicUrl: string | null;
}

/** The languages of the store. */
export type Locale = "de" | "fr" | "it" | "en";
