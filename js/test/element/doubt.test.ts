// A try without an answer: what ends the doubt, what does not, and that nothing happens twice meanwhile.
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { NetworkError, StoreClient } from "../../src/client/index.js";
import type { Activated, Change, Deactivated, Quote, StoreApi } from "../../src/element/api.js";
import { connect } from "../../src/element/connect.js";
import { active, answers, confirmed, refusal } from "./desk.js";
import { activation, change, quote } from "./world.js";

beforeEach(() => vi.useFakeTimers({ now: Date.parse("2026-11-23T12:00:00Z") }));
afterEach(() => vi.useRealTimers());

const MINUTE = 60_000;
const lost = () => new NetworkError("lost");

/** Activates, and remembers the key of each try. */
function activating(...script: (Activated | Error | { status: number })[]) {
  const keys: string[] = [];
  const next = answers<Activated>(...script);
  const activate: StoreApi["activate"] = (_, key) => (keys.push(key), next());
  return { activate, keys };
}

it("keeps its key for as long as it takes", async () => {
  const { activate, keys } = activating(...Array.from({ length: 60 }, lost), active);
  const shown = await confirmed({ activate });
  await vi.advanceTimersByTimeAsync(60 * MINUTE);
  expect([shown.shown()?.phase, shown.told, new Set(keys).size, keys.length]).toEqual(["done", ["in-doubt", "done"], 1, 61]);
});

it("gives its key to the store with each sending", async () => {
  const keys: (string | null)[] = [];
  vi.stubGlobal("fetch", async (_: string, init: RequestInit) => {
    keys.push(new Headers(init.headers).get("Idempotency-Key"));
    return Response.json({ instanceId: "i", activated: true, instanceDeleted: true, billing: "done" });
  });
  const store = connect({ apiBase: "http://store.test", getToken: () => "t" }, "en");
  await store.activate({ mandateId: "m", featureCode: "a" }, "one");
  await store.restore({ mandateId: "m", instanceId: "i", quoteId: "q" }, "two");
  await store.deactivate({ mandateId: "m", featureCode: "a", instanceId: "i" }, "three");
  vi.unstubAllGlobals();
  expect(keys).toEqual(["one", "two", "three"]);
});

it("another wish has another key", async () => {
  const { activate, keys } = activating(refusal(402, "capacity-reached"), active);
  const shown = await confirmed({ activate });
  shown.errands.close();
  shown.errands.open(activation);
  await vi.advanceTimersByTimeAsync(0);
  shown.errands.confirm(2);
  expect(new Set(keys).size).toBe(2);
});

it.each([
  [429, "rate-limited"], [503, "service-unavailable"], [503, "billing-unavailable"], [402, "capacity-reached"], [403, "not-admin"],
  [412, "quote-used"], [412, "quote-expired"], [412, "quote-changed"],
])("%i %s says nothing about the try before: nobody is told that nothing was charged, or offered to agree again", async (status, code) => {
  const { activate, keys } = activating(lost(), refusal(status, code, { quote: quote() }), refusal(status, code), active);
  const shown = await confirmed({ activate });
  await vi.advanceTimersByTimeAsync(3_000);
  expect([shown.shown()?.phase, shown.shown()?.unknown, keys.length]).toEqual(["waiting", true, 2]);
  await vi.advanceTimersByTimeAsync(5 * MINUTE);
  expect([shown.shown()?.phase, shown.told, new Set(keys).size]).toEqual(["done", ["in-doubt", "done"], 1]);
});

it("a refusal that came after a try without an answer within the same call leaves it open", async () => {
  const client = new StoreClient({
    apiBase: "http://store.test",
    fetch: async () => {
      if ((tries += 1) === 1) throw new TypeError("lost");
      return Response.json({ ...refusal(402, "capacity-reached"), type: "t", title: "t" }, { status: 402 });
    },
  });
  let tries = 0;
  const shown = await confirmed({ activate: async (wish, idempotencyKey) => (await client.activate(wish, { idempotencyKey }), active) });
  await vi.advanceTimersByTimeAsync(2_000);
  expect([tries, shown.shown()?.unknown, shown.told]).toEqual([2, true, ["in-doubt"]]);
});

it.each([["payment-declined", 402], ["withdrawn", 409]])("%s is on record: that is the outcome", async (code, status) => {
  const { activate } = activating(lost(), refusal(status, code));
  const shown = await confirmed({ activate });
  await vi.advanceTimersByTimeAsync(3_000);
  expect([shown.shown()?.phase, shown.shown()?.fault?.code, shown.told]).toEqual(["failed", code, ["in-doubt", "failed"]]);
});

