// The two live regions: one for outcomes, one for failures. What is said here is on the page as well.

import { html, type TemplateResult } from "lit";

export function regions({ polite, alert }: { readonly polite: string; readonly alert: string }): TemplateResult {
  return html`<div class="sr" role="status" data-live>${polite}</div>
    <div class="sr" role="alert" data-alert>${alert}</div>`;
}
