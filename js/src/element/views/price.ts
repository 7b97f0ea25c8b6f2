// Prices with their period, and whether taxes are in them.

import type { Money } from "../../format/index.js";
import type { TextKey } from "../../texts/index.js";
import type { Speaker } from "../../texts/speaker.js";
import type { Subscription } from "../api.js";

const PER: Readonly<Record<string, TextKey>> = { MONTHLY: "price.per-month", YEARLY: "price.per-year" };

/** `CHF 90.00 per month`. */
export function perPeriod(s: Speaker, money: Money, subscription: Subscription): string {
  const key = PER[subscription.billingPeriod ?? ""];
  return key ? s.say(key, { amount: s.money(money) }) : s.money(money);
}

/** What one more costs: `CHF 90.00 per month`, or that the plan includes it; null where there is no plan. */
export function unitPrice(s: Speaker, subscription: Subscription): string | null {
  if (subscription.plan === null) return null;
  const { price } = subscription;
  return price && price.minor > 0 ? perPeriod(s, price, subscription) : s.say("price.included");
}

/** Whether prices of the plan hold their taxes, in the words of a quote (only what computes taxes knows that they are added); null where that is not known or nothing is paid. */
export function taxNote(s: Speaker, { price, priceIncludesTax }: Subscription): string | null {
  if (!price || price.minor === 0 || priceIncludesTax == null) return null;
  return s.say(priceIncludesTax ? "tax.inclusive" : "tax.unknown");
}
