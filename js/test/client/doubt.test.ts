// What an answer tells about a wish that was sent: whether it may have taken effect, and what ends the doubt.
import { expect, it } from "vitest";
import { isOnRecord, leavesOpen } from "../../src/client/doubt.js";

it.each([
  ["no answer", {}, true],
  ["a proxy's word, without a code of the store", { status: 502, code: null }, true],
  ["a proxy's refusal", { status: 403, code: null }, true],
  ["the request took too long", { status: 408, code: "timeout" }, true],
  ["a fault of the store", { status: 500, code: "internal" }, true],
  ["a commit without an answer", { status: 504, code: "timeout" }, true],
  ["the first try still runs", { status: 409, code: "request-in-progress" }, true],
  ["the store says that nothing comes of this try", { status: 503, code: "billing-unavailable" }, false],
  ["too often", { status: 429, code: "rate-limited" }, false],
  ["refused by the rules", { status: 402, code: "capacity-reached" }, false],
  ["the quote is over", { status: 412, code: "quote-expired" }, false],
])("%s: may it have taken effect?", (_, told, open) => {
  expect(leavesOpen(told)).toBe(open);
});

it.each([
  ["payment-declined", true], ["payment-action-required", true], ["withdrawn", true],
  ["capacity-reached", false], ["quote-used", false], ["request-in-progress", false], [null, false], [undefined, false],
])("%s is on record under the wish's key: %s", (code, known) => {
  expect(isOnRecord({ status: 402, ...(code === undefined ? {} : { code }) })).toBe(known);
});
