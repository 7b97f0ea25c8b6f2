// The plan and its subscription, and whether the last comparison found bill and features agreeing.

import { html, nothing, type TemplateResult } from "lit";
import type { TextKey } from "../../texts/index.js";
import type { ReadyView } from "../view.js";
import { glyph } from "./glyph.js";

const STATUS: Readonly<Record<string, TextKey>> = {
  PENDING: "status.pending",
  SCHEDULED: "status.scheduled",
  TRIALING: "status.trialing",
  ACTIVE: "status.active",
  PAST_DUE: "status.past-due",
  UNPAID: "status.unpaid",
  PAUSED: "status.paused",
  CANCELED: "status.canceled",
  EXPIRED: "status.expired",
};

export function plan({ s, data }: ReadyView): TemplateResult {
  const { subscription } = data;
  const { plan: key, planLabel, status, trialEndsAt } = subscription;
  const known = STATUS[status ?? ""];
  return html`<div class="figure" part="plan" data-plan>
    <p class="label">${s.say("plan.label")}</p>
    <p class="amount">${key === null ? s.say("plan.none") : (planLabel ?? key)}</p>
    ${known ? html`<p class="muted" data-status=${status ?? nothing}>${s.say(known)}</p>` : nothing}
    ${status === "TRIALING" && trialEndsAt ? html`<p class="muted">${s.say("plan.trial-until", { day: s.day(trialEndsAt) })}</p>` : nothing}
    ${agreement({ s, data })}
  </div>`;
}

function agreement({ s, data }: Pick<ReadyView, "s" | "data">): TemplateResult | typeof nothing {
  const { billingInSync, billingCheckedAt } = data.subscription;
  if (billingInSync === null || billingCheckedAt === null) return nothing;
  const when = s.moment(billingCheckedAt);
  return billingInSync
    ? html`<p class="agree good" data-in-sync="true">${glyph("check")}<span>${s.say("sync.yes", { when })}</span></p>`
    : html`<p class="agree warn" data-in-sync="false">${glyph("alert")}<span>${s.say("sync.no", { when })}</span></p>`;
}
