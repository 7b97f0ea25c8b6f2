// The store: search, filters, how many there are, and the cards.

import { html, nothing, type TemplateResult } from "lit";
import { keyed } from "lit/directives/keyed.js";
import { cardsOf, matching, type Card } from "../cards.js";
import { FILTERS } from "../url-state.js";
import type { ReadyView } from "../view.js";
import { card } from "./card.js";
import { emptyCatalogue, noResults } from "./empty.js";
import { glyph } from "./glyph.js";

export function list(view: ReadyView): TemplateResult {
  const { s, data, look } = view;
  const all = cardsOf(data, s.locale);
  if (all.length === 0) return emptyCatalogue(view);
  const shown = matching(all, look.q, look.filter);
  const isFresh = !all.some((candidate) => candidate.state !== "available" && candidate.state !== "blocked");
  return html`<section aria-labelledby="heading">
    ${tools(view, all)}
    <div class="list-head">
      <h2 id="heading" tabindex="-1">${s.say("list.heading")}</h2>
      <p class="muted" role="status" data-count>${s.count("list.count", shown.length)}</p>
    </div>
    ${isFresh && all.some((candidate) => candidate.state === "available") ? html`<p class="lead" data-none-active>${s.say("list.none-active")}</p>` : nothing}
    ${shown.length === 0
      ? noResults(view)
      : html`<ul class="cards" part="cards">${shown.map((one) => keyed(one.code, card(view, one)))}</ul>`}
  </section>`;
}

function tools(view: ReadyView, all: readonly Card[]): TemplateResult {
  const { s, look, act } = view;
  const typed = (event: Event) => act.look({ q: (event.target as HTMLInputElement).value });
  return html`<div class="tools" role="search">
    <label class="search">
      <span class="sr">${s.say("search.label")}</span>
      ${glyph("search")}
      <input type="search" part="search" .value=${look.q} placeholder=${s.say("search.label")} autocomplete="off" spellcheck="false"
        aria-keyshortcuts=${view.shortcuts ? "/" : nothing} @input=${typed} />
      ${view.shortcuts ? html`<kbd aria-hidden="true">/</kbd>` : nothing}
    </label>
    <div class="filters" role="group" aria-label=${s.say("filter.label")}>
      ${FILTERS.map(
        (filter) => html`<button type="button" class="chip" data-filter=${filter} aria-pressed=${look.filter === filter ? "true" : "false"}
          @click=${() => act.look({ filter })}>${s.say(`filter.${filter}`)} <span class="chip-count">${matching(all, "", filter).length}</span></button>`,
      )}
    </div>
  </div>`;
}
