// Before something ended is restored: what comes back.

import { html, nothing, type TemplateResult } from "lit";
import type { Task } from "../task.js";
import type { ReadyView } from "../view.js";

export function restoreNote({ s, data }: ReadyView, task: Task): TemplateResult {
  const ended = data.instances?.find(({ instanceId }) => instanceId === task.instanceId);
  return html`<p>${s.say("dialog.restore.text")}</p>
    ${ended?.endedAt
      ? html`<p class="muted">${s.say("dialog.restore.ended", { day: s.dayTime(ended.endedAt) })}${ended.restorableUntil ? html` ${s.say("dialog.restore.until", { day: s.dayTime(ended.restorableUntil) })}` : nothing}</p>`
      : nothing}`;
}
