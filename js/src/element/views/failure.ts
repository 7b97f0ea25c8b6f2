// Something went wrong: a human sentence, what helps, whether money moved, and code and trace id for support.

import { html, nothing, type TemplateResult } from "lit";
import type { Fault } from "../fault.js";
import type { TaskKind } from "../task.js";
import type { View } from "../view.js";
import { glyph } from "./glyph.js";
import { sentences } from "./reasons.js";

/** A failure after which nothing goes on by itself. */
export function failure(view: View, kind: TaskKind, fault: Fault): TemplateResult {
  const { s } = view;
  return html`<div class="panel bad" data-failure=${fault.code}>
    <h3 tabindex="-1" data-focus>${glyph("alert")}${s.say(`failed.${kind}`)}</h3>
    ${fault.reasons.map((reason) => html`<p data-reason=${reason.code}>${sentences(view, reason)}</p>`)}
    <p class="assure" data-nothing-charged>${glyph("check")}${s.say(kind === "deactivate" ? "failed.nothing-changed" : "failed.nothing-charged")}</p>
    ${copyTrace(view, fault)}
  </div>`;
}

/** Code and trace id in small print, with a button that copies the id. */
export function copyTrace({ s, act, copied }: View, { code, traceId }: Fault): TemplateResult {
  return html`<p class="trace">
    <span><span class="muted">${s.say("trace.code")}</span> <code translate="no">${code}</code></span>
    ${traceId
      ? html`<span><span class="muted">${s.say("trace.id")}</span> <code translate="no" data-trace>${traceId}</code></span>
          <button type="button" class="button quiet" data-copy @click=${() => act.copy(traceId)}>
            ${copied === traceId ? s.say("trace.copied") : s.say("trace.copy")}
          </button>`
      : nothing}
  </p>`;
}
