// What is done to an access, from a click to its outcome, against a store in memory whose answers each test writes down.
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { systemRuntime, type Accesses, type Deactivation, type Sharing as Shared } from "../../src/client/index.js";
import { roleOf, undone, type Deed, type Wish } from "../../src/element/sharing/deed.js";
import { Sharing, type SharingApi } from "../../src/element/sharing/sharing.js";
import { START, chosen, loaded, signedOut, type State } from "../../src/element/state.js";
import { loadTexts } from "../../src/texts/index.js";
import { Speaker } from "../../src/texts/speaker.js";
import { answers, refusal } from "./desk.js";
import { snapshot } from "./world.js";

beforeEach(() => vi.useFakeTimers({ now: Date.parse("2026-11-23T12:00:00Z") }));
afterEach(() => vi.useRealTimers());

const about = { featureCode: "a", mandateId: "m", instanceId: "i" };
const ann = { userId: "u-ann", name: "Ann", roles: ["a-admin"], enabled: true };
const bob = { userId: "u-bob", name: "Bob" };
const lists: Accesses = { ...about, roles: ["a-admin", "a-user"], accesses: [ann] };
const shared: Shared = { ...about, userId: bob.userId, role: "a-user", shared: true, handedOver: false, change: "c" };
const taken: Deactivation = { ...about, deactivated: true, instanceDeleted: false, billing: "done", change: "c" };
const give: Wish = { kind: "give", person: bob, role: "a-user", before: null };
const take: Wish = { kind: "take", person: bob, role: null, before: "a-user" };

/** The part with its dialog open, and what it told. */
async function opened(api: Partial<SharingApi>, isLeaving = false) {
  let state: State = loaded(chosen(START, "m"), snapshot());
  const events: [string, Record<string, unknown>][] = [];
  const said: [string, boolean][] = [];
  const seen = { refreshes: 0, signedOut: 0 };
  const speaker = new Speaker("en", await loadTexts("en"));
  const part = new Sharing(
    {
      access: { apiBase: "https://store.test", getToken: () => "t" },
      root: { querySelector: () => null } as unknown as ParentNode,
      state: () => state,
      draw: async () => {},
      say: (text, isFailure) => said.push([text, isFailure]),
      emit: (name, detail) => events.push([name, detail]),
      refresh: () => (seen.refreshes += 1),
      signedOut: () => (seen.signedOut += 1),
    },
    { accesses: answers(lists), colleagues: answers({ items: [bob], next: null }), share: answers(shared), unshare: answers(taken), ...api } as SharingApi,
    systemRuntime,
  );
  await part.open({ featureCode: "a", instanceId: "i", isLeaving }, { s: speaker });
  await vi.advanceTimersByTimeAsync(0);
  return { part, events, said, seen, set: (next: (state: State) => State) => (state = next(state)), deed: () => part.shown?.deed ?? null };
}

const done = async (of: Awaited<ReturnType<typeof opened>>, wish: Wish, ms = 0) => {
  of.part.do(wish);
  await vi.advanceTimersByTimeAsync(ms);
};

it("reads who has access and to whom it could be given", async () => {
  const of = await opened({});
  expect([of.part.isShown, of.part.shown?.accesses, of.part.shown?.colleagues]).toEqual([true, lists, [bob]]);
  of.part.close();
  expect(of.part.isShown).toBe(false);
});

it.each<[Wish, string, Record<string, unknown>, Partial<SharingApi>]>([
  [give, "turnpike-shared", { userId: "u-bob", role: "a-user", handedOver: false }, {}],
  [{ ...give, kind: "change", role: "a-admin", before: "a-user" }, "turnpike-shared", { userId: "u-bob", role: "a-admin", handedOver: false }, {}],
  [{ ...give, kind: "hand-over" }, "turnpike-shared", { userId: "u-bob", role: "a-user", handedOver: true }, {}],
  [take, "turnpike-unshared", { userId: "u-bob", instanceDeleted: false }, {}],
])("%j is told once it is done, aloud and to the embedding page", async (wish, name, detail, api) => {
  const of = await opened(api);
  await done(of, wish);
  expect([of.deed()?.phase, of.events, of.seen.refreshes]).toEqual(["done", [[name, { ...about, ...detail }]], 1]);
  expect(of.said).toEqual([[expect.stringContaining("Bob"), false]]);
});

it("hands over in one request: both accesses or neither", async () => {
  const wishes: unknown[] = [];
  const of = await opened({ share: async (wish) => (wishes.push(wish), shared) }, true);
  expect([of.part.shown?.leaves, of.part.shown?.role], "what the only one had").toEqual([true, "a-admin"]);
  await done(of, { ...give, kind: "hand-over" });
  expect(wishes).toEqual([{ instanceId: "i", mandateId: "m", userId: "u-bob", role: "a-user", ownAccess: "leave" }]);
});

it("the end of an instance is told as one", async () => {
  const of = await opened({ unshare: answers({ ...taken, instanceDeleted: true, billing: "pending" as const }) });
  await done(of, { ...take, person: ann });
  expect([of.deed()?.ended, of.events.map(([name]) => name)]).toEqual([{ billing: "pending" }, ["turnpike-unshared", "turnpike-deactivated"]]);
  expect(undone(of.deed() as Deed), "an end is undone by restoring it").toBeNull();
});

