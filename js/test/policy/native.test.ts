// The build for browsers answers, byte for byte, what the rules answer natively, and says the same sentences.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { Call, Locale, Reason } from "../../src/wasm/policy.js";
import { readNative, rules } from "./rules.js";

const { cases, texts } = readNative();

/** The value that a text is, if JavaScript takes it for JSON. */
function parsed(text: string): { value: Call } | null {
  try {
    return { value: JSON.parse(text) as Call };
  } catch {
    return null;
  }
}

test("every case is decided as natively", () => {
  let seen = 0;
  for (const { case: name, input, answer, right } of cases) {
    const call = parsed(input);
    // What was written otherwise than JavaScript writes it may be read there as something else: the next test.
    if (!call || JSON.stringify(call.value) !== input) continue;
    const decided = rules.decide(call.value);
    expect(JSON.stringify(decided), name).toBe(answer);
    expect(decided, name).toEqual(right);
    seen += 1;
  }
  expect(seen).toBeGreaterThan(250);
});

test("a call in another layout is decided alike", () => {
  let seen = 0;
  for (const { case: name, input, answer } of cases) {
    const call = parsed(input);
    if (!call || JSON.stringify(call.value) === input || answer.startsWith('{"failure"')) continue;
    expect(JSON.stringify(rules.decide(call.value)), name).toBe(answer);
    seen += 1;
  }
  expect(seen).toBeGreaterThan(1);
});

test("every reason reads in every language as natively", () => {
  for (const { reason, texts: native } of texts) {
    for (const [locale, text] of Object.entries(native)) {
      expect(rules.explain(reason, locale as Locale), JSON.stringify(reason)).toEqual(text);
    }
  }
  expect(new Set(texts.map(({ reason }) => reason.code)).size).toBeGreaterThan(20);
  expect(texts.every(({ texts: native }) => Object.keys(native).length === 4)).toBe(true);
});

test("the members of a reason may stand in any order, and what is new in them is no matter", () => {
  const [first] = texts.filter(({ reason }) => reason.code === "capacity-reached");
  const { code, params } = first?.reason ?? { code: "no-access", params: {} };
  expect(rules.explain({ params, audience: "admin", code } as unknown as Reason, "en")).toEqual(first?.texts.en);
});

test("what is no reason or no language has no sentences", () => {
  const reasons = [undefined, null, 1, "no-access", [], {}, { code: "no-access" }, { code: "unheard-of", params: {} }];
  const wrong = { code: "capacity-reached", params: { limit: Number.NaN, used: 1, adding: 1 } };
  const throwing = { get code(): never { throw new Error("no"); } };
  for (const reason of [...reasons, wrong, throwing]) {
    expect(rules.explain(reason as unknown as Reason, "de")).toBeUndefined();
  }
  for (const locale of ["", "es", "DE", "de-CH", null, undefined, 3]) {
    expect(rules.explain({ code: "no-access", params: {} }, locale as unknown as Locale)).toBeUndefined();
  }
});

test("the digest is that of the module which the host embeds", () => {
  const module = readFileSync(new URL("../../../target/policy/policy.wasm", import.meta.url));
  expect(rules.policyDigest()).toBe(createHash("sha256").update(module).digest("hex"));
});
