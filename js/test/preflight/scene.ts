// A preflight answer as the server would send it about the facts of a call.
import type { PreflightAnswer, PreflightFacts } from "../../src/client/index.js";
import type { Call, PreflightQuestion } from "../../src/preflight/index.js";

/** The answer with the question that the call asks; null for calls that no page asks. */
export function asked(call: Call, policyDigest: string, receivedAt: number): { answer: PreflightAnswer; question: PreflightQuestion } | null {
  const { settings, question } = call;
  const told = (now: number, facts: PreflightFacts): PreflightAnswer => ({
    mandateId: "m-1", serverTime: new Date(now).toISOString(), receivedAt, validUntil: null, policyDigest,
    settingsDigest: "s", factsVersion: "1", isAdmin: true, facts,
    decisions: { activate: [], deactivate: [], restore: [] },
  });
  if ("activation" in question) {
    const { now, adding, feature, mandate, billingConnected, billingPaused, restoring } = question.activation;
    if (adding !== 1 || !feature || !mandate) return null;
    const features = [{ featureCode: feature.code, facts: feature }];
    const common = { settings, billingConnected, billingPaused, mandate, features, instances: [] };
    if (!restoring) {
      return { answer: told(now, { ...common, ended: [] }), question: { kind: "activate", featureCode: feature.code } };
    }
    if (restoring.endedAt === null) return null;
    const ended = [{ instanceId: "i-1", featureCode: feature.code, endedAt: restoring.endedAt }];
    return { answer: told(now, { ...common, ended }), question: { kind: "restore", instanceId: "i-1" } };
  }
  if ("deactivation" in question) {
    const { now, requested, scope, mandate, instance, hasAccess } = question.deactivation;
    const named = instance?.featureCode === requested.featureCode && instance.mandateId === requested.mandateId;
    // Of a colleague's access a page asks when it sees one.
    if (!mandate || !instance || !named || (scope === "user" && !hasAccess)) return null;
    const instances = [{ instanceId: "i-1", facts: instance, hasAccess }];
    const facts = { settings, billingConnected: true, billingPaused: false, mandate, features: [], instances, ended: [] };
    return {
      answer: { ...told(now, facts), mandateId: instance.mandateId },
      question: scope === "user" ? { kind: "unshare", instanceId: "i-1" } : { kind: "deactivate", instanceId: "i-1", scope },
    };
  }
  if ("sharing" in question) {
    const { mandate, hasInstance, colleagueIsMember, hasRole, access } = question.sharing;
    if (!mandate) return null;
    const living = { featureCode: "f", mandateId: "m-1", state: "active", accesses: 1 } as const;
    const instances = hasInstance ? [{ instanceId: "i-1", facts: living, hasAccess: true }] : [];
    const facts = { settings, billingConnected: true, billingPaused: false, mandate, features: [], instances, ended: [] };
    return { answer: told(0, facts), question: { kind: "share", instanceId: "i-1", colleagueIsMember, hasRole, access } };
  }
  return null;
}
