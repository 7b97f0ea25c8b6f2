// The whole of it: header, what holds for the page, what is under way, and the view that was chosen.

import { html, nothing, type TemplateResult } from "lit";
import type { ReadyView, View } from "../view.js";
import { changes } from "./changes.js";
import { noMandate, signedOut, skeleton, unreadable } from "./empty.js";
import { header } from "./header.js";
import { list } from "./list.js";
import { notices } from "./notices.js";
import { shortcuts } from "./shortcuts.js";

export function page(view: View): TemplateResult {
  const { state } = view;
  if (state.phase === "signed-out") return signedOut(view);
  // One template for all states: the header keeps its elements, and with them the focus.
  return html`${state.mandates.length > 0 ? header(view) : nothing} ${content(view)}`;
}

function content(view: View): TemplateResult {
  const { data, phase } = view.state;
  if (data) return ready({ ...view, data });
  if (phase === "error") return unreadable(view);
  return phase === "ready" ? noMandate(view) : skeleton(view);
}

function ready(view: ReadyView): TemplateResult {
  const isInstances = view.look.view === "instances" && view.data.instances !== null;
  return html`${notices(view)} ${changes(view)} ${tabs(view, isInstances)} ${isInstances ? view.instances?.(view) : [list(view), shortcuts(view)]}`;
}

function tabs({ s, data, act }: ReadyView, isInstances: boolean): TemplateResult | typeof nothing {
  if (data.instances === null) return nothing;
  const tab = (name: "store" | "instances", label: string, isHere: boolean) => html`<button type="button" class="tab" data-view=${name}
    aria-current=${isHere ? "page" : nothing} @click=${() => act.look({ view: name })}>${label}</button>`;
  return html`<nav class="tabs" part="tabs" aria-label=${s.say("tabs.label")}>
    ${tab("store", s.say("tabs.store"), !isInstances)} ${tab("instances", s.say("tabs.instances"), isInstances)}
  </nav>`;
}
