// A quote in a dialog: being asked for, there, changed, or not to be had.

import { html, nothing, type TemplateResult } from "lit";
import type { Task } from "../task.js";
import type { ReadyView } from "../view.js";
import { copyTrace } from "./failure.js";
import { glyph } from "./glyph.js";
import { quoteDifference, quoteRows } from "./quote-rows.js";
import { sentences } from "./reasons.js";

export function quoteState(view: ReadyView, task: Task): TemplateResult {
  const { s } = view;
  if (task.phase === "unquoted") return unavailable(view, task);
  const isAsking = task.phase === "quoting";
  return html`
    ${quoteDifference(view, task)}
    ${task.quote ? quoteRows(view, task.quote) : nothing}
    ${isAsking ? html`<p class="asking" id="quote-state" data-asking>${glyph("clock")}${s.say("quote.asking")}</p>` : nothing}
  `;
}

function unavailable(view: ReadyView, task: Task): TemplateResult {
  const { s, act } = view;
  const { fault } = task;
  return html`<div class="panel warn" data-quote-failed id="quote-state">
    <h3>${glyph("alert")}${s.say("quote.failed.title")}</h3>
    ${fault && fault.kind === "problem"
      ? fault.reasons.map((reason) => html`<p data-reason=${reason.code}>${sentences(view, reason)}</p>`)
      : html`<p>${s.say("error.unreachable.text")}</p>`}
    ${fault && fault.kind === "problem" ? copyTrace(view, fault) : html`<p class="assure">${glyph("check")}${s.say("quote.failed.nothing")}</p>`}
    <button type="button" class="button outline" data-retry @click=${() => act.requote(task.id)}>${s.say("action.retry")}</button>
  </div>`;
}
