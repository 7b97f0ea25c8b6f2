// The page's state: what is shown while reading, when reading fails, and when nobody is signed in.
import { describe, expect, it } from "vitest";
import { toFault } from "../../src/element/fault.js";
import {
  START, administered, chosen, closed, connection, loaded, newlyFailed, opened, outdated, signedOut, stateAttribute, tidied, unread, type State,
} from "../../src/element/state.js";
import { begin, done, sending } from "../../src/element/task.js";
import { activation, feature, own, quote, snapshot } from "./world.js";
import { quoted } from "../../src/element/task.js";

const problem = (status: number, code = "x") => toFault({ status, code, detail: "d", reasons: [], traceId: "t", retryAfter: null });
const network = toFault(new TypeError("fetch failed"));
const ready: State = loaded(chosen(START, "m"), snapshot());

describe("reading", () => {
  it("shows what was read, of the mandate that is looked at", () => {
    expect(stateAttribute(ready)).toBe("ready");
    const other = chosen(ready, "n");
    expect([other.data, other.phase]).toEqual([null, "loading"]);
    expect(loaded(other, snapshot()), "an answer about another mandate comes too late").toBe(other);
  });

  it("keeps what it has when reading fails, and says so", () => {
    const failed = unread(ready, problem(503));
    expect([failed.data, failed.stale, stateAttribute(failed)]).toEqual([ready.data, true, "ready"]);
    expect(loaded(failed, snapshot()).stale).toBe(false);
    expect(stateAttribute(loaded(connection(ready, false), ready.data!, false))).toBe("offline");
    expect(stateAttribute(loaded(connection(ready, false), ready.data!, true))).toBe("ready");
    expect(stateAttribute(unread(ready, network))).toBe("offline");
  });

  it("has nothing to show when the first reading fails", () => {
    expect(stateAttribute(unread(chosen(START, "m"), problem(500)))).toBe("error");
    expect(stateAttribute(unread(chosen(START, "m"), network))).toBe("offline");
  });

  it("asked too often, waits and shows no error", () => {
    const first = unread(chosen(START, "m"), problem(429, "rate-limited"));
    expect([stateAttribute(first), first.fault?.code]).toEqual(["loading", "rate-limited"]);
    const later = unread(ready, problem(429, "rate-limited"));
    expect([stateAttribute(later), later.data, later.stale]).toEqual(["ready", ready.data, true]);
  });

  it("leaves nothing of a mandate on the page for who is no member any more", () => {
    const out = unread(ready, problem(404, "mandate-not-found"));
    expect([out.data, stateAttribute(out)]).toEqual([null, "error"]);
  });

  it("leaves nothing on the page for who is not signed in", () => {
    const out = unread({ ...ready, mandates: [{ id: "m", label: "M" }] }, problem(401));
    expect([out.data, out.mandates, stateAttribute(out)]).toEqual([null, [], "signed-out"]);
    expect(stateAttribute(connection(signedOut(ready), false))).toBe("signed-out");
  });

  it("is outdated only when there is something to be old", () => {
    expect(outdated(START).stale).toBe(false);
    expect(outdated(ready).stale).toBe(true);
  });
});

it("offers the mandates that are administered, then those in which something is used", () => {
  const features = [feature("a", own("i", "active", "m"), own("j", "active", "n"), own("k", "active", "n"))];
  expect(administered(START, [{ id: "m", label: "Mine" }], features).mandates).toEqual([{ id: "m", label: "Mine" }, { id: "n", label: "Mandate n" }]);
});

describe("dialogs", () => {
  const task = quoted(begin(7, activation, true), quote());

  it("what was not sent is forgotten with its dialog", () => {
    expect(closed(opened(ready, task))).toMatchObject({ tasks: [], shown: null });
  });

  it("another mandate is looked at: what was not sent is forgotten, what was goes on", () => {
    const both = opened(opened(ready, sending(task, "k")), { ...task, id: 2 });
    expect(chosen(both, "other")).toMatchObject({ tasks: [{ id: task.id, phase: "sending" }], shown: null });
  });

  it("what was sent goes on with its dialog closed, and is gone once it is over", () => {
    const left = closed(opened(ready, sending(task, "k")));
    expect([left.tasks.length, left.shown]).toEqual([1, null]);
    expect(tidied({ ...left, tasks: left.tasks.map((one) => done(one, 1)) }).tasks).toEqual([]);
  });

  it("what is over stays while its dialog tells of it", () => {
    const over = opened(ready, done(sending(task, "k"), 1));
    expect(tidied(over).tasks).toHaveLength(1);
    expect(closed(over).tasks).toEqual([]);
  });
});

it("tells which changes came to nothing since the last reading", () => {
  const change = { id: "c", kind: "activate", state: "billing", featureCode: "a", instanceId: "i", createdAt: null, quoteId: null, reasons: [] } as const;
  const before = snapshot({ changes: [change] });
  expect(newlyFailed(before, snapshot({ changes: [{ ...change, state: "failed" }] })).map(({ id }) => id)).toEqual(["c"]);
  expect(newlyFailed(before, snapshot({ changes: [{ ...change, state: "done" }] }))).toEqual([]);
  expect(newlyFailed(null, snapshot({ changes: [{ ...change, state: "failed" }] })), "not what failed before the page was opened").toEqual([]);
});

describe("faults", () => {
  it.each([
    [402, false], [403, false], [409, false], [412, false], [429, false], [503, false],
    [500, true], [502, true], [504, true],
  ])("after %i the outcome is unknown: %s", (status, unknown) => {
    expect(problem(status).isOpen).toBe(unknown);
  });

  it("no answer at all leaves it open, and so does a request that is still at work", () => {
    expect(network.isOpen).toBe(true);
    expect(problem(409, "request-in-progress").isOpen).toBe(true);
  });

  it("a refusal that knows of a try without an answer leaves it open, too", () => {
    expect(toFault({ status: 402, code: "capacity-reached", detail: "d", outcomeUnknown: true }).isOpen).toBe(true);
  });

  it("never shows an exception's own words", () => {
    expect(toFault(new Error("secret"))).toMatchObject({ kind: "unreachable", code: "unreachable", reasons: [] });
    expect(toFault({ status: 502 })).toMatchObject({ kind: "unreachable", status: 502 });
    expect(toFault({ status: 402, code: "c", detail: "told" }).reasons).toEqual([{ code: "c", params: {}, detail: "told", fix: null }]);
  });
});