it.each([
  ["done", "done", ["in-doubt", "done"]],
  ["failed", "failed", ["in-doubt", "failed"]],
] as const)("a change of its own that is %s ends the doubt", async (state, phase, told) => {
  const { activate, keys } = activating(lost());
  const shown = await confirmed({ activate, changes: answers<readonly Change[]>([], [change(state)]) });
  await vi.advanceTimersByTimeAsync(3_000);
  expect([shown.shown()?.phase, shown.told]).toEqual([phase, told]);
  await vi.advanceTimersByTimeAsync(5 * MINUTE);
  expect(keys.length, "and nothing is sent after it").toBeLessThan(3);
});

it("a change of its own that is under way is followed, and nothing is sent any more", async () => {
  const { activate, keys } = activating(lost());
  let settle = (_: Change): void => undefined;
  const shown = await confirmed({ activate, changes: answers<readonly Change[]>([change("billing")]), settled: () => new Promise((resolve) => (settle = resolve)) });
  await vi.advanceTimersByTimeAsync(5 * MINUTE);
  expect([shown.shown()?.phase, shown.shown()?.unknown, keys.length, shown.told]).toEqual(["waiting", false, 1, ["in-doubt", "waiting"]]);
  settle(change("done"));
  await vi.advanceTimersByTimeAsync(0);
  expect(shown.shown()?.phase).toBe("done");
});

it("what was seen among the changes and is then answered as well is told once, and followed once", async () => {
  let answer = (_: Activated): void => undefined;
  let followed = 0;
  let tries = 0;
  const activate = (): Promise<Activated> => ((tries += 1) === 1 ? Promise.reject(lost()) : new Promise((resolve) => (answer = resolve)));
  const shown = await confirmed({ activate, changes: answers<readonly Change[]>([], [], [change("billing")]), settled: () => ((followed += 1), new Promise(() => undefined)) });
  await vi.advanceTimersByTimeAsync(MINUTE);
  expect([tries, shown.told], "sent again, and seen meanwhile").toEqual([2, ["in-doubt", "waiting"]]);
  answer({ instanceId: "i", activated: false, change: "c" });
  await vi.advanceTimersByTimeAsync(MINUTE);
  expect([followed, shown.told]).toEqual([1, ["in-doubt", "waiting"]]);
});

it("what a colleague does at the same time ends no doubt of mine", async () => {
  const { activate } = activating(lost());
  const colleagues = [change("done", { quoteId: "other" }), change("billing", { quoteId: null, createdAt: new Date().toISOString() })];
  const shown = await confirmed({ activate, changes: answers<readonly Change[]>(colleagues) });
  await vi.advanceTimersByTimeAsync(MINUTE);
  expect([shown.shown()?.unknown, shown.shown()?.step, shown.told]).toEqual([true, "checked", ["in-doubt"]]);
});

it("ends when nothing that was sent can come true any more: refused, not on record, and its quote is over", async () => {
  const { activate } = activating(lost(), refusal(412, "quote-expired"));
  const shown = await confirmed({ activate });
  await vi.advanceTimersByTimeAsync(15 * MINUTE);
  expect(shown.shown()?.unknown).toBe(true);
  await vi.advanceTimersByTimeAsync(3 * MINUTE);
  expect([shown.shown()?.phase, shown.told]).toEqual(["failed", ["in-doubt", "failed"]]);
});

it("does not end while the record cannot be read", async () => {
  const { activate } = activating(lost(), refusal(412, "quote-expired"));
  const shown = await confirmed({ activate, changes: answers<readonly Change[]>(lost()) });
  await vi.advanceTimersByTimeAsync(60 * MINUTE);
  expect(shown.shown()?.unknown).toBe(true);
});

it("a change that is on record and cannot be looked at is no failure", async () => {
  const shown = await confirmed({
    activate: answers<Activated>({ instanceId: "i", activated: false, change: "c" }),
    settled: answers<Change>(refusal(500, "internal"), refusal(404, "not-found"), change("done")),
  });
  await vi.advanceTimersByTimeAsync(10_000);
  expect(shown.shown()?.phase).toBe("waiting");
  await vi.advanceTimersByTimeAsync(MINUTE);
  expect([shown.shown()?.phase, shown.told]).toEqual(["done", ["waiting", "done"]]);
});

it("after it was stopped it sends, asks and tells nothing", async () => {
  let settle = (_: Activated): void => undefined;
  let asked = 0;
  const counted = async (): Promise<readonly Change[]> => ((asked += 1), []);
  const shown = await confirmed({ activate: () => new Promise((resolve) => (settle = resolve)), changes: counted });
  await vi.advanceTimersByTimeAsync(900);
  shown.errands.stop();
  settle(active);
  await vi.advanceTimersByTimeAsync(10 * MINUTE);
  expect([asked, shown.told, shown.events, shown.refreshes()]).toEqual([0, [], [], 0]);
});

