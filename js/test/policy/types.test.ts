// The types that were generated from the rules: `npm run check` fails where one of these statements does not hold.
import { expectTypeOf, test } from "vitest";
import type {
  ActivationFacts, Answer, BillingDuty, Call, FailureCode, PlanFacts, Reason, SubscriptionFacts, SubscriptionStatus,
} from "../../src/wasm/policy.js";
import { rules } from "./rules.js";

test("a reason's parameters are those of its code", () => {
  const used = (reason: Reason): number | null => {
    switch (reason.code) {
      case "capacity-reached":
        expectTypeOf(reason.params).toEqualTypeOf<{ limit: number; used: number; adding: number }>();
        return reason.params.used;
      case "no-subscription":
        expectTypeOf(reason.params).toEqualTypeOf<{ latest: SubscriptionStatus | null; trialEndedAt: number | null }>();
        return reason.params.trialEndedAt;
      case "no-access":
        // @ts-expect-error it has no parameters
        return reason.params.used;
      // @ts-expect-error there is no such code
      case "no-such-code":
        return null;
      default:
        return null;
    }
  };
  expectTypeOf(used).parameter(0).toEqualTypeOf<Reason>();
});

test("null is null, and instants are numbers", () => {
  expectTypeOf<SubscriptionFacts["endsAt"]>().toEqualTypeOf<number | null>();
  expectTypeOf<SubscriptionFacts["plan"]>().toEqualTypeOf<PlanFacts | null>();
  expectTypeOf<ActivationFacts["now"]>().toEqualTypeOf<number>();
  expectTypeOf<BillingDuty>().toEqualTypeOf<
    "nothing" | { bestEffort: { quantity: number } } | { gated: { quantity: number; gate: "quantity" | "payment" } }
  >();
});

test("what is exported", () => {
  expectTypeOf(rules.decide).toEqualTypeOf<(call: Call | string) => Answer>();
  expectTypeOf(rules.policyDigest).toEqualTypeOf<() => string>();
  expectTypeOf<FailureCode>().toEqualTypeOf<"malformed" | "too-deep">();
});
