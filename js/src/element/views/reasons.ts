// Why something cannot be done: fact and cause, what helps, and the code in small print for whoever is asked.

import { html, nothing, type TemplateResult } from "lit";
import type { Reason } from "../api.js";
import { inOwnTime } from "../own-time.js";
import type { View } from "../view.js";
import { glyph } from "./glyph.js";

/** A reason's sentences, with what helps made to stand out. */
export function sentences({ s }: View, reason: Reason): TemplateResult {
  return html`${inOwnTime(s, reason.detail, reason)} ${reason.fix ? html`<strong class="fix">${inOwnTime(s, reason.fix, reason)}</strong>` : nothing}`;
}

/** The reasons, to be pointed at by `aria-describedby`. */
export function reasons(view: View, id: string, list: readonly Reason[]): TemplateResult {
  return html`<div class="reasons" part="reasons" data-reasons id=${id}>
    ${list.map(
      (reason) => html`<p data-reason=${reason.code}>
        ${glyph("info")}
        <span>
          ${sentences(view, reason)}
          <small class="code" translate="no"><span class="sr">${view.s.say("reason.code")} </span>${reason.code}</small>
        </span>
      </p>`,
    )}
  </div>`;
}
