// A store with fixed answers on this machine, so that the README's examples have somebody to talk to.
import { EventEmitter, once } from "node:events";
import { createServer } from "node:http";
import { answerOf } from "./projects/answer.js";
import { baseCall } from "./workspace.js";

const instant = "2026-12-01T12:00:00.000Z";
const labels = { de: "Chatbot", fr: "Chatbot", it: "Chatbot", en: "Chatbot" };
const change = {
  id: "c-1", kind: "activate", state: "done", gate: "quantity", featureCode: "chatbot", mandateId: "m-1", instanceId: "i-1",
  createdAt: instant, settledAt: instant, effectiveAt: instant, reasons: [], batchId: null, quoteId: null,
};

const ANSWERS = {
  "GET /api/store/mandates": [{ id: "m-1", name: "acme", label: "Acme AG" }],
  "GET /api/store/subscription-info": {
    plan: "BASIC", planLabel: "Basic", status: "ACTIVE", billingPeriod: "MONTHLY", price: { minor: 1900, currency: "CHF" },
    priceIncludesTax: false, billedInstances: 5, bill: { minor: 9500, currency: "CHF" }, currentPeriodEnd: null,
    trialEndsAt: null, maxFeatureInstances: 5, currentFeatureInstances: 5, maxDataVolumeMB: null, budgetAiCHF: null,
    billingInSync: true, billingCheckedAt: instant,
  },
  "GET /api/store/features": [
    { featureCode: "chatbot", label: labels, icon: "mdi-puzzle", description: {}, instances: [], canActivate: true, reasons: [] },
  ],
  "GET /api/store/instances": [
    {
      instanceId: "i-9", featureCode: "chatbot", label: null, state: "active", since: instant, endedAt: null, restorableUntil: null, by: "bob", users: 1,
      price: null,
    },
  ],
  "GET /api/store/instances/i-9/accesses": {
    featureCode: "chatbot", mandateId: "m-1", instanceId: "i-9", roles: ["chatbot-admin"],
    accesses: [{ userId: "u-bob", name: "Bob", roles: ["chatbot-admin"], enabled: true }],
  },
  "GET /api/store/instances/i-9/colleagues": { items: [], next: null },
  "GET /api/store/changes": { changes: [], next: null },
  "GET /api/store/changes/c-1": change,
  "POST /api/store/quote": {
    id: "q-1", expiresAt: null, effectiveAt: instant, source: "list", currency: "CHF", dueNow: 0, nextInvoice: null,
    perPeriod: { before: 9500, after: 11400 }, taxBehavior: "exclusive", lines: [], gate: "quantity",
  },
};

const revision = (text) => `event: revision\ndata: {"revision":"${text}","digest":"none"}\n\n`;

/** Starts it. Whoever asks needs the token `demo`; any page may ask. */
export async function startStore() {
  const call = await baseCall();
  const streams = [];
  const changed = new EventEmitter();
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, "http://host");
    const name = `${request.method} ${pathname}`;
    response.setHeader("Access-Control-Allow-Origin", "*");
    response.setHeader("Access-Control-Allow-Headers", "*, Authorization");
    response.setHeader("Access-Control-Expose-Headers", "*");
    const answer = (status, body) => response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(body));
    if (request.method === "OPTIONS") return response.writeHead(204).end();
    if (pathname.startsWith("/icons/")) {
      response.writeHead(200, { "Content-Type": "image/svg+xml" });
      return response.end('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path d="M4 4h16v16H4z"/></svg>');
    }
    if (request.headers.authorization !== "Bearer demo") return answer(401, { code: "unauthorized", status: 401, detail: "no token", reasons: [] });
    if (name === "GET /api/store/events") {
      response.writeHead(200, { "Content-Type": "text/event-stream" });
      streams.push(response);
      response.on("close", () => changed.emit("stream"));
      changed.emit("stream");
      return response.write(revision("1"));
    }
    if (name === "GET /api/store/preflight") return answer(200, { ...answerOf(call, "none"), receivedAt: undefined });
    if (name === "POST /api/store/activate") {
      response.setHeader("Retry-After", "0");
      return answer(202, { featureCode: "chatbot", mandateId: "m-1", instanceId: "i-1", activated: false, change: "c-1", state: "billing" });
    }
    const known = ANSWERS[name];
    return known === undefined ? answer(404, {}) : answer(200, known);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    /** How many streams were opened so far. */
    get opened() {
      return streams.length;
    },
    /** Resolves when so many were opened. */
    untilOpened: async (count) => {
      const signal = AbortSignal.timeout(120_000);
      while (streams.length < count) await once(changed, "stream", { signal });
    },
    /** Resolves when so many are open. */
    untilOpen: async (count) => {
      const signal = AbortSignal.timeout(120_000);
      while (streams.filter((stream) => !stream.destroyed).length !== count) await once(changed, "stream", { signal });
    },
    /** Tells all streams. */
    tell: (text) => streams.filter((stream) => !stream.destroyed).forEach((stream) => stream.write(revision(text))),
    origin: `http://127.0.0.1:${server.address().port}`,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}
