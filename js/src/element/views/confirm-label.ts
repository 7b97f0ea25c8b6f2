// What the button says that commits: the deed, the amount and when it is due, all from the server's quote.

import { html, nothing, type TemplateResult } from "lit";
import type { TextKey } from "../../texts/index.js";
import type { Quote } from "../api.js";
import type { TaskKind } from "../task.js";
import type { ReadyView } from "../view.js";
import { perPeriod } from "./price.js";

type Kind = Exclude<TaskKind, "deactivate">;

const PLAIN: Readonly<Record<Kind, TextKey>> = { activate: "confirm.activate", restore: "confirm.restore" };
const NOW: Readonly<Record<Kind, TextKey>> = { activate: "confirm.activate-now", restore: "confirm.restore-now" };

/** The label in one or two lines. */
export function confirmLabel(view: ReadyView, kind: Kind, quote: Quote | null): TemplateResult {
  const { s } = view;
  if (quote && quote.dueNow > 0) {
    return html`${s.say(NOW[kind], { amount: s.money({ minor: quote.dueNow, currency: quote.currency }) })}`;
  }
  const due = quote && dueLater(view, quote);
  return html`<span>${s.say(PLAIN[kind])}${due ? html`<small><span class="sr">, </span>${due}</small>` : nothing}</span>`;
}

function dueLater({ s, data }: ReadyView, { source, nextInvoice: next, perPeriod: { before, after }, currency }: Quote): string | null {
  if (source === "stripe" && next?.at) {
    return s.say("confirm.due-next", { amount: s.money({ minor: next.total, currency }), day: s.day(next.at) });
  }
  return after === before ? null : s.say("confirm.due-period", { amount: perPeriod(s, { minor: after, currency }, data.subscription) });
}
