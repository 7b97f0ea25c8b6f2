// Before something is given up: the consequence first. Who else uses it, whether it ends, what the bill becomes.

import { html, nothing, type TemplateResult } from "lit";
import type { Instance, Scope } from "../api.js";
import type { Task } from "../task.js";
import type { ReadyView } from "../view.js";
import { labelOf, type Review } from "./review.js";
import { glyph } from "./glyph.js";
import { quoteState } from "./quote-state.js";

export function deactivateDialog(view: ReadyView, task: Task): Review {
  const { s, data } = view;
  const id = task.instanceId ?? "";
  const feature = labelOf(view, task.featureCode);
  const instance = data.instances?.find(({ instanceId }) => instanceId === id) ?? null;
  const ends = data.decisions.deactivate(id, task.scope)?.endsInstance === true;
  const own = ownOf(view, id);
  if (own?.state === "reserved") {
    return { title: s.say("dialog.withdraw.title", { feature }), body: html`<p>${s.say("dialog.withdraw.text")}</p>`, confirm: s.say("confirm.withdraw"), isDanger: true };
  }
  return {
    title: s.say("dialog.deactivate.title", { feature }),
    body: html`
      ${consequence(view, task, instance, ends)}
      ${ends && task.scope === "mine" && data.decisions.isAdmin ? handOver(view, task, id) : nothing}
      ${scopes(view, task, instance)}
      ${ends && data.decisions.isAdmin ? quoteState(view, task) : nothing}
    `,
    // Ending is never refused for billing: without a quote it can be done all the same.
    confirm: s.say(ends ? "confirm.end" : "confirm.leave"),
    isDanger: ends,
  };
}

function consequence({ s, data }: ReadyView, task: Task, instance: Instance | null, ends: boolean): TemplateResult {
  const users = instance?.users ?? null;
  const others = users === null ? null : users - (ownsIt(data, task) ? 1 : 0);
  const { restoreWindow, isAdmin, ahead } = data.decisions;
  if (!ends) {
    return html`<div class="panel calm" data-ends="false">
      <h3>${glyph("people")}${others === null ? s.say("deactivate.stays") : s.count("deactivate.stays-users", others)}</h3>
      <p>${s.say("deactivate.stays-bill")}</p>
    </div>`;
  }
  const until = restoreWindow === null ? null : s.dayTime(Date.now() + ahead + restoreWindow);
  return html`<div class="panel warn" data-ends="true">
    <h3>${glyph("alert")}${task.scope === "mandate" && others !== null && others > 0 ? s.count("deactivate.ends-users", others) : s.say(task.scope === "mandate" ? "deactivate.ends-all" : "deactivate.ends-last")}</h3>
    <p>${s.say("deactivate.ends-bill")}</p>
    <p data-restorable>${glyph("restore")}<span>${until !== null ? s.say("deactivate.restorable-until", { until }) : s.say(isAdmin ? "deactivate.restorable" : "deactivate.restorable-admins")}</span></p>
  </div>`;
}

/** The way out of an end: somebody else goes on with it. */
function handOver({ s, act }: ReadyView, { featureCode }: Task, instanceId: string): TemplateResult {
  const leave = () => act.part("sharing", { featureCode, instanceId, isLeaving: true });
  return html`<button type="button" class="button outline" data-hand-over @click=${leave}>${s.say("action.hand-over")}</button>`;
}

/** For oneself or for everybody, where the rules allow both and it makes a difference. */
function scopes(view: ReadyView, task: Task, instance: Instance | null): TemplateResult | typeof nothing {
  const { s, data, act } = view;
  const id = task.instanceId ?? "";
  const mine = data.decisions.deactivate(id, "mine");
  const all = data.decisions.deactivate(id, "mandate");
  if (!mine?.allowed || !all?.allowed || mine.endsInstance !== false || !instance) return nothing;
  const radio = (scope: Scope, label: string) => html`<label>
    <input type="radio" name="scope" value=${scope} .checked=${task.scope === scope} @change=${() => act.rescope(task.id, scope)} />
    <span>${label}</span>
  </label>`;
  return html`<fieldset class="scopes" data-scopes>
    <legend>${s.say("deactivate.scope")}</legend>
    ${radio("mine", s.say("deactivate.scope-mine"))} ${radio("mandate", s.say("deactivate.scope-all"))}
  </fieldset>`;
}

function ownOf({ data }: ReadyView, instanceId: string) {
  return data.features.flatMap(({ instances }) => instances).find((own) => own.instanceId === instanceId) ?? null;
}

function ownsIt(data: ReadyView["data"], task: Task): boolean {
  return data.features.some(({ instances }) => instances.some(({ instanceId }) => instanceId === task.instanceId));
}
