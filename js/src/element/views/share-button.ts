// The way to who has access to an instance, for admins of its mandate.

import { html, type TemplateResult } from "lit";
import type { Instance } from "../api.js";
import type { View } from "../view.js";

/** `name` is the feature's. What waits for billing cannot be shared: no button is shown for it. */
export function share({ s, act }: View, { featureCode, instanceId }: Pick<Instance, "featureCode" | "instanceId">, name: string): TemplateResult {
  return html`<button type="button" class="button quiet" part="action-secondary" data-action="share" data-instance=${instanceId}
    @click=${() => act.part("sharing", { featureCode, instanceId })}>${s.say("action.share")}<span class="sr">: ${name}</span></button>`;
}
