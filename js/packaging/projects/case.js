// One case for all projects: a mandate whose plan has no room left. Only the rules can tell.
import { answerOf } from "./answer.js";
import { call } from "./call.js";

/** What every project shows. */
export async function decided({ loadPreflight }) {
  const preflight = await loadPreflight({ locales: ["en"] });
  const answer = answerOf(call, preflight.policyDigest ?? "unknown");
  const decision = preflight.decide(answer, { kind: "activate", featureCode: "chatbot" }, { locale: "en" });
  return { unavailable: preflight.unavailable === null ? null : String(preflight.unavailable), decision };
}
