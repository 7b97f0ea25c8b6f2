// When there is nothing to show: why, and what to do.

import { html, nothing, type TemplateResult } from "lit";
import type { View } from "../view.js";
import { copyTrace } from "./failure.js";
import { glyph, type Glyph } from "./glyph.js";
import { sentences } from "./reasons.js";

function panel(sign: Glyph, name: string, title: string, text: TemplateResult | string, action: TemplateResult | typeof nothing = nothing): TemplateResult {
  return html`<div class="empty" data-empty=${name}>
    ${glyph(sign)}
    <h2 id="heading" tabindex="-1">${title}</h2>
    <p>${text}</p>
    ${action}
  </div>`;
}

export function emptyCatalogue({ s }: View): TemplateResult {
  return panel("circle", "catalogue", s.say("empty.catalogue.title"), s.say("empty.catalogue.text"));
}

export function noResults({ s, look, act }: View): TemplateResult {
  const clear = () => act.look({ q: "", filter: "all" });
  return html`<div class="empty" data-empty="results">
    ${glyph("search")}
    <p><strong>${look.q ? s.say("empty.results.search", { q: look.q }) : s.say("empty.results.filter")}</strong></p>
    <button type="button" class="button outline" data-clear @click=${clear}>${s.say("empty.results.clear")}</button>
  </div>`;
}

export function noMandate({ s }: View): TemplateResult {
  return panel("people", "mandates", s.say("empty.mandates.title"), s.say("empty.mandates.text"));
}

export function signedOut({ s, act }: View): TemplateResult {
  const again = html`<button type="button" class="button outline" data-retry @click=${() => act.retry()}>${s.say("action.retry")}</button>`;
  return panel("lock", "signed-out", s.say("signed-out.title"), s.say("signed-out.text"), again);
}

/** Nothing could be read. */
export function unreadable(view: View): TemplateResult {
  const { s, state, act } = view;
  const { fault } = state;
  const again = html`<button type="button" class="button solid" data-retry @click=${() => act.retry()}>${s.say("action.retry")}</button>`;
  if (!fault || fault.kind === "unreachable") {
    return panel(state.offline ? "offline" : "alert", "error", s.say("error.unreachable.title"), s.say("error.unreachable.text"), again);
  }
  const [first] = fault.reasons;
  const text = first ? sentences(view, first) : s.say("error.unreachable.text");
  return panel("alert", "error", s.say("error.title"), text, html`${copyTrace(view, fault)}${again}`);
}

/** While the first reading runs, or waits until it may: the shape of what will be there. */
export function skeleton(view: View): TemplateResult {
  const { s, state } = view;
  const [first] = state.fault?.reasons ?? [];
  return html`<div class="skeleton" aria-busy="true">
    ${first ? html`<div class="notice warn" data-waits>${glyph("clock")}<p>${sentences(view, first)}</p></div>` : html`<p class="sr">${s.say("loading")}</p>`}
    <div class="bone wide"></div>
    <div class="cards">${[0, 1, 2, 3, 4, 5].map(() => html`<div class="bone"></div>`)}</div>
  </div>`;
}
