// The running bill: what the mandate pays per period, when next, and for what.

import { html, nothing, type TemplateResult } from "lit";
import type { Instance } from "../api.js";
import { inLanguage } from "../cards.js";
import type { ReadyView } from "../view.js";
import { perPeriod, taxNote } from "./price.js";

/** States whose instances are on the bill. */
const BILLED = new Set(["active", "disabled", "suspended", "leaving"]);

export function bill(view: ReadyView): TemplateResult {
  const { s, data } = view;
  const { subscription } = data;
  const { bill: sum, currentPeriodEnd } = subscription;
  const tax = taxNote(s, subscription);
  const isPaid = sum !== null && sum.minor > 0;
  return html`<div class="figure" part="bill" data-bill>
    <p class="label">${s.say("bill.label")}</p>
    <p class="amount">${amount(view)}</p>
    ${tax && isPaid ? html`<p class="muted">${tax}</p>` : nothing}
    ${sum && (currentPeriodEnd || isPaid)
      ? html`<p class="muted" data-next-invoice>${currentPeriodEnd ? s.say("bill.next", { day: s.day(currentPeriodEnd) }) : s.say("bill.next-unknown")}</p>`
      : nothing}
    ${isPaid ? items(view) : nothing}
  </div>`;
}

function amount({ s, data }: ReadyView): string {
  const { bill: sum, plan } = data.subscription;
  if (plan === null) return s.say("bill.none");
  if (!sum || sum.minor === 0) return s.say("bill.free");
  return perPeriod(s, sum, data.subscription);
}

function items(view: ReadyView): TemplateResult | typeof nothing {
  const { s, data } = view;
  const { price, billedInstances } = data.subscription;
  const billed = data.instances?.filter((instance) => BILLED.has(instance.state) && instance.price !== null) ?? [];
  if (billed.length === 0 && !(price && billedInstances)) return nothing;
  return html`<details class="items" data-bill-items>
    <summary>${s.say("bill.items")}</summary>
    ${billed.length > 0
      ? html`<ul>${billed.map((instance) => item(view, instance))}</ul>`
      : html`<p>${s.count("bill.times", billedInstances ?? 0, { amount: price ? s.money(price) : "" })}</p>`}
  </details>`;
}

function item({ s, data }: ReadyView, instance: Instance): TemplateResult {
  const feature = data.features.find(({ featureCode }) => featureCode === instance.featureCode);
  const label = (feature && inLanguage(feature.label, s.locale)?.text) ?? instance.label ?? instance.featureCode;
  return html`<li><span>${label}</span><span class="num">${instance.price ? s.money(instance.price) : nothing}</span></li>`;
}
