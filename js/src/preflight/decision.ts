// What a page is told: allowed or not, why, who decided, and whether that still holds.
import type { ExplainedReason } from "../client/answers.js";
import type { ReasonCode } from "../client/codes.js";
import type { ActivateDecision, DeactivateDecision, PreflightAnswer, RestoreDecision } from "../client/preflight-answer.js";
import { negotiate, type Locale } from "../format/locale.js";
import type { Call, Reason } from "../wasm/policy.js";
import type { PolicyModule } from "./policy-module.js";
import { callFor, serverTime, type PreflightQuestion } from "./question.js";

/** Why the server's decision was taken instead of one made here. */
export type ServerBecause =
  /** The rules could not be loaded: WebAssembly is missing or refused, or the file cannot be read. */
  | "no-webassembly"
  /** The caller is no admin, and so was given no facts. */
  | "no-facts"
  /** The server runs other rules than this page brought along. */
  | "other-policy"
  /** The facts are old. */
  | "stale"
  /** The rules did not understand the facts. */
  | "failure";

/** A decision before the click. */
export interface PreflightDecision {
  readonly allowed: boolean;
  /** Everything that stands against it, in the fixed order. */
  readonly reasons: readonly ExplainedReason<ReasonCode>[];
  /** Of a deactivation that is allowed: whether the instance ends with it. */
  readonly endsInstance: boolean | null;
  /**
   * Whether a change that waits for billing ends the instance already. That is no matter of the rules: what would be
   * allowed is answered `change-pending` until billing has answered.
   */
  readonly pending: boolean;
  /** Who decided: the rules in this page, or the server when it answered. */
  readonly source: "browser" | "server";
  /** Why the server; null when the rules in this page decided. */
  readonly because: ServerBecause | null;
  /** False when the server may decide otherwise by now: ask it again. */
  readonly current: boolean;
}

export interface DecideOptions {
  /** The language of the rules' sentences, as for `explain`; `de` by default. The server's come in the language it was asked in. */
  readonly locale?: string;
  /** Whether something is known to have changed since the answer, as `watch` tells. */
  readonly stale?: boolean;
  /** The digest of the rules that the server is known to run by now, as `watch` tells, if it is not the answer's own. */
  readonly policyDigest?: string;
}

/** Decides with the rules where that is sure to be the server's decision, else takes the server's. Null: unknown thing. */
export function decide(
  policy: PolicyModule | null,
  answer: PreflightAnswer,
  question: PreflightQuestion,
  clockNow: number,
  options: DecideOptions,
): PreflightDecision | null {
  const now = serverTime(answer, clockNow);
  const because = whyServer(policy, answer, options);
  if (policy && answer.facts && because === null) {
    const call = callFor(answer, answer.facts, question, now);
    if (!call) return null;
    const decided = fromRules(policy, call, negotiate([options.locale]));
    if (decided) return { ...decided, pending: isPending(find(answer, question)) };
  }
  return fromServer(answer, question, because ?? "failure", now);
}

function whyServer(policy: PolicyModule | null, answer: PreflightAnswer, options: DecideOptions): ServerBecause | null {
  if (!answer.facts) return "no-facts";
  if (!policy) return "no-webassembly";
  const { stale = false, policyDigest = answer.policyDigest } = options;
  const digest = policy.policyDigest();
  if (digest !== answer.policyDigest || digest !== policyDigest) return "other-policy";
  return stale ? "stale" : null;
}

function fromRules(policy: PolicyModule, call: Call, locale: Locale): Omit<PreflightDecision, "pending"> | null {
  const answer = policy.decide(call);
  const own = { source: "browser", because: null, current: true } as const;
  const explained = (reasons: readonly Reason[]) => reasons.map((reason) => explain(policy, reason, locale));
  if ("activation" in answer) {
    const { allowed, reasons } = answer.activation;
    return { allowed, reasons: explained(reasons), endsInstance: null, ...own };
  }
  if ("deactivation" in answer) {
    const { allowed, reasons, outcome } = answer.deactivation;
    return { allowed, reasons: explained(reasons), endsInstance: outcome?.endsInstance ?? null, ...own };
  }
  return null;
}

function explain(policy: PolicyModule, reason: Reason, locale: Locale): ExplainedReason<ReasonCode> {
  const { code, params } = reason;
  const { detail, fix } = policy.explain(reason, locale) ?? { detail: code, fix: "" };
  return { code, params: { ...params }, detail, fix };
}

function fromServer(
  answer: PreflightAnswer, question: PreflightQuestion, because: ServerBecause, now: number,
): PreflightDecision | null {
  const found = find(answer, question);
  if (!found) return null;
  const { allowed, reasons } = found;
  const endsInstance = "endsInstance" in found ? found.endsInstance : null;
  const over = answer.validUntil !== null && now >= Date.parse(answer.validUntil);
  const current = !over && because !== "stale";
  return { allowed, reasons, endsInstance, pending: isPending(found), source: "server", because, current };
}

type ServerDecision = ActivateDecision | DeactivateDecision | RestoreDecision;

function isPending(told: ServerDecision | undefined): boolean {
  return told !== undefined && "pending" in told && told.pending;
}

function find({ decisions }: PreflightAnswer, asked: PreflightQuestion): ServerDecision | undefined {
  switch (asked.kind) {
    case "activate":
      return decisions.activate.find(({ featureCode }) => featureCode === asked.featureCode);
    case "deactivate":
      return decisions.deactivate.find(({ instanceId, scope }) => instanceId === asked.instanceId && scope === asked.scope);
    case "restore":
      return decisions.restore.find(({ instanceId }) => instanceId === asked.instanceId);
  }
}
