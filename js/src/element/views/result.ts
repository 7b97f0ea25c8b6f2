// What the server did: said in the dialog once it is true.

import { html, type TemplateResult } from "lit";
import type { Task } from "../task.js";
import type { ReadyView } from "../view.js";
import { labelOf } from "./dialog.js";
import { glyph } from "./glyph.js";

/** One sentence about a wish that came true. */
export function resultTitle(view: ReadyView, task: Task): string {
  const { s } = view;
  const feature = labelOf(view, task.featureCode);
  if (task.kind === "activate") return s.say("done.activate", { feature });
  if (task.kind === "restore") return s.say("done.restore", { feature });
  return s.say(task.ended?.instanceDeleted ? "done.end" : "done.leave", { feature });
}

export function result(view: ReadyView, task: Task): TemplateResult {
  const { s } = view;
  return html`<div class="panel good" data-result>
    <h3 tabindex="-1" data-focus>${glyph("check")}${resultTitle(view, task)}</h3>
    ${task.ended?.instanceDeleted
      ? html`<p>${s.say(task.ended.billing === "done" ? "done.bill-lower" : "done.bill-pending")}</p>`
      : html`<p>${s.say(task.kind === "deactivate" ? "done.bill-same" : "done.usable")}</p>`}
  </div>`;
}
