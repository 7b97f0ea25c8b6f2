// From a click to an outcome, against a store in memory whose answers each test writes down.
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Activated, Change, Deactivated, Quote } from "../../src/element/api.js";
import { active, answers, confirmed, opened, page, pending, refusal } from "./desk.js";
import { activation, change, decisions, ends, no, quote, subscription } from "./world.js";

beforeEach(() => vi.useFakeTimers({ now: Date.parse("2026-11-23T12:00:00Z") }));
afterEach(() => vi.useRealTimers());

it("activates under the quote that was seen, and says so once", async () => {
  const sent: unknown[] = [];
  const shown = await confirmed({ quote: answers(quote({ id: "seen" })), activate: async (wish) => (sent.push(wish), active) });
  expect(sent).toEqual([{ mandateId: "m", featureCode: "a", quoteId: "seen" }]);
  expect([shown.shown()?.phase, shown.shown()?.instanceId, shown.told, shown.events, shown.refreshes()]).toEqual(["done", "new", ["done"], ["turnpike-activated"], 1]);
});

it("waits for billing, and believes only what the server says", async () => {
  let settle = (_: Change): void => undefined;
  const shown = await confirmed({ activate: answers(pending), settled: () => new Promise((resolve) => (settle = resolve)) });
  expect([shown.shown()?.phase, shown.shown()?.step, shown.told, shown.events]).toEqual(["waiting", "billed", ["waiting"], []]);
  settle(change("done"));
  await vi.advanceTimersByTimeAsync(0);
  expect([shown.shown()?.phase, shown.told]).toEqual(["done", ["waiting", "done"]]);
});

it("what was given up before it was created is not told to be active, whatever billing says then", async () => {
  let settle = (_: Change): void => undefined;
  const shown = await confirmed({
    activate: answers(pending),
    settled: () => new Promise((resolve) => (settle = resolve)),
    deactivate: answers<Deactivated>({ instanceDeleted: true, billing: "pending" }),
  });
  shown.errands.close();
  const withdrawal = { ...activation, kind: "deactivate", instanceId: pending.instanceId } as const;
  await shown.reads({ decisions: decisions({ deactivate: { [`${pending.instanceId} mine`]: ends } }) });
  shown.errands.open(withdrawal);
  await vi.advanceTimersByTimeAsync(0);
  shown.errands.confirm(2);
  await vi.advanceTimersByTimeAsync(0);
  settle(change("done"));
  await vi.advanceTimersByTimeAsync(60_000);
  expect([shown.told, shown.events, shown.tasks().length]).toEqual([["waiting", "done"], ["turnpike-deactivated"], 1]);
});

it("comes to nothing while it waits: the reasons of the change", async () => {
  const declined = change("failed", { reasons: [{ code: "payment-declined", params: {}, detail: "no", fix: null }] });
  const shown = await confirmed({ activate: answers(pending), settled: answers(declined) });
  expect([shown.shown()?.phase, shown.shown()?.fault?.code, shown.events]).toEqual(["failed", "payment-declined", ["turnpike-error"]]);
});

it("shows another price before anything happens", async () => {
  const shown = await confirmed({ quote: answers(quote({ id: "old" })), activate: answers<Activated>(refusal(412, "quote-changed", { quote: quote({ id: "new", dueNow: 1 }) }), active) });
  expect([shown.shown()?.phase, shown.shown()?.previous?.id, shown.shown()?.quote?.id, shown.told]).toEqual(["review", "old", "new", ["quote-changed"]]);
  shown.errands.confirm(1);
  await vi.advanceTimersByTimeAsync(0);
  expect(shown.shown()?.phase).toBe("done");
});

it("asks for a quote anew when the one that was seen is over", async () => {
  const shown = await confirmed({ quote: answers(quote({ id: "old" }), quote({ id: "new" })), activate: answers<Activated>(refusal(412, "quote-expired")) });
  expect([shown.shown()?.phase, shown.shown()?.quote?.id]).toEqual(["review", "new"]);
});

it("does not know: asks again with the same wish until there is an answer", async () => {
  const wishes: unknown[] = [];
  const script = answers<Activated>(new TypeError("network"), { status: 504 }, active);
  const shown = await confirmed({ activate: (wish) => (wishes.push(wish), script()) });
  expect([shown.shown()?.phase, shown.shown()?.unknown, shown.told]).toEqual(["waiting", true, ["in-doubt"]]);
  await vi.advanceTimersByTimeAsync(3000);
  expect(shown.told, "said once").toEqual(["in-doubt"]);
  await vi.advanceTimersByTimeAsync(6000);
  expect([shown.shown()?.phase, shown.told, new Set(wishes.map((wish) => JSON.stringify(wish))).size]).toEqual(["done", ["in-doubt", "done"], 1]);
});

