// From the server's facts to a call of the rules, at the server's time.
import type { PreflightAnswer, PreflightFacts } from "../client/preflight-answer.js";
import type { ActivationFacts, Call, HeldAccess, Question } from "../wasm/policy.js";

/** What a page wants to know before the click. */
export type PreflightQuestion =
  | { readonly kind: "activate"; readonly featureCode: string }
  | { readonly kind: "deactivate"; readonly instanceId: string; readonly scope: "mine" | "mandate" }
  | { readonly kind: "restore"; readonly instanceId: string }
  | ShareQuestion
  | { readonly kind: "unshare"; readonly instanceId: string };

/** May this colleague have access to an instance, in this role? What is known of both, the lists of accesses and colleagues tell. */
export interface ShareQuestion {
  readonly kind: "share";
  readonly instanceId: string;
  /** Whether the person is a member of the mandate. */
  readonly colleagueIsMember: boolean;
  /** Whether the role is one of the instance's. */
  readonly hasRole: boolean;
  /** What the person has already: nothing, another role, or this very one. */
  readonly access: HeldAccess;
}

/** The server's time now, by its own clock when it answered and by ours since then. In UTC milliseconds. */
export function serverTime(answer: PreflightAnswer, now: number): number {
  return Date.parse(answer.serverTime) + Math.max(0, now - answer.receivedAt);
}

/** The call that answers the question; null where the facts do not know what it is about. */
export function callFor(answer: PreflightAnswer, facts: PreflightFacts, asked: PreflightQuestion, now: number): Call | null {
  const question = questionFor(answer, facts, asked, now);
  return question && { settings: facts.settings, question };
}

/** What the service asks, too: of a colleague's access it asks as somebody who has one. */
function questionFor(
  answer: PreflightAnswer, facts: PreflightFacts, asked: PreflightQuestion, now: number,
): Question | null {
  const found = "instanceId" in asked ? facts.instances.find(({ instanceId }) => instanceId === asked.instanceId) : undefined;
  switch (asked.kind) {
    case "activate": {
      return activation(facts, asked.featureCode, null, now);
    }
    case "restore": {
      const ended = facts.ended.find(({ instanceId }) => instanceId === asked.instanceId);
      return ended ? activation(facts, ended.featureCode, { endedAt: ended.endedAt }, now) : null;
    }
    case "share": {
      const { colleagueIsMember, hasRole, access } = asked;
      return { sharing: { mandate: facts.mandate, hasInstance: found !== undefined, colleagueIsMember, hasRole, access } };
    }
    default: {
      if (!found) return null;
      const requested = { featureCode: found.facts.featureCode, mandateId: answer.mandateId };
      const { mandate } = facts;
      const { facts: instance } = found;
      const [scope, hasAccess] = asked.kind === "unshare" ? (["user", true] as const) : ([asked.scope, found.hasAccess] as const);
      return { deactivation: { now, requested, scope, mandate, instance, hasAccess } };
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
