// How far a wish is: checked, billed, created. Each step is over when the server said so.

import { html, nothing, type TemplateResult } from "lit";
import { STEPS, type Task } from "../task.js";
import type { View } from "../view.js";
import { glyph } from "./glyph.js";

export function steps({ s }: View, task: Task): TemplateResult {
  const isDone = task.phase === "done";
  return html`<ol class="steps" data-steps aria-label=${s.say("step.label")}>
    ${STEPS.map((step) => {
      const isOver = isDone || STEPS.indexOf(step) < STEPS.indexOf(task.step);
      const isCurrent = !isDone && step === task.step;
      const time = task.times[step];
      return html`<li class=${isOver ? "over" : isCurrent ? "current" : "ahead"} data-step=${step} aria-current=${isCurrent ? "step" : nothing}>
        ${glyph(isOver ? "check" : isCurrent ? "clock" : "circle")}
        <span>${s.say(`step.${step}`)}${isOver ? html`<span class="sr"> – ${s.say("step.over")}</span>` : nothing}</span>
        ${isOver && time !== undefined ? html`<time class="muted" datetime=${new Date(time).toISOString()}>${s.time(time)}</time>` : nothing}
      </li>`;
    })}
  </ol>`;
}

/** What is said under the steps while the answer is awaited. */
export function patience(view: View, task: Task): TemplateResult {
  const { s, act } = view;
  if (task.unknown) {
    return html`<div class="panel busy" data-unknown>
      <h3>${glyph("clock")}${s.say("unknown.title")}</h3>
      <p>${s.say("unknown.text")}</p>
      <button type="button" class="button outline" data-check-now @click=${() => act.again(task.id)}>${s.say("unknown.check")}</button>
    </div>`;
  }
  if (task.slow) {
    return html`<div class="panel busy" data-slow>
      <h3>${glyph("clock")}${s.say("slow.title")}</h3>
      <p>${s.say("slow.text")}</p>
    </div>`;
  }
  return html`<p class="muted" data-safe-to-leave>${s.say("sending.text")}</p>`;
}
