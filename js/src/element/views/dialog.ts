// The frame of all dialogs: native, first focus on the heading, Escape closes, and closing is always safe.

import { html, nothing, type TemplateResult } from "lit";
import { shownTask, verdictOf } from "../state.js";
import { isOpen, isReadyToSend, isRunning, type Task } from "../task.js";
import type { Verdict } from "../api.js";
import type { ReadyView, View } from "../view.js";
import { activateDialog } from "./activate-dialog.js";
import { deactivateDialog } from "./deactivate-dialog.js";
import { failure } from "./failure.js";
import { glyph } from "./glyph.js";
import { regions } from "./regions.js";
import { result } from "./result.js";
import { reasons } from "./reasons.js";
import type { Review } from "./review.js";
import { patience, steps } from "./steps.js";

/** The open dialog; the live regions move into it, because everything outside is out of reach meanwhile. */
export function dialog(view: ReadyView, said: { readonly polite: string; readonly alert: string }): TemplateResult | typeof nothing {
  const task = shownTask(view.state);
  if (!task) return nothing;
  const planned = task.kind === "deactivate" ? deactivateDialog(view, task) : activateDialog(view, task);
  const verdict = verdictOf(view.data, task);
  const review = verdict?.allowed === true ? planned : { ...planned, body: noMore(view, verdict), confirm: null };
  return frame(view, { kind: task.kind, phase: task.phase, title: review.title, isOpen: isOpen(task) }, body(view, task, review), foot(view, task, review), said);
}

/** What a frame shows: which dialog, how far, what about, and whether nothing was sent, so that a click beside it closes it. */
interface Framed {
  readonly kind: string;
  readonly phase: string;
  readonly title: string;
  readonly isOpen: boolean;
}

/** The frame around a body and its buttons. */
export function frame(
  { s, act }: View, { kind, phase, title, isOpen }: Framed, content: TemplateResult, buttons: TemplateResult, said: { readonly polite: string; readonly alert: string },
): TemplateResult {
  const cancelled = (event: Event) => {
    event.preventDefault();
    act.close();
  };
  const outside = (event: MouseEvent) => {
    if (event.target === event.currentTarget && isOpen) act.close();
  };
  return html`<dialog part="dialog" data-dialog=${kind} data-phase=${phase} aria-labelledby="dialog-title" @cancel=${cancelled} @mousedown=${outside}>
    <div class="sheet">
      <div class="sheet-head">
        <h2 id="dialog-title" tabindex="-1">${title}</h2>
        <button type="button" class="button icon-only" aria-label=${s.say("action.close")} data-close @click=${() => act.close()}>${glyph("close")}</button>
      </div>
      <div class="sheet-body">${content}</div>
      ${buttons} ${regions(said)}
    </div>
  </dialog>`;
}

/** What was offered when the dialog was opened, and is refused by now. */
function noMore(view: ReadyView, verdict: Verdict | null): TemplateResult {
  return verdict ? reasons(view, "quote-state", verdict.reasons) : html`<p data-gone>${view.s.say("dialog.gone")}</p>`;
}

function body(view: ReadyView, task: Task, review: Review): TemplateResult {
  if (isOpen(task)) return review.body;
  const { kind } = task;
  if (task.phase === "failed" && task.fault) return failure(view, kind, task.fault);
  if (task.phase === "done") return html`${result(view, task)} ${kind === "deactivate" ? nothing : steps(view, task)}`;
  return html`${kind === "deactivate" ? nothing : steps(view, task)} ${patience(view, task)}`;
}

function foot(view: ReadyView, task: Task, review: Review): TemplateResult {
  const { s, act } = view;
  const isOver = task.phase === "done" || task.phase === "failed";
  const leave = isOver ? s.say("action.done") : isRunning(task) ? s.say("action.leave") : s.say("action.cancel");
  const isReady = isReadyToSend(task);
  const confirm = review.confirm;
  return html`<div class="sheet-foot">
    <button type="button" class="button ${isOver ? "solid" : "outline"}" data-cancel @click=${() => act.close()}>${leave}</button>
    ${isOpen(task) && confirm !== null
      ? html`<button type="button" class="button ${review.isDanger ? "danger" : "solid"}" part="confirm" data-confirm
          aria-disabled=${isReady ? nothing : "true"} aria-describedby=${isReady ? nothing : "quote-state"} @click=${() => isReady && act.confirm(task.id)}>${confirm}</button>`
      : nothing}
  </div>`;
}