it("stopped while it looks at the changes it does not look again", async () => {
  let answer = (_: readonly Change[]): void => undefined;
  let asked = 0;
  const shown = await confirmed({ activate: () => new Promise(() => undefined), changes: () => ((asked += 1), new Promise((resolve) => (answer = resolve))) });
  await vi.advanceTimersByTimeAsync(1_000);
  shown.errands.stop();
  answer([]);
  await vi.advanceTimersByTimeAsync(10 * MINUTE);
  expect(asked).toBe(1);
});

const end = { ...activation, kind: "deactivate", instanceId: "i", scope: "mandate" } as const;

const restoration = { ...activation, kind: "restore", instanceId: "i" } as const;

it.each([
  ["restore", restoration, { instanceId: "i", activated: true, change: null }],
  ["deactivate", end, { instanceDeleted: true, billing: "done" }],
] as const)("a %s without an answer is sent again under its own key until there is one, and told once", async (kind, subject, answer) => {
  const sent: [wish: object, key: string][] = [];
  const next = answers<Activated | Deactivated>(lost(), refusal(503, "service-unavailable"), lost(), answer);
  const shown = await confirmed({ [kind]: (wish: object, key: string) => (sent.push([wish, key]), next()) }, subject);
  await vi.advanceTimersByTimeAsync(5 * MINUTE);
  expect([shown.shown()?.phase, shown.told]).toEqual(["done", ["in-doubt", "done"]]);
  expect(sent).toEqual(Array.from({ length: 4 }, () => sent[0]));
  expect(sent[0]?.[1]).toMatch(/\S/);
});

it.each([
  ["done", "done", ["in-doubt", "done"]],
  ["failed", "failed", ["in-doubt", "failed"]],
] as const)("a restore in doubt that the record tells as %s ends, and is sent no more", async (state, phase, told) => {
  let sent = 0;
  const restore = (): Promise<Activated> => ((sent += 1), Promise.reject(lost()));
  const shown = await confirmed({ restore, changes: answers<readonly Change[]>([], [change(state, { kind: "restore", instanceId: "i" })]) }, restoration);
  await vi.advanceTimersByTimeAsync(5 * MINUTE);
  expect([shown.shown()?.phase, shown.told, sent <= 2]).toEqual([phase, told, true]);
});

it("what is in doubt is shown again when it is opened again, not begun again", async () => {
  const keys: string[] = [];
  const restore = (_: object, key: string): Promise<Activated> => (keys.push(key), Promise.reject(lost()));
  const shown = await confirmed({ restore }, restoration);
  shown.errands.close();
  shown.errands.open(restoration);
  expect([shown.tasks().length, shown.shown()?.unknown]).toEqual([1, true]);
  await vi.advanceTimersByTimeAsync(MINUTE);
  expect(new Set(keys).size).toBe(1);
});

it("an end is confirmed although its quote is over and billing is away", async () => {
  const sent: (string | undefined)[] = [];
  const deactivate = async ({ quoteId }: { quoteId?: string }): Promise<Deactivated> => {
    sent.push(quoteId);
    if (quoteId) throw refusal(412, "quote-expired");
    return { instanceDeleted: true, billing: "pending" };
  };
  const shown = await confirmed({ quote: answers<Quote>(quote({ id: "old" }), refusal(503, "billing-unavailable")), deactivate }, end);
  expect([shown.shown()?.phase, sent]).toEqual(["unquoted", ["old"]]);
  shown.errands.confirm(1);
  await vi.advanceTimersByTimeAsync(0);
  expect([shown.shown()?.phase, sent]).toEqual(["done", ["old", undefined]]);
});

it("an end that is on record has happened, whether billing knows or not", async () => {
  const shown = await confirmed({ deactivate: answers<Deactivated>(lost()), changes: answers<readonly Change[]>([], [change("billing", { kind: "end" })]) }, end);
  await vi.advanceTimersByTimeAsync(3_000);
  expect([shown.shown()?.phase, shown.shown()?.ended]).toEqual(["done", { instanceDeleted: true, billing: "pending" }]);
});

it("a restore is held to the quote that was seen, and shows another price before anything happens", async () => {
  const sent: (string | undefined)[] = [];
  const restore = async ({ quoteId }: { quoteId?: string }): Promise<Activated> => {
    sent.push(quoteId);
    if (sent.length === 1) throw refusal(412, "quote-changed", { quote: quote({ id: "dearer", dueNow: 5 }) });
    return active;
  };
  const shown = await confirmed({ restore }, restoration);
  expect([shown.shown()?.phase, shown.shown()?.previous?.id, shown.told]).toEqual(["review", "q", ["quote-changed"]]);
  shown.errands.confirm(1);
  await vi.advanceTimersByTimeAsync(0);
  expect([shown.shown()?.phase, sent]).toEqual(["done", ["q", "dearer"]]);
});
