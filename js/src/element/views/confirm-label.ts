// What the button says that commits: the deed, the amount and when it is due, all from the server's quote.

import { html, nothing, type TemplateResult } from "lit";
import type { Quote } from "../api.js";
import type { TaskKind } from "../task.js";
import type { ReadyView } from "../view.js";
import { perPeriod } from "./price.js";

type Kind = Exclude<TaskKind, "deactivate">;

/** The label in one or two lines. */
export function confirmLabel(view: ReadyView, kind: Kind, quote: Quote | null): TemplateResult {
  const { s } = view;
  if (quote && quote.dueNow > 0) {
    return html`${s.say(`confirm.${kind}-now`, { amount: s.money({ minor: quote.dueNow, currency: quote.currency }) })}`;
  }
  const due = quote && dueLater(view, quote);
  return html`<span>${s.say(`confirm.${kind}`)}${due ? html`<small><span class="sr">, </span>${due}</small>` : nothing}</span>`;
}

/** What the wish itself costs: for the rest of this period, and what all is per period from then on. The next invoice is in the rows. */
function dueLater({ s, data }: ReadyView, { lines, perPeriod: { before, after }, currency }: Quote): string | null {
  const own = lines.filter(({ kind }) => kind === "unused" || kind === "remaining");
  const rest = own.reduce((sum, { amount }) => sum + amount, 0);
  const amount = perPeriod(s, { minor: after, currency }, data.subscription);
  if (rest > 0) return s.say("confirm.due-rest", { rest: s.money({ minor: rest, currency }), amount });
  return after === before ? null : s.say("confirm.due-period", { amount });
}
