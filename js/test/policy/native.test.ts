// The build for browsers answers, byte for byte, what the rules answer natively.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { Call } from "../../src/wasm/policy.js";
import { readNative, rules } from "./rules.js";

const cases = readNative();

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

test("the digest is that of the module which the host embeds", () => {
  const module = readFileSync(new URL("../../../target/policy/policy.wasm", import.meta.url));
  expect(rules.policyDigest()).toBe(createHash("sha256").update(module).digest("hex"));
});
