// What a page is told: allowed or not, why, who decided, and whether that still holds.
import type { ExplainedReason } from "../client/answers.js";
import type { ReasonCode } from "../client/codes.js";
import type { ActivateDecision, DeactivateDecision, PreflightAnswer, RestoreDecision } from "../client/preflight-answer.js";
import { negotiate, type Locale } from "../format/locale.js";
import type { Call, Reason } from "../wasm/policy.js";
import type { PolicyModule } from "./policy-module.js";
import { callFor, serverTime, type PreflightQuestion } from "./question.js";
import { sentencesOf, type ReasonTexts } from "./sentences.js";

/** The rules, and the texts of what they say in the languages that were asked for. */
export interface Rules {
  readonly module: PolicyModule;
  readonly texts: ReadonlyMap<Locale, ReasonTexts>;
}

/** Why the server's decision was taken instead of one made here. */
export type ServerBecause =
  /** The rules could not be loaded: WebAssembly is missing or refused, or a file of theirs cannot be read. */
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
  /** The language of the rules' sentences; one that is not loaded is the first that is. The server's come in the language it was asked in. */
  readonly locale?: string;
  /** Whether something is known to have changed since the answer, as `watch` tells. */
  readonly stale?: boolean;
  /** The digest of the rules that the server is known to run by now, as `watch` tells, if it is not the answer's own. */
  readonly policyDigest?: string;
}

/** Decides with the rules where that is sure to be the server's decision, else takes the server's. Null: unknown thing. */
export function decide(
  rules: Rules | null,
  answer: PreflightAnswer,
  question: PreflightQuestion,
  clockNow: number,
  options: DecideOptions,
): PreflightDecision | null {
  const now = serverTime(answer, clockNow);
  const because = whyServer(rules, answer, options);
  if (rules && answer.facts && because === null) {
    const call = callFor(answer, answer.facts, question, now);
    if (!call) return null;
    const decided = fromRules(rules, call, options.locale);
    if (decided) return { ...decided, pending: isPending(find(answer, question)) };
  }
  return fromServer(answer, question, because ?? "failure", now);
}

function whyServer(rules: Rules | null, answer: PreflightAnswer, options: DecideOptions): ServerBecause | null {
  if (!answer.facts) return "no-facts";
  if (!rules) return "no-webassembly";
  const { stale = false, policyDigest = answer.policyDigest } = options;
  const digest = rules.module.policyDigest();
  if (digest !== answer.policyDigest || digest !== policyDigest) return "other-policy";
  return stale ? "stale" : null;
}

function fromRules({ module, texts }: Rules, call: Call, locale: string | undefined): Omit<PreflightDecision, "pending"> | null {
  const answer = module.decide(call);
  const own = { source: "browser", because: null, current: true } as const;
  const [first] = texts;
  const spoken = texts.get(negotiate([locale], first?.[0])) ?? first?.[1] ?? [];
  const said = ({ allowed, reasons }: { allowed: boolean; reasons: readonly Reason[] }) => ({
    allowed, reasons: reasons.map((reason) => explain(reason, spoken)),
  });
  const told = { endsInstance: null, ...own };
  if ("activation" in answer) return { ...said(answer.activation), ...told };
  if ("sharing" in answer) return { ...said(answer.sharing), ...told };
  if (!("deactivation" in answer)) return null;
  return { ...said(answer.deactivation), ...told, endsInstance: answer.deactivation.outcome?.endsInstance ?? null };
}

function explain(reason: Reason, texts: ReasonTexts): ExplainedReason<ReasonCode> {
  const { code, params } = reason;
  const { detail, fix } = sentencesOf(texts, reason) ?? { detail: code, fix: "" };
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
    default:
      // About accesses of others the server decides when it is asked for them, not before.
      return undefined;
  }
}
