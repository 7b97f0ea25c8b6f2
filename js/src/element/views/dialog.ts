// The frame of all dialogs: native, first focus on the heading, Escape closes, and closing is always safe.

import { html, nothing, type TemplateResult } from "lit";
import { shownTask } from "../state.js";
import { isOpen, isReadyToSend, isRunning, type Task } from "../task.js";
import type { ReadyView } from "../view.js";
import { activateDialog } from "./activate-dialog.js";
import { deactivateDialog } from "./deactivate-dialog.js";
import { failure } from "./failure.js";
import { glyph } from "./glyph.js";
import { regions } from "./regions.js";
import { result } from "./result.js";
import type { Review } from "./review.js";
import { patience, steps } from "./steps.js";

/** The open dialog; the live regions move into it, because everything outside is out of reach meanwhile. */
export function dialog(view: ReadyView, said: { readonly polite: string; readonly alert: string }): TemplateResult | typeof nothing {
  const task = shownTask(view.state);
  if (!task) return nothing;
  const { s, act } = view;
  const review = task.kind === "deactivate" ? deactivateDialog(view, task) : activateDialog(view, task);
  const cancelled = (event: Event) => {
    event.preventDefault();
    act.close();
  };
  const outside = (event: MouseEvent) => {
    if (event.target === event.currentTarget && isOpen(task)) act.close();
  };
  return html`<dialog part="dialog" data-dialog=${task.kind} data-phase=${task.phase} aria-labelledby="dialog-title" @cancel=${cancelled} @mousedown=${outside}>
    <div class="sheet">
      <div class="sheet-head">
        <h2 id="dialog-title" tabindex="-1">${review.title}</h2>
        <button type="button" class="button icon-only" aria-label=${s.say("action.close")} data-close @click=${() => act.close()}>${glyph("close")}</button>
      </div>
      <div class="sheet-body">${body(view, task, review)}</div>
      ${foot(view, task, review)} ${regions(said)}
    </div>
  </dialog>`;
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
