// A call as text is that call, also when its facts were written before.
import { expect, test } from "vitest";
import { callText } from "../../src/preflight/call-text.js";
import type { Call } from "../../src/wasm/policy.js";
import { readCases } from "./cases.js";

test("every call of the cases that a page can ask can be read back", () => {
  let seen = 0;
  for (const { name, call } of readCases()) {
    if (!("activation" in call.question || "deactivation" in call.question)) continue;
    expect(JSON.parse(callText(call)), name).toEqual(call);
    seen += 1;
  }
  expect(seen).toBeGreaterThan(150);
});

test("facts that two calls share say the same in both, and what differs is told", () => {
  const found = readCases().map(({ call }) => call).find(({ question }) => "activation" in question);
  if (!found || !("activation" in found.question)) throw new Error("no case of an activation");
  const { settings, question: { activation } } = found;
  const later: Call = { settings, question: { activation: { ...activation, now: activation.now + 1, billingConnected: !activation.billingConnected } } };
  expect([found, later].map((call) => JSON.parse(callText(call)))).toEqual([found, later]);
});
