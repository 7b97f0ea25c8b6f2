// One case for all projects: a mandate whose plan has room for five, and five are there. Only the rules can tell.

const membership = { enabled: true, roles: [{ label: "admin", ofMandate: true, ofInstance: false }] };
const subscription = {
  status: "ACTIVE", startsAt: null, endsAt: null, trialEndsAt: null,
  plan: { price: 1900, currency: "CHF", maxInstances: 5 },
  hasStripeSubscription: true, hasStripeItem: true, priceAtOdds: false,
  confirmedQuantity: 5, inDoubtSince: null, billed: 5, invoices: [],
};

/** A preflight answer whose server decided otherwise: so that it shows who decided. */
export const answerFor = (policyDigest) => ({
  mandateId: "m-1",
  serverTime: "2026-12-01T12:00:00.000Z",
  receivedAt: Date.now(),
  validUntil: null,
  policyDigest,
  settingsDigest: "settings",
  factsVersion: "1",
  isAdmin: true,
  decisions: {
    activate: [{ featureCode: "chatbot", allowed: true, reasons: [] }],
    deactivate: [],
    restore: [],
  },
  facts: {
    settings: {
      adminLabels: ["admin"], adminMatch: "exact", orphanEnd: "anyone", homeMandate: true, restoreWindow: 604_800_000,
      currency: "CHF", gate: "quantity", invoiceBudget: 15, mostWaiting: 20,
    },
    billingConnected: true,
    billingPaused: false,
    mandate: { isSystem: false, enabled: true, membership, subscriptions: [subscription], counted: 5, waiting: 0 },
    features: [
      { featureCode: "chatbot", facts: { code: "chatbot", category: "store", templateRoles: ["chatbot-admin"] } },
    ],
    instances: [],
    ended: [],
  },
});

export const question = { kind: "activate", featureCode: "chatbot" };

/** What every project prints. */
export async function decided({ loadPreflight }) {
  const preflight = await loadPreflight();
  const decision = preflight.decide(answerFor(preflight.policyDigest ?? "unknown"), question, { locale: "en" });
  return { unavailable: preflight.unavailable === null ? null : String(preflight.unavailable), decision };
}