it("a person who does not want to wait for that asks at once, and hears the outcome once", async () => {
  const shown = await confirmed({ activate: answers<Activated>(new TypeError("network"), active) });
  shown.errands.again(1);
  shown.errands.again(1);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(shown.told).toEqual(["in-doubt", "done"]);
});

it("a refusal is the end of it", async () => {
  const shown = await confirmed({ activate: answers<Activated>(refusal(503, "billing-unavailable")) });
  await vi.advanceTimersByTimeAsync(60_000);
  expect([shown.shown()?.phase, shown.shown()?.fault?.code, shown.told]).toEqual(["failed", "billing-unavailable", ["failed"]]);
});

it("goes on with its dialog closed, and is told all the same", async () => {
  let answer = (_: Activated): void => undefined;
  const shown = await confirmed({ activate: () => new Promise((resolve) => (answer = resolve)) });
  shown.errands.close();
  expect([shown.shown(), shown.tasks().length]).toEqual([null, 1]);
  answer(active);
  await vi.advanceTimersByTimeAsync(0);
  expect([shown.told, shown.tasks()]).toEqual([["done"], []]);
});

it("sees at the server how far it is", async () => {
  const shown = await confirmed({ activate: () => new Promise(() => undefined), changes: answers<readonly Change[]>([], [change("billing")]) });
  await vi.advanceTimersByTimeAsync(1000);
  expect(shown.shown()?.step).toBe("checked");
  await vi.advanceTimersByTimeAsync(2500);
  expect([shown.shown()?.step, shown.shown()?.phase]).toEqual(["billed", "sending"]);
});

it("renews a quote before its time is over, and never after it was sent", async () => {
  const until = (minutes: number): Partial<Quote> => ({ expiresAt: new Date(Date.now() + minutes * 60_000).toISOString() });
  const shown = await opened({ quote: answers(quote({ id: "first", ...until(5) }), quote({ id: "second", ...until(10) })), activate: () => new Promise(() => undefined) });
  await vi.advanceTimersByTimeAsync(4 * 60_000);
  expect([shown.shown()?.quote?.id, shown.told]).toEqual(["second", ["quote-renewed"]]);
  shown.errands.confirm(1);
  await vi.advanceTimersByTimeAsync(20 * 60_000);
  expect(shown.shown()?.quote?.id).toBe("second");
});

it("says that a quote cannot be had, and asks again when it is wished", async () => {
  const shown = await opened({ quote: answers<Quote>(refusal(503, "billing-unavailable"), quote({ id: "later" })) });
  expect([shown.shown()?.phase, shown.told]).toEqual(["unquoted", ["quote-failed"]]);
  shown.errands.requote(1);
  await vi.advanceTimersByTimeAsync(0);
  expect([shown.shown()?.phase, shown.shown()?.quote?.id]).toEqual(["review", "later"]);
});

it("gives up for oneself without a quote, and ends for all with one", async () => {
  const gone: Deactivated = { instanceDeleted: true, billing: "pending" };
  const sent: unknown[] = [];
  const shown = page({ quote: answers(quote({ id: "end" })), deactivate: async (wish) => (sent.push(wish), gone) });
  shown.errands.open({ ...activation, kind: "deactivate", instanceId: "i" });
  expect([shown.shown()?.phase, shown.shown()?.quote]).toEqual(["review", null]);
  shown.errands.rescope(1, "mandate");
  await vi.advanceTimersByTimeAsync(0);
  expect(shown.shown()?.quote?.id).toBe("end");
  shown.errands.confirm(1);
  await vi.advanceTimersByTimeAsync(0);
  expect(sent).toEqual([{ mandateId: "m", featureCode: "a", instanceId: "i", scope: "mandate", quoteId: "end" }]);
  expect([shown.shown()?.ended, shown.events]).toEqual([gone, ["turnpike-deactivated"]]);
});

/** Giving up one's own access, with a quote for each time that one is asked for. */
async function givingUp(...quotes: (Quote | { status: number })[]) {
  let asked = 0;
  const next = answers<Quote>(...quotes);
  const shown = page({ quote: async () => ((asked += 1), next()) });
  shown.errands.open({ ...activation, kind: "deactivate", instanceId: "i" });
  await vi.advanceTimersByTimeAsync(0);
  return { ...shown, asked: () => asked };
}
const alone = { decisions: decisions({ deactivate: { "i mine": ends, "i mandate": ends } }) };

it("becomes the last user while the dialog is open: the bill is asked for, and told when it is known", async () => {
  const shown = await givingUp(quote({ id: "end" }));
  expect([shown.shown()?.phase, shown.asked()]).toEqual(["review", 0]);
  await shown.reads(alone);
  expect([shown.shown()?.phase, shown.shown()?.quote?.id, shown.told]).toEqual(["review", "end", ["reconsidered"]]);
  await shown.reads(alone);
  expect([shown.asked(), shown.told.length], "the same facts change nothing").toEqual([1, 1]);
});

