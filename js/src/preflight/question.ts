// From the server's facts to a call of the rules, at the server's time.
import type { PreflightAnswer, PreflightFacts } from "../client/preflight-answer.js";
import type { ActivationFacts, Call, Question } from "../wasm/policy.js";

/** What a page wants to know before the click. */
export type PreflightQuestion =
  | { readonly kind: "activate"; readonly featureCode: string }
  | { readonly kind: "deactivate"; readonly instanceId: string; readonly scope: "mine" | "mandate" }
  | { readonly kind: "restore"; readonly instanceId: string };

/** The server's time now, by its own clock when it answered and by ours since then. In UTC milliseconds. */
export function serverTime(answer: PreflightAnswer, now: number): number {
  return Date.parse(answer.serverTime) + Math.max(0, now - answer.receivedAt);
}

/** The call that answers the question; null where the facts do not know what it is about. */
export function callFor(answer: PreflightAnswer, facts: PreflightFacts, asked: PreflightQuestion, now: number): Call | null {
  const question = questionFor(answer, facts, asked, now);
  return question && { settings: facts.settings, question };
}

function questionFor(
  answer: PreflightAnswer, facts: PreflightFacts, asked: PreflightQuestion, now: number,
): Question | null {
  switch (asked.kind) {
    case "activate": {
      return activation(facts, asked.featureCode, null, now);
    }
    case "restore": {
      const ended = facts.ended.find(({ instanceId }) => instanceId === asked.instanceId);
      return ended ? activation(facts, ended.featureCode, { endedAt: ended.endedAt }, now) : null;
    }
    case "deactivate": {
      const found = facts.instances.find(({ instanceId }) => instanceId === asked.instanceId);
      if (!found) return null;
      const requested = { featureCode: found.facts.featureCode, mandateId: answer.mandateId };
      const { mandate } = facts;
      const { facts: instance, hasAccess } = found;
      return { deactivation: { now, requested, scope: asked.scope, mandate, instance, hasAccess } };
    }
  }
}

function activation(
  { mandate, billingConnected, billingPaused, features }: PreflightFacts,
  featureCode: string,
  restoring: ActivationFacts["restoring"],
  now: number,
): Question | null {
  const feature = features.find((feature) => feature.featureCode === featureCode)?.facts;
  if (!feature) return null;
  return { activation: { now, adding: 1, feature, mandate, billingConnected, billingPaused, restoring } };
}
