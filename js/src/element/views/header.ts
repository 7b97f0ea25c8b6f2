// The head of the page: which mandate, its plan, what it pays, how full it is, and that bill and features agree.

import { html, nothing, type TemplateResult } from "lit";
import { LANGUAGE_NAMES, LOCALES, tagOf, type Locale } from "../../format/index.js";
import type { ReadyView, View } from "../view.js";
import { bill } from "./bill.js";
import { capacity } from "./capacity.js";
import { glyph } from "./glyph.js";
import { plan } from "./plan.js";

export function header(view: View): TemplateResult {
  const { data } = view.state;
  return html`<header class="head" part="header">
    <div class="head-row">${mandates(view)} ${languages(view)}</div>
    ${data ? figures({ ...view, data }) : nothing}
  </header>`;
}

function figures(view: ReadyView): TemplateResult {
  return html`<div class="figures">${bill(view)} ${capacity(view)} ${plan(view)}</div>`;
}

function mandates({ s, state, act }: View): TemplateResult {
  const changed = (event: Event) => act.look({ mandate: (event.target as HTMLSelectElement).value });
  const isKnown = state.mandates.some(({ id }) => id === state.mandateId);
  return html`<label class="mandate">
    <span class="label">${s.say("header.mandate")}</span>
    <select data-mandate-switch part="mandate-switch" @change=${changed}>
      ${isKnown || state.mandateId === null ? nothing : html`<option selected value=${state.mandateId}>${state.mandateId}</option>`}
      ${state.mandates.map(({ id, label }) => html`<option value=${id} .selected=${id === state.mandateId}>${label}</option>`)}
    </select>
  </label>`;
}

function languages({ s, act }: View): TemplateResult {
  const changed = (event: Event) => act.speak((event.target as HTMLSelectElement).value as Locale);
  return html`<label class="language">
    ${glyph("globe")}
    <span class="sr">${s.say("header.language")}</span>
    <select data-language @change=${changed}>
      ${LOCALES.map((locale) => html`<option value=${locale} lang=${tagOf(locale)} .selected=${locale === s.locale}>${LANGUAGE_NAMES[locale]}</option>`)}
    </select>
  </label>`;
}
