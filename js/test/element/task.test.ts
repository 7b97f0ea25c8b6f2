// A wish from dialog to outcome: what leads where, and what leads nowhere.
import { describe, expect, it } from "vitest";
import {
  begin, differences, done, failed, inDoubt, isReadyToSend, isTooLate, quoted, requoting, rescope, reviewAgain, sending, underWay, unquoted, waiting, type Task,
} from "../../src/element/task.js";
import type { Fault } from "../../src/element/fault.js";
import { activation, quote } from "./world.js";

const fault: Fault = { kind: "problem", status: 402, code: "payment-declined", reasons: [], traceId: "t", retryAfter: null, quote: null, isOpen: false };
const reviewed = (change = {}): Task => quoted(begin(1, activation, true), quote(change));
const sent = (): Task => sending(reviewed(), "k");

it("is sent only once a quote was seen", () => {
  const fresh = begin(1, activation, true);
  expect(sending(fresh, "k")).toBe(fresh);
  expect(sending(reviewed(), "k").phase).toBe("sending");
  expect(sending(unquoted(fresh, fault), "k").phase).toBe("unquoted");
});

it("the key stays with the wish", () => {
  expect([sent().key, inDoubt(sent(), 5).key, inDoubt(sent(), 5).unansweredAt]).toEqual(["k", "k", 5]);
});

it("what has no answer can come true while its quote holds, or while it is on its way", () => {
  const minute = 60_000;
  const doubt = inDoubt(sent(), 0);
  expect([isTooLate(doubt, 15 * minute), isTooLate(doubt, 17 * minute)]).toEqual([false, true]);
  const unheld = { ...doubt, quote: null };
  expect([isTooLate(unheld, minute / 2), isTooLate(unheld, 2 * minute)]).toEqual([false, true]);
});

it("an end can do without a quote", () => {
  const end = begin(1, { ...activation, kind: "deactivate", instanceId: "i" }, true);
  expect([isReadyToSend(end), isReadyToSend(unquoted(end, fault)), sending(unquoted(end, fault), "k").phase]).toEqual([false, true, "sending"]);
  expect(sending(unquoted(quoted(end, quote()), fault), "k").quote, "and is held to none that may be over").toBeNull();
});

describe("another quote", () => {
  it("with the same amounts takes its place quietly", () => {
    const task = quoted(reviewed(), quote());
    expect([task.phase, task.previous]).toEqual(["review", null]);
  });

  it("with another amount is shown beside the one before, until it is agreed to", () => {
    const before = reviewed({ id: "first" });
    const changed = quoted(before, quote({ dueNow: 500 }));
    expect([changed.previous?.id, changed.quote?.dueNow]).toEqual(["first", 500]);
    const renewed = quoted(changed, quote({ dueNow: 500 }));
    expect(renewed.previous?.id, "what the person saw first stays the yardstick").toBe("first");
    expect(quoted(renewed, quote()).previous, "back to what it was").toBeNull();
    expect(sending(changed, "k").previous).toBeNull();
  });

  it("after the server did not hold the first: nothing happened, and it is looked at again", () => {
    const again = reviewAgain(sent());
    expect([again.phase, again.step]).toEqual(["quoting", "checked"]);
    expect(quoted(again, quote({ perPeriod: { before: 0, after: 9500 } })).previous).not.toBeNull();
    const doubt = inDoubt(sent(), 0);
    expect(reviewAgain(doubt), "but not while it is not known whether anything happened").toBe(doubt);
  });

  it("does not come into what was sent already", () => {
    const task = sent();
    expect([quoted(task, quote()), unquoted(task, fault), requoting(task)]).toEqual([task, task, task]);
  });
});

describe("after it was sent", () => {
  it("goes through its steps, each at its time", () => {
    const billed = underWay(sent(), 10);
    expect([billed.step, billed.times]).toEqual(["billed", { checked: 10 }]);
    const over = done(billed, 20);
    expect([over.phase, over.times]).toEqual(["done", { checked: 10, billed: 20, created: 20 }]);
  });

  it("waits for billing, or does not know", () => {
    expect(waiting(sent(), 10)).toMatchObject({ phase: "waiting", slow: true, unknown: false });
    expect(inDoubt(sent(), 0)).toMatchObject({ phase: "waiting", unknown: true });
    expect(underWay(inDoubt(sent(), 0), 10).unknown, "seen at the server: known again").toBe(false);
  });

  it("fails with its cause, and ends once", () => {
    const over = failed(sent(), fault);
    expect([over.phase, over.fault?.code]).toEqual(["failed", "payment-declined"]);
    expect([done(over, 1), failed(done(sent(), 1), fault).phase]).toEqual([over, "done"]);
  });

  it("is not done before it was sent", () => {
    const task = reviewed();
    expect([done(task, 1), failed(task, fault), waiting(task, 1)]).toEqual([task, task, task]);
  });
});

it("another scope is another wish", () => {
  const end = quoted(begin(1, { ...activation, kind: "deactivate", instanceId: "i", scope: "mandate" }, true), quote());
  expect(rescope(end, "mine", false)).toMatchObject({ id: 1, phase: "review", quote: null, scope: "mine", instanceId: "i" });
  expect(rescope(end, "mandate", true)).toBe(end);
});

it("tells what differs between two quotes", () => {
  const was = quote({ dueNow: 100, nextInvoice: null });
  expect(differences(was, was)).toEqual([]);
  expect(differences(was, quote({ dueNow: 120, nextInvoice: null }))).toEqual([{ what: "now", was: 100, is: 120 }]);
  expect(differences(was, quote({ dueNow: 100 })).map(({ what, was, is }) => [what, was, is])).toEqual([["next", null, 100]]);
  expect(differences(was, quote({ dueNow: 100, nextInvoice: null, currency: "EUR" })), "another currency is another amount").toHaveLength(3);
});
