// The dialog: asking for a feature, and who asked for what, with what can be answered.

import { html, nothing, type TemplateResult } from "lit";
import type { FeatureRequest } from "../../client/index.js";
import { perPeriod } from "../views/price.js";
import { copyTrace } from "../views/failure.js";
import { frame } from "../views/dialog.js";
import { glyph } from "../views/glyph.js";
import { reasons, sentences } from "../views/reasons.js";
import { labelOf } from "../views/review.js";
import type { Fault } from "../fault.js";
import type { ReadyView } from "../view.js";
import type { Deed, Requests, Say, Shown } from "./requests.js";

interface Sheet {
  readonly shown: Shown;
  readonly say: Say;
  readonly part: Requests;
}

/** As many characters as the store takes. */
const LONGEST = 500;

export function dialog(view: ReadyView, sheet: Sheet, said: { readonly polite: string; readonly alert: string }): TemplateResult {
  const { shown, say } = sheet;
  const { featureCode, deed } = shown;
  const title = featureCode === null ? say("title") : say("title.ask", { feature: labelOf(view, featureCode) });
  return frame(view, { kind: "requests", phase: deed?.phase ?? "review", title, isOpen: deed?.phase !== "sending" }, body(view, sheet), foot(view, sheet), said);
}

function body(view: ReadyView, sheet: Sheet): TemplateResult {
  const { s } = view;
  const { shown, say, part } = sheet;
  const { items, featureCode, deed } = shown;
  return html`
    ${deed ? outcome(view, say, deed) : nothing}
    ${isAsked(shown) ? html`<p>${say("text")}</p> ${words(sheet, say("note"))}` : nothing}
    ${items && items.length > 0
      ? html`${featureCode === null ? nothing : html`<h3>${say("yours")}</h3>`}<ul class="requests" data-requests>${items.map((one) => request(view, sheet, one))}</ul>`
      : nothing}
    ${items?.length === 0 && featureCode === null ? html`<p data-empty="requests">${say("empty")}</p>` : nothing}
    ${shown.isReading ? html`<p class="asking" data-asking>${glyph("clock")}${s.say("loading")}</p>` : nothing}
    ${shown.fault ? unread(view, shown.fault, sheet) : nothing}
    ${shown.next !== null && !shown.isReading && !shown.fault
      ? html`<button type="button" class="button outline" data-more @click=${() => void part.more()}>${say("more")}</button>`
      : nothing}
  `;
}

function foot({ s, act }: ReadyView, { shown, say, part }: Sheet): TemplateResult {
  const { featureCode, deed } = shown;
  const isReady = deed?.phase !== "sending";
  return html`<div class="sheet-foot">
    <button type="button" class="button outline" data-cancel @click=${() => act.close()}>${s.say("action.done")}</button>
    ${featureCode !== null && isAsked(shown)
      ? html`<button type="button" class="button solid" part="confirm" data-confirm aria-disabled=${isReady ? nothing : "true"}
          @click=${() => isReady && void part.ask(featureCode)}>${say("ask")}</button>`
      : nothing}
  </div>`;
}

/** Whether the feature can be asked for: not where that was read and nobody answered yet. */
function isAsked({ featureCode, items }: Shown): boolean {
  return featureCode !== null && items !== null && !items.some((one) => one.featureCode === featureCode && (one.state === "open" || one.state === "approving"));
}

function words({ shown, part }: Sheet, label: string): TemplateResult {
  const written = (event: Event) => part.choose({ words: (event.target as HTMLTextAreaElement).value });
  return html`<label class="words"><span class="label">${label}</span>
    <textarea rows="3" maxlength=${LONGEST} data-words .value=${shown.words} @input=${written}></textarea></label>`;
}

function outcome(view: ReadyView, say: Say, { kind, phase, fault }: Deed): TemplateResult {
  if (phase === "sending") return html`<p class="asking" data-deed="sending">${glyph("clock")}${say("sending")}</p>`;
  if (phase === "done") {
    return html`<div class="panel good" data-deed="done" data-result><h3 tabindex="-1" data-focus>${glyph("check")}${say(`done.${kind}`)}</h3></div>`;
  }
  return html`<div class="panel bad" data-deed="failed" data-failure=${fault?.code ?? ""}>
    <h3 tabindex="-1" data-focus>${glyph("alert")}${say("failed")}</h3>
    ${fault ? html`${why(view, fault)} ${copyTrace(view, fault)}` : nothing}
  </div>`;
}

