// A quote, row by row: now, on the next invoice, per period, taxes, what is waited for, and until when it holds.

import { html, nothing, type TemplateResult } from "lit";
import type { Quote, QuoteLine } from "../api.js";
import { differences, type Difference, type Task } from "../task.js";
import type { ReadyView } from "../view.js";
import { perPeriod } from "./price.js";

type Row = "now" | "next" | "period" | "tax" | "gate" | "valid";

/** All rows of a quote. One from the price list knows of no invoice. */
export function quoteRows(view: ReadyView, quote: Quote): TemplateResult {
  const { s } = view;
  const isPriced = quote.source === "stripe";
  const costs = isPriced || quote.perPeriod.before !== quote.perPeriod.after;
  return html`<dl class="rows" part="quote">
    ${isPriced ? row(view, "now", now(view, quote)) : costs ? nothing : row(view, "now", html`<span>${s.say("quote.free")}</span>`)}
    ${isPriced ? row(view, "next", next(view, quote)) : nothing}
    ${costs ? row(view, "period", period(view, quote)) : nothing}
    ${costs ? row(view, "tax", html`<span>${s.say(`tax.${quote.taxBehavior}`)}</span>`) : nothing}
    ${quote.gate ? row(view, "gate", html`<span>${s.say(`gate.${quote.gate}`)}</span>`) : nothing}
    ${quote.expiresAt ? row(view, "valid", html`<time datetime=${quote.expiresAt}>${s.say("quote.valid-until", { time: s.moment(quote.expiresAt) })}</time>`) : nothing}
  </dl>`;
}

/** What changed since the quote that was shown before: was and now, side by side. */
export function quoteDifference(view: ReadyView, task: Task): TemplateResult | typeof nothing {
  const { s } = view;
  const { previous, quote } = task;
  if (!previous || !quote) return nothing;
  const amount = (minor: number | null, currency: string) => (minor === null ? s.say("quote.unknown") : s.money({ minor, currency }));
  const line = ({ what, was, is }: Difference) => html`<div>
    <dt>${s.say(`quote.${what}`)}</dt>
    <dd>
      <del><span class="sr">${s.say("difference.was")} </span>${amount(was, previous.currency)}</del>
      <span aria-hidden="true">→</span>
      <ins><span class="sr">${s.say("difference.now")} </span>${amount(is, quote.currency)}</ins>
    </dd>
  </div>`;
  return html`<div class="panel warn" data-quote-difference tabindex="-1" role="group" aria-labelledby="difference">
    <h3 id="difference">${s.say("difference.title")}</h3>
    <p>${s.say("difference.text")}</p>
    <dl class="rows">${differences(previous, quote).map(line)}</dl>
  </div>`;
}

function row({ s }: ReadyView, name: Row, value: TemplateResult): TemplateResult {
  return html`<div data-quote=${name}><dt>${s.say(`quote.${name}`)}</dt><dd>${value}</dd></div>`;
}

function now(view: ReadyView, quote: Quote): TemplateResult {
  const { s } = view;
  const { dueNow: minor, currency } = quote;
  if (minor === 0) return html`<span>${s.say("quote.nothing-now")}</span>`;
  return html`<strong>${s.money({ minor, currency })}</strong>${lines(view, quote, "now")}`;
}

function next(view: ReadyView, quote: Quote): TemplateResult {
  const { s } = view;
  const { nextInvoice: invoice, currency } = quote;
  if (!invoice) return html`<span>${s.say("quote.next-unknown")}</span>`;
  return html`<strong>${s.money({ minor: invoice.total, currency })}</strong>
    ${invoice.at ? html`<span class="muted">${s.say("quote.on", { day: s.day(invoice.at) })}</span>` : nothing}
    ${lines(view, quote, "next")}
    ${invoice.tax === 0 ? nothing : html`<small class="line"><span>${s.say("line.tax")}</span><span class="num">${s.money({ minor: invoice.tax, currency })}</span></small>`}`;
}

function lines({ s }: ReadyView, { lines: all, currency }: Quote, invoice: QuoteLine["invoice"]): TemplateResult[] {
  return all
    .filter((line) => line.invoice === invoice && line.amount !== 0)
    .map(
      (line) => html`<small class="line">
        <span>${s.say(line.kind === "other" ? "line.rest" : `line.${line.kind}`)}${line.kind === "period" && line.quantity !== null ? html` × ${line.quantity}` : nothing}</span>
        <span class="num">${s.money({ minor: line.amount, currency })}</span>
      </small>`,
    );
}

function period({ s, data }: ReadyView, { perPeriod: { before, after }, currency }: Quote): TemplateResult {
  const amount = (minor: number) => perPeriod(s, { minor, currency }, data.subscription);
  if (before === after) return html`<strong>${amount(after)}</strong> <span class="muted">${s.say("quote.unchanged")}</span>`;
  return html`<span><span class="sr">${s.say("difference.was")} </span><span class="was">${s.money({ minor: before, currency })}</span> <span aria-hidden="true">→</span> <span class="sr">${s.say("difference.now")} </span><strong>${amount(after)}</strong></span>`;
}
