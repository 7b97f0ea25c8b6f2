// The element's store: client and preflight of this package behind the element's narrow interface.

import type { Locale } from "../format/index.js";
import { StoreCalls, watch, type Activation, type Credentials, type PreflightAnswer } from "../client/index.js";
import { loadPreflight, type Preflight, type PreflightQuestion } from "../preflight/index.js";
import type { Activated, Decisions, Reason, StoreApi } from "./api.js";
import { pathOf } from "./icons.js";

/** Where the store is, and who is asking. */
export type ConnectOptions = Credentials & { readonly apiBase: string };

/** A store whose language can be changed. */
export interface ConnectedStore extends StoreApi {
  readonly access: ConnectOptions;
  speak(locale: Locale): void;
}

/** Connects to a store. Nothing is asked before the first method is called. */
export function connect(options: ConnectOptions, locale: Locale): ConnectedStore {
  const client = new StoreCalls({ ...options, locale });
  let spoken = locale;
  const rules: Partial<Record<Locale, Promise<Preflight>>> = {};
  /** What the stream told last, of which mandate. It is no version of an answer: compare it with what was told before. */
  let told = "";

  return {
    access: options,
    speak(next) {
      spoken = next;
      client.locale = next;
    },
    mandates: () => client.mandates(),
    subscription: (mandateId) => client.subscriptionInfo(mandateId),
    features: (mandateId) => client.features(mandateId ?? undefined),
    instances: (mandateId) => client.instances(mandateId),
    changes: async (mandateId) => (await client.changes(mandateId)).changes,
    settled: (id, signal) => client.waitForChange(id, { signal, after: 1 }),
    quote: (wish) => client.quote(wish),
    activate: async (wish, idempotencyKey) => activated(await client.activate(wish, { idempotencyKey })),
    restore: async (wish, idempotencyKey) => activated(await client.restore(wish, { idempotencyKey })),
    deactivate: (wish, idempotencyKey) => client.deactivate(wish, { idempotencyKey }),
    async decisions(mandateId) {
      const asked = spoken;
      const before = told;
      rules[asked] ??= loadPreflight({ locales: [asked] });
      const [answer, preflight] = await Promise.all([client.preflight(mandateId), rules[asked]]);
      return decisionsOf(answer, preflight, asked, () => told !== before && told.startsWith(`${mandateId} `));
    },
    watch: (mandateId, tell, signedOut) =>
      watch(client, mandateId, {
        onRevision: ({ revision, digest }) => {
          told = `${mandateId} ${revision} ${digest}`;
          tell(told);
        },
        // Who is no member any more learns from the next reading what is left to see.
        onEnd: (reason) => (reason === "unauthorized" ? signedOut() : tell(reason)),
      }),
    async icon(name) {
      const response = await fetch(new URL(`icons/${encodeURIComponent(name)}.svg`, withSlash(client.apiBase)), { credentials: "omit" });
      if (!response.ok && response.status !== 404) throw response;
      return response.ok ? pathOf(await response.text()) : "";
    },
  };
}

/** The decisions about one mandate, in one language. Facts that are over decide nothing: then what the server decided is shown. */
function decisionsOf(answer: PreflightAnswer, preflight: Preflight, locale: Locale, isOver: () => boolean): Decisions {
  const ask = (question: PreflightQuestion) => preflight.decide(answer, question, { locale, stale: isOver() });
  const decide = (question: PreflightQuestion) => {
    const decision = ask(question);
    return decision && { ...decision, reasons: decision.reasons.map(reasonOf) };
  };
  const validFor = answer.validUntil === null ? null : Date.parse(answer.validUntil) - Date.parse(answer.serverTime) - (Date.now() - answer.receivedAt);
  const window = answer.facts?.settings.restoreWindow;
  return {
    isAdmin: answer.isAdmin,
    get source() {
      if (preflight.unavailable !== null) return "no-wasm";
      const [{ featureCode } = { featureCode: "" }] = answer.decisions.activate;
      return ask({ kind: "activate", featureCode })?.source ?? "server";
    },
    ahead: Date.parse(answer.serverTime) - answer.receivedAt,
    validFor: validFor === null ? null : Math.max(0, validFor),
    restoreWindow: typeof window === "number" ? window : null,
    decide,
    activate: (featureCode) => decide({ kind: "activate", featureCode }),
    deactivate: (instanceId, scope) => decide({ kind: "deactivate", instanceId, scope }),
    restore: (instanceId) => decide({ kind: "restore", instanceId }),
  };
}

function reasonOf({ code, params, detail, fix }: Reason): Reason {
  return { code, params, detail, fix: fix === "" ? null : fix };
}

function activated(answer: Activation): Activated {
  return { instanceId: answer.instanceId, activated: answer.activated, change: answer.activated ? null : answer.change };
}

function withSlash(address: string): string {
  return address.endsWith("/") ? address : `${address}/`;
}
