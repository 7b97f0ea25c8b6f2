// What holds for the whole page: offline, not fresh, no rights, suspended, decided by the server.

import { html, nothing, type TemplateResult } from "lit";
import type { ReadyView } from "../view.js";
import { glyph } from "./glyph.js";

export function notices(view: ReadyView): TemplateResult {
  return html`${missing(view)} ${freshness(view)} ${suspension(view)} ${rights(view)} ${engine(view)} ${unloaded(view)}`;
}

function unloaded({ s, unloaded: isMissing }: ReadyView): TemplateResult | typeof nothing {
  if (!isMissing) return nothing;
  return html`<div class="notice warn" data-unloaded>${glyph("alert")}<p>${s.say("unloaded")}</p></div>`;
}

function missing({ s, state }: ReadyView): TemplateResult | typeof nothing {
  if (state.missing === null) return nothing;
  return html`<div class="notice" data-missing>${glyph("info")}<p>${s.say("missing")}</p></div>`;
}

function freshness({ s, state, data, act }: ReadyView): TemplateResult | typeof nothing {
  const time = s.moment(data.takenAt);
  if (state.offline) {
    return html`<div class="notice warn" data-offline data-stale>${glyph("offline")}
      <p><strong>${s.say("offline.title")}</strong> ${s.say("offline.text", { time })}</p>
      <button type="button" class="button quiet" data-retry @click=${() => act.retry()}>${s.say("action.retry")}</button>
    </div>`;
  }
  if (!state.stale) return nothing;
  // A reading that takes its usual moment is not worth a notice: the style sheet shows it late.
  return html`<div class="notice warn ${state.fault ? "" : "late"}" data-stale>${glyph("clock")}
    <p><strong>${s.say("stale.title", { time })}</strong> ${state.fault ? s.say("stale.failed") : s.say("stale.reading")}</p>
    <button type="button" class="button quiet" data-retry @click=${() => act.retry()}>${s.say("action.reload")}</button>
  </div>`;
}

function suspension({ s, data }: ReadyView): TemplateResult | typeof nothing {
  const own = data.features.flatMap(({ instances }) => instances).filter(({ mandateId }) => mandateId === data.mandateId);
  const count = Math.max(
    own.filter(({ state }) => state === "suspended").length,
    data.instances?.filter(({ state }) => state === "suspended").length ?? 0,
  );
  if (count === 0) return nothing;
  return html`<div class="notice warn" data-suspended>${glyph("pause")}
    <p><strong>${s.count("suspended.title", count)}</strong> ${s.say("suspended.text")}</p>
  </div>`;
}

function rights({ s, data }: ReadyView): TemplateResult | typeof nothing {
  if (data.decisions.isAdmin) return nothing;
  return html`<div class="notice" data-no-rights>${glyph("info")}<p><strong>${s.say("rights.title")}</strong> ${s.say("rights.text")}</p></div>`;
}

function engine({ s, data }: ReadyView): TemplateResult | typeof nothing {
  if (data.decisions.source !== "no-wasm") return nothing;
  return html`<div class="notice" data-no-wasm>${glyph("info")}<p>${s.say("no-wasm")}</p></div>`;
}
