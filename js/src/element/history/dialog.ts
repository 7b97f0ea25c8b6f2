// The dialog: entries newest first, in words, with what they cost; older ones, and the file.

import { html, nothing, type TemplateResult } from "lit";
import type { Amount, HistoryEntry } from "../../client/index.js";
import { frame } from "../views/dialog.js";
import { glyph } from "../views/glyph.js";
import { sentences } from "../views/reasons.js";
import { labelOf } from "../views/review.js";
import type { ReadyView } from "../view.js";
import type { History, Say, Shown } from "./history.js";

interface Sheet {
  readonly shown: Shown;
  readonly say: Say;
  readonly part: History;
}

export function dialog(view: ReadyView, sheet: Sheet, said: { readonly polite: string; readonly alert: string }): TemplateResult {
  const { shown, say, part } = sheet;
  const { s, act } = view;
  const { entries, file } = shown;
  const body = html`
    ${entries && entries.length > 0 ? html`<ol class="history" data-history>${entries.map((one) => entry(view, say, one))}</ol>` : nothing}
    ${entries?.length === 0 ? html`<p data-empty="history">${say("empty")}</p>` : nothing}
    ${shown.isReading ? html`<p class="asking" data-asking>${glyph("clock")}${s.say("loading")}</p>` : nothing}
    ${shown.fault ? unread(view, sheet) : nothing}
    ${shown.next !== null && !shown.isReading && !shown.fault
      ? html`<button type="button" class="button outline" data-more @click=${() => void part.more()}>${say("more")}</button>`
      : nothing}
    ${file ? html`<p class="muted" data-file=${file}>${say(file === "loading" ? "csv.loading" : file === "saved" ? "csv.saved" : "csv.failed")}</p>` : nothing}
  `;
  const foot = html`<div class="sheet-foot">
    <button type="button" class="button outline" data-cancel @click=${() => act.close()}>${s.say("action.done")}</button>
    ${entries && entries.length > 0
      ? html`<button type="button" class="button solid" data-csv aria-disabled=${file === "loading" ? "true" : nothing} @click=${() => void part.download()}>${say("csv")}</button>`
      : nothing}
  </div>`;
  return frame(view, { kind: "history", phase: "review", title: say("title"), isOpen: true }, body, foot, said);
}

function unread(view: ReadyView, { shown: { fault }, say, part }: Sheet): TemplateResult {
  return html`<div class="panel warn" data-unread>
    <h3>${glyph("alert")}${say("unread")}</h3>
    ${fault?.kind === "problem"
      ? fault.reasons.map((reason) => html`<p data-reason=${reason.code}>${sentences(view, reason)}</p>`)
      : html`<p>${view.s.say("error.unreachable.text")}</p>`}
    <button type="button" class="button outline" data-retry @click=${() => void part.more()}>${view.s.say("action.retry")}</button>
  </div>`;
}

function entry(view: ReadyView, say: Say, { change, kind, state, at, featureCode, byUserId, by, whoseUserId, whose, price, quoted, invoiceLine }: HistoryEntry): TemplateResult {
  const { s } = view;
  const who = { by: by ?? byUserId, whose: whose ?? whoseUserId ?? "", feature: labelOf(view, featureCode) };
  const isOfAnother = kind === "leave" && whoseUserId !== null;
  const perPeriod = price && price.minor > 0 ? (price.period ? say(`price.${price.period}`, { amount: money(view, price) }) : money(view, price)) : null;
  return html`<li data-entry=${change} data-kind=${kind} data-state=${state}>
    <p class="deed"><strong>${isOfAnother ? say("leave-of", who) : say(kind, who)}</strong>
      ${state === "done" ? nothing : html`<span class="badge ${state === "failed" ? "warn" : "busy"}">${say(`state.${state}`)}</span>`}</p>
    ${at ? html`<time class="muted" datetime=${at}>${s.dayTime(at)}</time>` : nothing}
    <dl>
      ${fact(say("price"), perPeriod)} ${fact(say("quoted"), quoted && money(view, quoted))}
      ${fact(say("billed"), invoiceLine?.billed ? money(view, invoiceLine.billed) : null)}
    </dl>
  </li>`;
}

function fact(name: string, value: string | null): TemplateResult | typeof nothing {
  return value === null ? nothing : html`<div><dt class="muted">${name}</dt><dd class="num">${value}</dd></div>`;
}

/** Where the currency is not on record any more, the number stands alone. */
function money({ s }: ReadyView, { minor, currency }: Amount): string {
  return s.money({ minor, currency: currency ?? "" }).trim();
}
