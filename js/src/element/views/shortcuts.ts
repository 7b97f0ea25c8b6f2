// The one shortcut, and how to turn it off.

import { html, nothing, type TemplateResult } from "lit";
import type { View } from "../view.js";

export function shortcuts({ s, shortcuts: on, act }: View): TemplateResult | typeof nothing {
  if (on === null) return nothing;
  return html`<p class="foot muted">
    <button type="button" class="button quiet" data-shortcuts aria-pressed=${on ? "true" : "false"} @click=${() => act.shortcuts(!on)}>
      ${s.say(on ? "shortcuts.on" : "shortcuts.off")}
    </button>
  </p>`;
}
