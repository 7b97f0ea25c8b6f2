// What the server did: said in the dialog once it is true.

import { html, type TemplateResult } from "lit";
import { doneKey } from "../sentence.js";
import type { Task } from "../task.js";
import type { ReadyView } from "../view.js";
import { labelOf } from "./review.js";
import { glyph } from "./glyph.js";

export function result(view: ReadyView, task: Task): TemplateResult {
  const { s, data } = view;
  const until = data.instances?.find(({ instanceId }) => instanceId === task.instanceId)?.restorableUntil;
  return html`<div class="panel good" data-result>
    <h3 tabindex="-1" data-focus>${glyph("check")}${s.say(doneKey(task), { feature: labelOf(view, task.featureCode) })}</h3>
    ${task.ended?.instanceDeleted
      ? html`<p>${s.say(task.ended.billing === "done" ? "done.bill-lower" : "done.bill-pending")}${until ? ` ${s.say("deactivate.restorable-until", { until: s.dayTime(until) })}` : ""}</p>`
      : html`<p>${s.say(task.kind === "deactivate" ? "done.bill-same" : "done.usable")}</p>`}
  </div>`;
}
