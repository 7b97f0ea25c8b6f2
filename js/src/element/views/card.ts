// One feature: what it is, how it stands, what it costs, and one thing to do, or why that cannot be done.

import { html, nothing, type TemplateResult } from "lit";
import { keyed } from "lit/directives/keyed.js";
import { tagOf } from "../../format/index.js";
import type { Card, Offer, Run } from "../cards.js";
import type { ReadyView } from "../view.js";
import { badge } from "./badge.js";
import { icon } from "./glyph.js";
import { taxNote, unitPrice } from "./price.js";
import { reasons } from "./reasons.js";
import { share } from "./share-button.js";

export function card(view: ReadyView, shown: Card): TemplateResult {
  const { s, data } = view;
  const { code, label, description, state, primary, users } = shown;
  const price = unitPrice(s, data.subscription);
  const tax = taxNote(s, data.subscription);
  return html`<li class="card" part="card" data-feature=${code} data-state=${state}>
    <div class="card-body">
      <div class="card-head">
        <span class="tile">${icon(view.icons.path(shown.icon))}</span>
        ${badge(view, state)}
      </div>
      <h3 class="card-title" part="card-title" id="title-${code}" tabindex="-1" lang=${lang(label) ?? nothing}>${label.text}</h3>
      ${description ? html`<p class="card-text" lang=${lang(description) ?? nothing}>${description.text}</p>` : nothing}
      <dl class="card-facts">
        ${price === null ? nothing : html`<div><dt class="sr">${s.say("card.price")}</dt><dd>${price}${tax ? html` <small>${tax}</small>` : nothing}</dd></div>`}
        ${users && users.count > 0 ? html`<div><dt class="sr">${s.say("card.users")}</dt><dd>${whoUses(view, shown)}</dd></div>` : nothing}
      </dl>
      ${state === "active-others" && primary?.allowed ? html`<p class="hint">${s.say("card.another-hint")}</p>` : nothing}
      ${shown.own.length > 0 ? ownInstances(view, shown) : nothing}
    </div>
    <div class="card-foot">
      ${primary ? button(view, shown, primary, "primary") : nothing}
      ${shown.others.map((offer) => button(view, shown, offer, "quiet"))}
      ${shown.shared ? share(view, shown.shared, label.text) : nothing}
      ${primary && !primary.allowed ? reasons(view, reasonsId(shown, primary), primary.reasons) : nothing}
      ${primary?.kind === "activate" && isForAdmins(primary.reasons) ? ask(view, shown) : nothing}
    </div>
  </li>`;
}

/** Whether nothing speaks against it but that it is for admins to do: they can be asked for it. */
function isForAdmins([first, second]: Offer["reasons"]): boolean {
  return first?.code === "not-admin" && !second;
}

function ask({ s, act }: ReadyView, { code, label }: Card): TemplateResult {
  return html`<button type="button" class="button quiet" part="action-secondary" data-action="ask"
    @click=${() => act.part("requests", { featureCode: code, instanceId: null })}>${s.say("action.ask")}<span class="sr">: ${label.text}</span></button>`;
}

/** Several instances of one's own: each is given up by itself. */
function ownInstances(view: ReadyView, shown: Card): TemplateResult {
  return html`<ul class="own">
    ${shown.own.map(
      ({ instance, offer }) => html`<li data-instance=${instance.instanceId}>
        <span>${instance.label ?? shown.label.text}</span>
        ${offer ? button(view, shown, offer, "quiet") : nothing}
        ${offer && !offer.allowed ? reasons(view, reasonsId(shown, offer), offer.reasons) : nothing}
      </li>`,
    )}
  </ul>`;
}

/** Cannot be used: still in the order of the tab key, and what keeps it from being used is read with it. */
function button(view: ReadyView, shown: Card, offer: Offer, rank: "primary" | "quiet"): TemplateResult {
  const { kind, instanceId, allowed } = offer;
  const isMore = rank === "quiet" && kind === "activate";
  const act = () => {
    const subject = { kind: kind === "withdraw" ? "deactivate" : kind, featureCode: shown.code, instanceId, scope: "mine" } as const;
    if (allowed) view.act.open(subject);
  };
  const style = rank === "quiet" ? "quiet" : kind === "activate" ? "solid" : "outline";
  const what = html`${view.s.say(isMore ? "action.another" : `action.${kind}`)}<span class="sr">: ${shown.label.text}</span>`;
  // Another deed is another button: one that has the focus never turns into one that does something else.
  return html`${keyed(
    `${kind} ${instanceId}`,
    html`<button type="button" class="button ${style}" part=${rank === "primary" ? "action" : "action-secondary"} data-action=${kind}
      data-instance=${instanceId ?? nothing} aria-disabled=${allowed ? nothing : "true"}
      aria-describedby=${allowed ? nothing : reasonsId(shown, offer)} @click=${act}>${what}</button>`,
  )}`;
}

function reasonsId(shown: Card, offer: Offer): string {
  return `why-${shown.code}-${offer.instanceId ?? "new"}`;
}

function whoUses({ s }: ReadyView, { users, state }: Card): string {
  const { count, isPeople } = users ?? { count: 0, isPeople: true };
  if (!isPeople) return s.count("users.accesses", count);
  const isOwn = state === "active" || state === "suspended";
  if (!isOwn) return s.count("users.all", count);
  return count <= 1 ? s.say("users.you") : s.count("users.you-and", count - 1);
}

function lang({ lang }: Run): string | null {
  return lang && tagOf(lang);
}
