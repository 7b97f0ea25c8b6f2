// How many instances the plan allows and how many are in use, with a warning before it is full.

import { html, type TemplateResult } from "lit";
import type { ReadyView } from "../view.js";

/** From this share on the meter warns. */
const NEARLY = 0.8;

export function capacity({ s, data }: ReadyView): TemplateResult {
  const { maxFeatureInstances: most, currentFeatureInstances: used } = data.subscription;
  if (most === null) {
    return html`<div class="figure" part="capacity">
      <p class="label">${s.say("capacity.label")}</p>
      <p class="amount">${s.count("capacity.used", used)}</p>
      <p class="muted">${s.say("capacity.unlimited")}</p>
    </div>`;
  }
  const text = s.count("capacity.of", most, { used });
  const level = used >= most ? "full" : used >= most * NEARLY ? "nearly" : "room";
  const note = level === "full" ? s.say("capacity.full") : level === "nearly" ? s.say("capacity.nearly") : s.count("capacity.room", most - used);
  return html`<div class="figure" part="capacity">
    <p class="label" id="capacity">${s.say("capacity.label")}</p>
    <p class="amount">${text}</p>
    <meter data-capacity class=${level} min="0" max=${Math.max(most, used, 1)} high=${most * NEARLY} optimum="0" value=${used}
      aria-labelledby="capacity" aria-valuetext=${text}>${text}</meter>
    <p class="muted">${note}</p>
  </div>`;
}