it("is no longer the last user: the bill stays as it is, and no quote is shown or agreed to", async () => {
  const sent: unknown[] = [];
  const shown = await givingUp(quote({ id: "end" }));
  await shown.reads(alone);
  await shown.reads({});
  expect([shown.shown()?.phase, shown.shown()?.quote, shown.told]).toEqual(["review", null, ["reconsidered", "reconsidered"]]);
  await vi.advanceTimersByTimeAsync(20 * 60_000);
  expect([shown.shown()?.quote, shown.asked(), sent]).toEqual([null, 1, []]);
});

it("an answer about facts that are over is not shown", async () => {
  let answer = (_: Quote): void => undefined;
  const shown = page({ quote: () => new Promise((resolve) => (answer = resolve)) });
  shown.errands.open({ ...activation, kind: "deactivate", instanceId: "i" });
  await shown.reads(alone);
  expect(shown.shown()?.phase).toBe("quoting");
  await shown.reads({});
  answer(quote({ id: "late" }));
  await vi.advanceTimersByTimeAsync(0);
  expect([shown.shown()?.phase, shown.shown()?.quote]).toEqual(["review", null]);
});

it("asks anew when the bill is another one, and shows the difference", async () => {
  const shown = await givingUp(quote({ id: "end" }), quote({ id: "dearer", dueNow: 5 }));
  await shown.reads(alone);
  await shown.reads({ ...alone, subscription: { ...subscription, billedInstances: 7 } });
  expect([shown.shown()?.quote?.id, shown.shown()?.previous?.id]).toEqual(["dearer", "end"]);
});

it("asks for nothing that is refused by now, and again when it is allowed", async () => {
  const shown = await givingUp(quote({ id: "end" }));
  await shown.reads({ decisions: decisions({ deactivate: { "i mine": { ...no("no-access"), endsInstance: null, pending: false } } }) });
  expect([shown.asked(), shown.told]).toEqual([0, ["reconsidered"]]);
  await shown.reads({ decisions: decisions({ deactivate: { "i mine": { ...ends, pending: true } } }) });
  expect(shown.asked(), "its end is under way already").toBe(0);
  await shown.reads(alone);
  expect([shown.asked(), shown.shown()?.quote?.id]).toEqual([1, "end"]);
});

it("what was sent is not reconsidered", async () => {
  const shown = await confirmed({ activate: () => new Promise(() => undefined) });
  await shown.reads({ decisions: decisions({ activate: { a: no("capacity-reached") } }) });
  expect([shown.shown()?.phase, shown.told]).toEqual(["sending", []]);
});

it("asked for too often, a quote is asked for again when the server allows it; one that is shown stays", async () => {
  const limited = refusal(429, "rate-limited", { retryAfter: 20 });
  const shown = await opened({ quote: answers<Quote>(limited, quote({ id: "first", expiresAt: new Date(Date.now() + 5 * 60_000).toISOString() }), limited, quote({ id: "second" })) });
  expect([shown.shown()?.phase, shown.told]).toEqual(["unquoted", ["quote-failed"]]);
  await vi.advanceTimersByTimeAsync(20_000);
  expect([shown.shown()?.phase, shown.shown()?.quote?.id]).toEqual(["review", "first"]);
  await vi.advanceTimersByTimeAsync(4 * 60_000 - 20_000);
  expect([shown.shown()?.phase, shown.shown()?.quote?.id], "its time is not over").toEqual(["review", "first"]);
  await vi.advanceTimersByTimeAsync(20_000);
  expect([shown.shown()?.quote?.id, shown.told]).toEqual(["second", ["quote-failed", "quote-renewed"]]);
});

it("opening once more what was sent already shows how far it is, and sends nothing again", async () => {
  let sent = 0;
  const shown = await confirmed({ activate: () => ((sent += 1), new Promise(() => undefined)) });
  shown.errands.close();
  shown.errands.open(activation);
  expect([shown.shown()?.id, shown.shown()?.phase, shown.tasks().length, sent]).toEqual([1, "sending", 1, 1]);
});

it("an activation that approves a request names it, also after the facts changed; others name none", async () => {
  const sent: unknown[] = [];
  const activate = async (wish: unknown) => (sent.push(wish), active);
  const of = { ...activation, request: { id: "r", text: "Ben asked for it." } };
  const isFree = await opened({ activate }, of);
  await isFree.reads({ subscription: { ...subscription, price: null }, decisions: decisions({ activate: { a: no("full") } }) });
  await isFree.reads({});
  isFree.errands.confirm(1);
  await vi.advanceTimersByTimeAsync(0);
  await confirmed({ activate });
  expect(sent).toMatchObject([{ requestId: "r" }, {}]);
  expect(Object.keys(sent[1] as object)).not.toContain("requestId");
});
