// A view that is loaded on demand, for admins: every instance of the mandate. Who uses it, since when, by whom, what it costs; to end or to restore.

import { html, nothing, type TemplateResult } from "lit";
import { keyed } from "lit/directives/keyed.js";
import type { Instance } from "../api.js";
import { isInUse } from "../cards.js";
import { verdictOf } from "../state.js";
import type { ReadyView } from "../view.js";
import { badge } from "../views/badge.js";
import { share } from "../views/share-button.js";
import { labelOf } from "../views/review.js";
import { perPeriod } from "../views/price.js";
import { reasons } from "../views/reasons.js";

export { styles } from "./styles.js";

export function show(view: ReadyView): TemplateResult {
  const { s, data } = view;
  const all = data.instances ?? [];
  return html`<section aria-labelledby="heading" data-instances>
    <div class="list-head">
      <h2 id="heading" tabindex="-1">${s.say("instances.heading")}</h2>
      <p class="muted" role="status" data-count>${s.count("instances.count", all.length)}</p>
      <button type="button" class="button quiet" part="action-secondary" data-action="requests" @click=${() => view.act.part("requests", null)}>${s.say("action.requests")}</button>
      <button type="button" class="button quiet" part="action-secondary" data-action="history" @click=${() => view.act.part("history", null)}>${s.say("action.history")}</button>
    </div>
    ${all.length === 0
      ? html`<div class="empty" data-empty="instances"><p>${s.say("instances.none")}</p></div>`
      : html`<ul class="table" part="instances">${all.map((one) => keyed(one.instanceId, row(view, one)))}</ul>`}
  </section>`;
}

function row(view: ReadyView, instance: Instance): TemplateResult {
  const { s, data } = view;
  const { instanceId: id, state, featureCode, label, since, endedAt, restorableUntil, by, users, price } = instance;
  const name = labelOf(view, featureCode);
  const isEnded = state === "ended";
  return html`<li class="row" data-instance=${id} data-state=${state}>
    <div class="row-head">
      <h3 tabindex="-1" id="title-${id}">${name}</h3>
      ${label && !isFeaturesOwn(view, featureCode, label) ? html`<span class="muted">${label}</span>` : nothing}
      ${badge(view, state)}
    </div>
    <dl class="row-facts">
      ${fact("a", s.say("instances.users"), isEnded ? null : s.count("users.all", users))}
      ${fact("b", s.say("instances.since"), isEnded || !since ? null : s.day(since))}
      ${fact("a", s.say("instances.ended"), endedAt ? s.dayTime(endedAt) : null)}
      ${fact("b", s.say("instances.until"), restorableUntil ? s.dayTime(restorableUntil) : null)}
      ${fact("c", s.say(isEnded ? "instances.ended-by" : "instances.by"), by)}
      ${fact("d", s.say("card.price"), price && price.minor > 0 && !isEnded ? perPeriod(s, price, data.subscription) : null)}
    </dl>
    <div class="row-foot">${state === "leaving" ? nothing : action(view, instance, isEnded ? "restore" : "deactivate", name)} ${isInUse(instance) ? share(view, instance, name) : nothing}</div>
  </li>`;
}

/** `place` is the column on wide pages, so that equal facts stand below each other. */
function fact(place: "a" | "b" | "c" | "d", name: string, value: string | null): TemplateResult | typeof nothing {
  return value === null ? nothing : html`<div class="fact-${place}"><dt>${name}</dt><dd>${value}</dd></div>`;
}

/** A label that only repeats the feature's name in some language says nothing. */
function isFeaturesOwn({ data }: ReadyView, featureCode: string, label: string): boolean {
  const feature = data.features.find((candidate) => candidate.featureCode === featureCode);
  return label === featureCode || Object.values(feature?.label ?? {}).includes(label);
}

function action(view: ReadyView, { instanceId, featureCode }: Instance, kind: "deactivate" | "restore", name: string): TemplateResult | typeof nothing {
  const subject = { kind, featureCode, instanceId, scope: "mandate" } as const;
  const verdict = verdictOf(view.data, subject);
  if (!verdict) return nothing;
  const why = `why-${instanceId}`;
  const act = () => verdict.allowed && view.act.open(subject);
  return html`<button type="button" class="button ${kind === "restore" ? "outline" : "quiet"}" part="action" data-action=${kind}
      aria-disabled=${verdict.allowed ? nothing : "true"} aria-describedby=${verdict.allowed ? nothing : why}
      @click=${act}>${view.s.say(kind === "restore" ? "action.restore" : "action.end")}<span class="sr">: ${name}</span></button>
    ${verdict.allowed ? nothing : reasons(view, why, verdict.reasons)}`;
}