it("what is refused changed nothing, and says why", async () => {
  const of = await opened({ share: answers<Shared>(refusal(409, "change-pending")) });
  await done(of, give);
  expect([of.deed()?.phase, of.deed()?.fault?.code, of.events[0]?.[0], of.said]).toEqual(["failed", "change-pending", "turnpike-error", [["That did not work. change-pending", true]]]);
});

it("does not know: sends the same wish under the same key until there is an answer, also when the dialog is closed", async () => {
  const keys: unknown[] = [];
  const script = answers<Shared>(new TypeError("network"), { status: 504 }, shared);
  const of = await opened({ share: (_, options) => (keys.push(options?.idempotencyKey), script()) });
  await done(of, give);
  expect([of.deed()?.phase, of.said.length, of.events]).toEqual(["unknown", 1, []]);
  of.part.close();
  await vi.advanceTimersByTimeAsync(3000);
  expect([of.deed()?.phase, of.said.length], "said once").toEqual(["unknown", 1]);
  await vi.advanceTimersByTimeAsync(6000);
  expect([of.deed()?.phase, of.events.map(([name]) => name)]).toEqual(["done", ["turnpike-shared"]]);
  expect([keys.length, new Set(keys).size, keys[0]]).toEqual([3, 1, expect.stringMatching(/./)]);
});

it("a refusal after a sending without an answer is no outcome while that may still arrive", async () => {
  const of = await opened({ share: answers<Shared>(new TypeError("network"), refusal(409, "access-held")) });
  await done(of, give, 50_000);
  expect(of.deed()?.phase).toBe("unknown");
  await vi.advanceTimersByTimeAsync(60_000);
  expect([of.deed()?.phase, of.deed()?.fault?.code]).toEqual(["failed", "access-held"]);
});

it("one thing at a time", async () => {
  let calls = 0;
  const of = await opened({ share: () => ((calls += 1), new Promise(() => undefined)) });
  of.part.do(give);
  of.part.do(give);
  expect(calls).toBe(1);
});

it("what is done can be undone by doing the opposite", () => {
  const over: Deed = { ...give, ...about, key: "k", phase: "done", unansweredAt: null, fault: null, ended: null };
  expect(undone(over)).toEqual({ kind: "take", person: bob, role: null, before: "a-user" });
  expect(undone({ ...over, ...take })).toEqual({ kind: "give", person: bob, role: "a-user", before: null });
  expect(undone({ ...over, kind: "change", role: "a-admin", before: "a-user" })).toEqual({ kind: "change", person: bob, role: "a-user", before: "a-admin" });
  expect(undone({ ...over, ...take, before: null }), "several roles, or one that was switched off").toBeNull();
  expect(undone({ ...over, kind: "hand-over" })).toBeNull();
  expect(undone({ ...over, phase: "failed" })).toBeNull();
  expect([roleOf(ann), roleOf({ ...ann, enabled: false }), roleOf({ ...ann, roles: ["a", "b"] })]).toEqual(["a-admin", null, null]);
});

it("the lists are read again when the mandate was, and choices stay as far as they can be made", async () => {
  const accesses = answers(lists, { ...lists, roles: ["a-user"] });
  const of = await opened({ accesses, colleagues: answers({ items: [bob], next: null }, { items: [], next: null }) });
  of.part.choose({ userId: "u-bob", role: "a-admin" });
  of.part.follow();
  await vi.advanceTimersByTimeAsync(0);
  expect(of.part.shown?.userId, "nothing was read").toBe("u-bob");
  of.set((state) => loaded(state, snapshot({ takenAt: 1 })));
  of.part.follow();
  await vi.advanceTimersByTimeAsync(0);
  expect([of.part.shown?.userId, of.part.shown?.role, of.part.shown?.accesses?.roles]).toEqual(["", "a-user", ["a-user"]]);
});

it("more colleagues are read when they are asked for, and as many again", async () => {
  const asked: (string | undefined)[] = [];
  const eve = { userId: "u-eve", name: "Eve" };
  const of = await opened({
    colleagues: async (_, __, options) => (asked.push(options?.after), options?.after ? { items: [eve], next: null } : { items: [bob], next: "2" }),
  });
  await of.part.more();
  expect(of.part.shown?.colleagues).toEqual([bob, eve]);
  await of.part.read();
  expect([of.part.shown?.colleagues, asked]).toEqual([[bob, eve], [undefined, "2", undefined, "2"]]);
});

it("lists that cannot be read say why; who is signed out sees none", async () => {
  const of = await opened({ accesses: answers<Accesses>(refusal(403, "not-admin")) });
  expect([of.part.shown?.fault?.code, of.part.shown?.accesses]).toEqual(["not-admin", null]);
  const out = await opened({ accesses: answers<Accesses>(refusal(401, "unauthorized")) });
  expect(out.seen.signedOut).toBe(1);
  out.set(signedOut);
  expect(out.part.isShown).toBe(false);
});

it("in another mandate the dialog is not shown, and after the end nothing happens", async () => {
  const of = await opened({ share: answers<Shared>(new TypeError("network"), shared) });
  of.set((state) => chosen(state, "other"));
  expect(of.part.isShown).toBe(false);
  await done(of, give);
  of.part.stop();
  await vi.advanceTimersByTimeAsync(120_000);
  expect(of.events).toEqual([]);
});
