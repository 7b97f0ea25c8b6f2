// Why something cannot be done: fact and cause, what helps, and the code in small print for whoever is asked.

import { html, nothing, type TemplateResult } from "lit";
import type { Reason } from "../api.js";
import type { View } from "../view.js";
import { glyph } from "./glyph.js";

/** The reasons, to be pointed at by `aria-describedby`. */
export function reasons({ s }: View, id: string, list: readonly Reason[]): TemplateResult {
  return html`<div class="reasons" part="reasons" data-reasons id=${id}>
    ${list.map(
      (reason) => html`<p data-reason=${reason.code}>
        ${glyph("info")}
        <span>
          ${reason.detail} ${reason.fix ? html`<strong class="fix">${reason.fix}</strong>` : nothing}
          <small class="code" translate="no"><span class="sr">${s.say("reason.code")} </span>${reason.code}</small>
        </span>
      </p>`,
    )}
  </div>`;
}
