// A preflight answer about the facts of a call of the rules: a full plan, so that activating is refused.

/** The server's own decision in it says otherwise, so that it shows who decided. */
export function answerOf(call, policyDigest) {
  const { mandate, feature, billingConnected, billingPaused } = call.question.activation;
  const full = mandate.subscriptions[0].plan.maxInstances;
  return {
    mandateId: "m-1",
    serverTime: "2026-12-01T12:00:00.000Z",
    receivedAt: Date.now(),
    validUntil: null,
    policyDigest,
    settingsDigest: "settings",
    factsVersion: "1",
    isAdmin: true,
    decisions: {
      activate: [{ featureCode: feature.code, allowed: true, reasons: [] }],
      deactivate: [],
      restore: [],
    },
    facts: {
      settings: call.settings,
      billingConnected,
      billingPaused,
      mandate: { ...mandate, counted: full },
      features: [{ featureCode: feature.code, facts: feature }],
      instances: [],
      ended: [],
    },
  };
}
