// Whatever JavaScript hands over, the rules answer: with a failure where it is no call, and never by throwing.
import { describe, expect, test } from "vitest";
import type { ActivationFacts, Call, FailureCode } from "../../src/wasm/policy.js";
import { readNative, rules } from "./rules.js";

const cases = readNative();

/** A call that is allowed: an admin, a plan that costs money, room for one more. */
function call(): { settings: Call["settings"]; question: { activation: ActivationFacts } } {
  const found = cases.find((one) => one.case === "capacity_left: one place left");
  return JSON.parse(found?.input ?? "null") as ReturnType<typeof call>;
}

/** The facts with some members replaced. */
function changed(change: Record<string, unknown>): unknown {
  const { settings, question } = call();
  return { settings, question: { activation: { ...question.activation, ...change } } };
}

function failure(input: unknown): { code: FailureCode; detail: string } | null {
  const answer = rules.decide(input as Call);
  return "failure" in answer ? answer.failure : null;
}

test("the call is decided as it is", () => {
  expect(rules.decide(call())).toMatchObject({ activation: { allowed: true } });
});

test("a text is a call in JSON", () => {
  expect(rules.decide(JSON.stringify(call()))).toEqual(rules.decide(call()));
  expect(failure("activation")?.code).toBe("malformed");
});

const cyclic: Record<string, unknown> = {};
cyclic["settings"] = { cyclic };
const throwing = { get settings(): never { throw new Error("no"); } };
const proxy = new Proxy({}, { ownKeys() { throw new Error("no"); } });
let nested: unknown = [];
for (let level = 0; level < 200; level += 1) nested = [nested];
let abyss: unknown = [];
for (let level = 0; level < 100_000; level += 1) abyss = { abyss };

describe("malformed:", () => {
  for (const [name, input] of Object.entries<unknown>({
    "nothing": undefined,
    "null": null,
    "a number": 1,
    "NaN": Number.NaN,
    "a text": "call",
    "a BigInt": 1n,
    "a function": () => call(),
    "a symbol": Symbol("call"),
    "a list": [],
    "an empty object": {},
    "a date": new Date(0),
    "a map": new Map(Object.entries(call())),
    "a promise": Promise.resolve(call()),
    "a cycle": cyclic,
    "a getter that throws": throwing,
    "a proxy that throws": proxy,
    "an abyss": abyss,
    "a missing member": changed({ now: undefined }),
    "an unknown member": changed({ nobodyKnows: null }),
    "NaN for an instant": changed({ now: Number.NaN }),
    "NaN for what may be null": changed({ restoring: { endedAt: Number.NaN } }),
    "Infinity": changed({ restoring: { endedAt: Number.POSITIVE_INFINITY } }),
    "a function for what may be null": changed({ restoring: () => null }),
    "a symbol for what may be null": changed({ restoring: Symbol("null") }),
    "a fraction": changed({ now: 0.5 }),
    "an integer as text": changed({ now: "1" }),
    "an integer as BigInt": changed({ now: 1n }),
    "2^53": changed({ now: 2 ** 53 }),
    "-2^53": changed({ now: -(2 ** 53) }),
    "1e300": changed({ now: 1e300 }),
    "null for a member that is needed": changed({ billingPaused: null }),
    "two questions": { settings: call().settings, question: { ...call().question, mandates: {} } },
    "half a pair of surrogates": changed({ feature: { code: "\ud800", category: "store", templateRoles: [] } }),
    "more than four million characters": changed({ feature: { code: "x".repeat(4 * 1024 * 1024), category: "", templateRoles: [] } }),
  })) {
    test(name, () => {
      expect(failure(input)).toMatchObject({ code: "malformed" });
      expect(failure(input)?.detail.length).toBeGreaterThan(10);
    });
  }
});

test("too deep", () => {
  expect(failure(nested)).toMatchObject({ code: "too-deep" });
});

test("undefined and an absent member are null where that is allowed", () => {
  const { restoring: _, ...rest } = call().question.activation;
  const answer = JSON.stringify(rules.decide(call()));
  for (const activation of [rest, { ...rest, restoring: undefined }, { ...rest, restoring: null }]) {
    expect(JSON.stringify(rules.decide({ settings: call().settings, question: { activation } } as Call))).toBe(answer);
  }
});

test("the largest integers that are exact are taken", () => {
  for (const now of [Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, -0]) expect(failure(changed({ now }))).toBeNull();
});

test("a thousand failures take no memory for good", () => {
  rules.decide(call());
  const memory = rules.initSync({ module: new Uint8Array() }).memory;
  const before = memory.buffer.byteLength;
  for (let round = 0; round < 1_000; round += 1) for (const input of [cyclic, throwing, {}, nested]) failure(input);
  expect(memory.buffer.byteLength).toBe(before);
});
