// Before something is activated or restored: what changes and what it costs.

import { html, nothing } from "lit";
import type { Task } from "../task.js";
import type { ReadyView } from "../view.js";
import { confirmLabel } from "./confirm-label.js";
import { labelOf, type Review } from "./review.js";
import { quoteState } from "./quote-state.js";
import { restoreNote } from "./restore-dialog.js";

export function activateDialog(view: ReadyView, task: Task): Review {
  const { s, state } = view;
  const feature = labelOf(view, task.featureCode);
  const isRestore = task.kind === "restore";
  const mandate = state.mandates.find(({ id }) => id === task.mandateId)?.label ?? task.mandateId;
  return {
    title: s.say(isRestore ? "dialog.restore.title" : "dialog.activate.title", { feature }),
    body: html`
      ${isRestore ? restoreNote(view, task) : html`<p>${s.say("dialog.activate.text", { feature, tenant: mandate })}</p>`}
      ${task.request ? html`<p data-for>${task.request.text}</p>` : nothing}
      ${quoteState(view, task)}
      ${isRestore ? nothing : html`<p class="muted">${s.say("dialog.activate.later")}</p>`}
    `,
    confirm: task.phase === "unquoted" ? null : confirmLabel(view, isRestore ? "restore" : "activate", task.quote),
    isDanger: false,
  };
}
