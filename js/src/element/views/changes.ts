// What is under way in this mandate, shown to whoever opens the page: also what somebody else began.

import { html, nothing, type TemplateResult } from "lit";
import type { Change } from "../../client/index.js";
import { underWayOf } from "../state.js";
import type { ReadyView } from "../view.js";
import { labelOf } from "./review.js";
import { glyph } from "./glyph.js";

/** Giving an access waits for nothing, so it is never among them. */
type Waiting = Change & { readonly kind: Exclude<Change["kind"], "share"> };

export function changes(view: ReadyView): TemplateResult | typeof nothing {
  const { s, data } = view;
  const open = underWayOf(data) as readonly Waiting[];
  if (open.length === 0) return nothing;
  return html`<section class="panel busy" part="changes" aria-labelledby="changes" data-changes>
    <h2 id="changes">${glyph("clock")}${s.count("change.heading", open.length)}</h2>
    <ul>
      ${open.map(
        (change) => html`<li data-change=${change.id} data-change-state=${change.state}>
          <span>${s.say(`change.${change.kind}`, { feature: labelOf(view, change.featureCode) })}</span>
          ${change.createdAt ? html`<span class="muted">${s.say("change.since", { time: s.moment(change.createdAt) })}</span>` : nothing}
        </li>`,
      )}
    </ul>
    <p class="muted">${s.say("change.safe")}</p>
  </section>`;
}
