// When the page reads, and how often: as seldom as it can without showing what is over.
import { assert, expect, it, vi } from "vitest";
import type { Activated, Change, Decisions, StoreApi } from "../../src/element/api.js";
import { cardsOf } from "../../src/element/cards.js";
import { Controller } from "../../src/element/controller.js";
import { CredentialsError, type Runtime } from "../../src/client/index.js";
import { underWayOf, verdictOf } from "../../src/element/state.js";
import { change, decisions, feature, instance, quote, subscription, yes } from "./world.js";

/** Time that stands still until a test lets it pass; what is due then runs in order. */
class Clock implements Pick<Runtime, "now" | "after" | "uuid"> {
  #now = 0;
  #due: { at: number; task: () => void }[] = [];
  now = () => this.#now;
  uuid = () => "key";
  after = (ms: number, task: () => void) => {
    const entry = { at: this.#now + ms, task };
    this.#due.push(entry);
    return () => void (this.#due = this.#due.filter((other) => other !== entry));
  };
  async passes(ms: number): Promise<void> {
    const end = this.#now + ms;
    await settled();
    for (;;) {
      const [next] = this.#due.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
      if (!next) break;
      this.#due = this.#due.filter((other) => other !== next);
      this.#now = next.at;
      next.task();
      await settled();
    }
    this.#now = end;
  }
}

/** Lets promises that are resolved already be heard of. */
const settled = async () => {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
};

/** A store in memory, the words of its stream, and how often its decisions were read. */
function scene(change: Partial<StoreApi> = {}) {
  const clock = new Clock();
  let reads = 0;
  let tell = (_: string): void => undefined;
  let watched = 0;
  const script: (() => Decisions | Promise<Decisions>)[] = [];
  const api = {
    mandates: async () => [{ id: "m", label: "M" }],
    subscription: async () => subscription,
    features: async () => [feature("a")],
    instances: async () => [],
    changes: async () => [],
    quote: async () => quote(),
    decisions: async () => {
      reads += 1;
      return (script.shift() ?? (() => decisions({ activate: { a: yes } })))();
    },
    watch: (_: string, told: (version: string) => void) => {
      watched += 1;
      tell = told;
      return () => (tell = () => undefined);
    },
    ...change,
  } as unknown as StoreApi;
  const events: string[] = [];
  const emitted: [name: string, detail: unknown][] = [];
  const emit = (name: string, detail: unknown) => emitted.push([name, detail]);
  const controller = new Controller(api, { changed: () => undefined, told: ({ what }) => events.push(what), emit }, clock);
  return { emitted, clock, controller, script, events, reads: () => reads, watched: () => watched, tell: (version: string) => tell(version) };
}

/** The page is open and shows what the stream told first. */
async function open(change: Partial<StoreApi> = {}) {
  const page = scene(change);
  void page.controller.start(null);
  await settled();
  page.tell("1");
  await settled();
  expect([page.controller.state.phase, page.reads()]).toEqual(["ready", 1]);
  await page.clock.passes(60_000);
  return page;
}

it("reads once when it is opened: after the stream's first word, which is then no news", async () => {
  const page = scene();
  void page.controller.start(null);
  await settled();
  expect(page.reads(), "the stream has not said yet how things stand").toBe(0);
  page.tell("1");
  await page.clock.passes(60_000);
  expect([page.reads(), page.watched()]).toEqual([1, 1]);
});

it("does not wait long for a stream that keeps silent; its first word is news then", async () => {
  const page = scene();
  void page.controller.start(null);
  await page.clock.passes(1_000);
  expect([page.reads(), page.controller.state.phase]).toEqual([1, "ready"]);
  page.tell("1");
  await page.clock.passes(10_000);
  expect(page.reads()).toBe(2);
});

it("a stream that is opened again and tells the same makes no reading", async () => {
  const page = await open();
  for (let times = 0; times < 3; times += 1) page.tell("1");
  await page.clock.passes(10_000);
  expect([page.reads(), page.controller.state.stale]).toEqual([1, false]);
});

it("several changes shortly after one another make one reading", async () => {
  const page = await open();
  for (const version of ["2", "3", "4"]) {
    page.tell(version);
    await page.clock.passes(150);
  }
  expect([page.reads(), page.controller.state.stale]).toEqual([1, true]);
  await page.clock.passes(60_000);
  expect([page.reads(), page.controller.state.stale]).toEqual([2, false]);
});

it("a change that comes while it reads is read afterwards, whatever else is planned", async () => {
  const page = await open();
  let answer = (_: Decisions): void => undefined;
  page.script.push(() => new Promise((resolve) => (answer = resolve)));
  page.tell("2");
  await page.clock.passes(1_000);
  page.tell("3");
  // An answer that holds for an hour plans a reading then.
  answer({ ...decisions({}), validFor: 3_600_000 });
  await page.clock.passes(10_000);
  expect([page.reads(), page.controller.state.stale]).toEqual([3, false]);
});

it("where something changes all the time, it reads often but within what is allowed", async () => {
  const page = await open();
  for (let change = 0; change < 600; change += 1) {
    page.tell(`${change}`);
    await page.clock.passes(100);
  }
  expect(page.reads() - 1).toBeGreaterThan(9);
  expect(page.reads() - 1, "a minute allows 20 preflights and quotes together").toBeLessThan(17);
});

it("asked too often it keeps what it shows, and reads again when the server allows it and not before", async () => {
  const page = await open();
  page.script.push(() => Promise.reject({ status: 429, code: "rate-limited", detail: "slow", reasons: [], traceId: "t", retryAfter: 30 }));
  page.tell("2");
  await page.clock.passes(5_000);
  const { state } = page.controller;
  expect([state.phase, state.data !== null, state.stale, state.fault?.code, page.reads()]).toEqual(["ready", true, true, "rate-limited", 2]);
  page.tell("3");
  await page.clock.passes(24_000);
  expect(page.reads(), "news do not make it ask too early").toBe(2);
  await page.clock.passes(6_000);
  expect([page.reads(), page.controller.state.stale, page.controller.state.fault]).toEqual([3, false, null]);
});

it("asked too often at the very beginning it shows no error, and begins when it may", async () => {
  const page = scene();
  page.script.push(() => Promise.reject({ status: 429, code: "rate-limited", detail: "slow", reasons: [], traceId: "t", retryAfter: 30 }));
  void page.controller.start(null);
  page.tell("1");
  await page.clock.passes(5_000);
  expect(page.controller.state.phase).toBe("loading");
  await page.clock.passes(30_000);
  expect([page.controller.state.phase, page.reads()]).toEqual(["ready", 2]);
});

it("an activation of one's own makes one reading, however many changes the stream tells of", async () => {
  let settle = (_: Activated): void => undefined;
  const page = await open({ activate: () => new Promise((resolve) => (settle = resolve)) });
  const { errands } = page.controller;
  errands.open({ kind: "activate", mandateId: "m", featureCode: "a", instanceId: null, scope: "mine" });
  await settled();
  errands.confirm(1);
  page.tell("2");
  await page.clock.passes(3_000);
  page.tell("3");
  settle({ instanceId: "i", activated: true, change: null });
  await settled();
  page.tell("4");
  await page.clock.passes(60_000);
  expect([page.events, page.reads()]).toEqual([["done"], 2]);
});

it("reads again when an answer's time is over", async () => {
  const page = await open();
  page.script.push(() => ({ ...decisions({}), validFor: 5_000 }));
  void page.controller.refresh();
  await page.clock.passes(5_100);
  expect(page.reads()).toBe(3);
});

const GONE = { status: 404, code: "mandate-not-found", detail: "gone", reasons: [], traceId: "t" };

it("an address that names somebody else's mandate leads to the first of one's own, and says so", async () => {
  const page = scene({ subscription: async (mandateId) => (mandateId === "m" ? subscription : Promise.reject(GONE)) });
  void page.controller.start("theirs");
  await page.clock.passes(2_000);
  const { phase, mandateId, missing } = page.controller.state;
  expect([phase, mandateId, missing]).toEqual(["ready", "m", "theirs"]);
});

it("who has no other mandate is told that there is none", async () => {
  const page = scene({ mandates: async () => [], subscription: () => Promise.reject(GONE) });
  void page.controller.start("theirs");
  await page.clock.passes(2_000);
  expect([page.controller.state.phase, page.controller.state.fault?.code]).toEqual(["error", "mandate-not-found"]);
});

it("who has no mandate yet is shown it when there is one: asked once a minute, and at once when told to", async () => {
  for (const comes of ["by itself", "when asked"]) {
    let mandates: { id: string; label: string }[] = [];
    const page = scene({ mandates: async () => mandates, features: async () => [] });
    void page.controller.start(null);
    await settled();
    expect([page.controller.state.phase, page.controller.state.mandateId]).toEqual(["ready", null]);
    mandates = [{ id: "m", label: "M" }];
    if (comes === "when asked") void page.controller.refresh();
    await page.clock.passes(comes === "by itself" ? 61_000 : 1_000);
    expect([page.controller.state.mandateId, page.controller.state.phase, page.reads()], comes).toEqual(["m", "ready", 1]);
  }
});

it("who was removed and is admitted again is told of changes again", async () => {
  let isGone = false;
  const page = await open({ subscription: async () => (isGone ? Promise.reject(GONE) : subscription) });
  isGone = true;
  page.tell("membership-ended");
  await page.clock.passes(5_000);
  expect([page.controller.state.phase, page.watched()]).toEqual(["error", 1]);
  isGone = false;
  page.controller.retry(null);
  await page.clock.passes(1_000);
  expect([page.controller.state.phase, page.watched()]).toEqual(["ready", 2]);
});

it("after it was stopped nothing changes any more, and nothing is read", async () => {
  let answer = (_: Decisions): void => undefined;
  const page = await open();
  page.script.push(() => new Promise((resolve) => (answer = resolve)));
  void page.controller.refresh();
  await settled();
  const before = page.controller.state;
  page.controller.stop();
  answer({ ...decisions({}), validFor: 1_000 });
  await page.clock.passes(60_000);
  expect([page.reads(), page.controller.state]).toEqual([2, before]);
});

it("after a reload the record tells of what was in doubt: under way, offered no more, and once when it came to nothing", async () => {
  let state: Change["state"] = "billing";
  const restored = (): Change => change(state, { kind: "restore", instanceId: "i" });
  const of = { activate: { a: yes }, restore: { i: yes } };
  const page = scene({ changes: async () => [restored()], instances: async () => [instance("i", "a", "ended")] });
  page.script.push(() => decisions(of), () => decisions(of), () => decisions(of));
  void page.controller.start(null);
  await settled();
  page.tell("1");
  await page.clock.passes(60_000);
  const { data, tasks } = page.controller.state;
  assert(data);
  expect([tasks.length, underWayOf(data).length, cardsOf(data, "en")[0]?.state]).toEqual([0, 1, "activating"]);
  expect(verdictOf(data, { kind: "restore", featureCode: "a", instanceId: "i", scope: "mandate" }), "not twice").toBeNull();
  state = "failed";
  page.tell("2");
  await page.clock.passes(60_000);
  page.tell("3");
  await page.clock.passes(60_000);
  expect(page.events).toEqual(["change-failed"]);
});

it("tells the embedding page once that nothing can be read, and its developer what came instead of an answer", async () => {
  const logged = vi.spyOn(console, "error").mockReturnValue();
  const page = await open();
  const html = Object.assign(new Error("the answer is not JSON"), { status: 200 });
  for (const version of ["2", "3"]) {
    page.script.push(...[0, 1, 2].map(() => () => Promise.reject(html)), () => decisions({ activate: { a: yes } }));
    page.tell(version);
    await page.clock.passes(60_000);
    expect(page.controller.state.fault).toBe(null);
  }
  const told = ["turnpike-unread", { mandateId: "m", code: "unreachable", status: 200, traceId: null }];
  expect(page.emitted).toEqual([told, told]);
  expect(logged.mock.calls).toEqual([["turnpike-store:", html], ["turnpike-store:", html]]);
  logged.mockRestore();
});

it("a `getToken` that fails is told as nobody signed in, and its developer reads why", async () => {
  const logged = vi.spyOn(console, "error").mockReturnValue();
  const page = await open();
  const failed = new CredentialsError("`getToken` failed");
  page.script.push(() => Promise.reject(failed));
  page.tell("2");
  await page.clock.passes(60_000);
  expect([page.controller.state.phase, page.emitted]).toEqual(["signed-out", [["turnpike-signed-out", {}]]]);
  expect(logged.mock.calls).toEqual([["turnpike-store:", failed]]);
  logged.mockRestore();
});

it("what a store answers is told to the embedding page, and is nothing for the console", async () => {
  const logged = vi.spyOn(console, "error").mockReturnValue();
  const problem = (status: number, code: string) => ({ status, code, reasons: [], traceId: "t-1", retryAfter: 5 });
  const page = await open();
  page.script.push(() => Promise.reject(problem(429, "too-many-requests")));
  page.tell("2");
  await page.clock.passes(60_000);
  expect(page.emitted, "asking too often passes").toEqual([]);
  page.script.push(() => Promise.reject(problem(429, "too-many-requests")), () => Promise.reject(problem(503, "database-unavailable")));
  page.tell("3");
  await page.clock.passes(60_000);
  expect(page.emitted).toEqual([["turnpike-unread", { mandateId: "m", code: "database-unavailable", status: 503, traceId: "t-1" }]]);
  page.script.push(() => Promise.reject(problem(401, "unauthorized")));
  page.tell("4");
  await page.clock.passes(60_000);
  expect(page.emitted.map(([name]) => name)).toEqual(["turnpike-unread", "turnpike-signed-out"]);
  expect(logged).not.toHaveBeenCalled();
  logged.mockRestore();
});