function unread(view: ReadyView, fault: Fault, { say, part }: Sheet): TemplateResult {
  return html`<div class="panel warn" data-unread>
    <h3>${glyph("alert")}${say("unread")}</h3>
    ${why(view, fault)}
    <button type="button" class="button outline" data-retry @click=${() => void part.more()}>${view.s.say("action.retry")}</button>
  </div>`;
}

function why(view: ReadyView, fault: Fault): TemplateResult | TemplateResult[] {
  if (fault.kind !== "problem") return html`<p>${view.s.say("error.unreachable.text")}</p>`;
  return fault.reasons.map((reason) => html`<p data-reason=${reason.code}>${sentences(view, reason)}</p>`);
}

function request(view: ReadyView, sheet: Sheet, one: FeatureRequest): TemplateResult {
  const { s, data } = view;
  const { say, shown } = sheet;
  const { id, name, note, state, askedAt, settledBy, answer, featureCode, priceNow, price, priceRose } = one;
  const feature = labelOf(view, featureCode);
  const isOpen = state === "open";
  return html`<li data-request=${id} data-state=${state}>
    <p class="deed"><strong>${data.decisions.isAdmin ? say("asked", { name, feature }) : feature}</strong>
      <span class="badge ${isOpen || state === "approving" ? "busy" : state === "approved" ? "good" : ""}">${say(`state.${state}`)}</span></p>
    ${askedAt ? html`<time class="muted" datetime=${askedAt}>${s.dayTime(askedAt)}</time>` : nothing}
    ${note ? html`<p class="note">${note}</p>` : nothing}
    ${isOpen && priceNow && priceNow.minor > 0
      ? html`<p>${perPeriod(s, priceNow, data.subscription)}${priceRose && price ? html` <small class="muted" data-rose>${say("rose", { amount: s.money(price) })}</small>` : nothing}</p>`
      : nothing}
    ${answer ? html`<p class="note" data-answer>${settledBy ? `${settledBy}: ` : ""}${answer}</p>` : nothing}
    ${!isOpen ? nothing : shown.declining === id ? declining(view, sheet, one) : data.decisions.isAdmin ? answers(view, sheet, one) : takingBack(sheet, id)}
  </li>`;
}

/** Approving is an activation, with its quote and all it shows; whether it is possible says what the rules say of one. */
function answers(view: ReadyView, { say, part, shown }: Sheet, { id, name, featureCode }: FeatureRequest): TemplateResult {
  const verdict = view.data.decisions.activate(featureCode);
  const isAllowed = verdict?.allowed === true;
  const approve = () => {
    part.close();
    view.act.open({ kind: "activate", featureCode, instanceId: null, scope: "mine", request: { id, text: say("gets", { name }) } });
  };
  const isReady = shown.deed?.phase !== "sending";
  return html`<p class="deeds">
      <button type="button" class="button outline" data-approve aria-disabled=${isAllowed ? nothing : "true"} aria-describedby=${isAllowed ? nothing : `why-${id}`}
        @click=${() => isAllowed && isReady && approve()}>${say("approve")}<span class="sr">: ${name}</span></button>
      <button type="button" class="button quiet" data-decline @click=${() => isReady && part.choose({ declining: id, words: "" })}>${say("decline")}<span class="sr">: ${name}</span></button>
    </p>
    ${verdict && !isAllowed ? reasons(view, `why-${id}`, verdict.reasons) : nothing}`;
}

function declining({ s }: ReadyView, sheet: Sheet, { id, name }: FeatureRequest): TemplateResult {
  const { say, part } = sheet;
  return html`${words(sheet, say("answer", { name }))}
    <p class="deeds">
      <button type="button" class="button danger" data-decline-now @click=${() => void part.decline(id)}>${say("decline")}</button>
      <button type="button" class="button quiet" data-keep @click=${() => part.choose({ declining: null, words: "" })}>${s.say("action.cancel")}</button>
    </p>`;
}

function takingBack({ say, part, shown }: Sheet, id: string): TemplateResult {
  return html`<p class="deeds"><button type="button" class="button quiet" data-withdraw
    @click=${() => shown.deed?.phase !== "sending" && void part.withdraw(id)}>${say("withdraw")}</button></p>`;
}
