// How a feature stands: a word, a sign and a colour, never the colour alone.

import { html, type TemplateResult } from "lit";
import type { TextKey } from "../../texts/index.js";
import type { InstanceState } from "../api.js";
import type { CardState } from "../cards.js";
import type { View } from "../view.js";
import { glyph, type Glyph } from "./glyph.js";

type Tone = "plain" | "good" | "busy" | "warn";

const CARDS: Readonly<Record<CardState, readonly [TextKey, Glyph, Tone]>> = {
  available: ["state.available", "circle", "plain"],
  blocked: ["state.blocked", "lock", "warn"],
  active: ["state.active", "check", "good"],
  "active-others": ["state.active-others", "people", "good"],
  activating: ["state.activating", "clock", "busy"],
  deactivating: ["state.deactivating", "clock", "busy"],
  suspended: ["state.suspended", "pause", "warn"],
  disabled: ["state.disabled", "pause", "warn"],
};

const INSTANCES: Readonly<Record<InstanceState, readonly [TextKey, Glyph, Tone]>> = {
  reserved: ["state.activating", "clock", "busy"],
  active: ["state.active", "check", "good"],
  disabled: ["state.disabled", "pause", "warn"],
  suspended: ["state.suspended", "pause", "warn"],
  leaving: ["state.deactivating", "clock", "busy"],
  ended: ["state.ended", "restore", "plain"],
};

export function cardBadge(view: View, state: CardState): TemplateResult {
  return badge(view, CARDS[state]);
}

export function instanceBadge(view: View, state: InstanceState): TemplateResult {
  return badge(view, INSTANCES[state]);
}

function badge({ s }: View, [key, sign, tone]: readonly [TextKey, Glyph, Tone]): TemplateResult {
  return html`<span class="badge ${tone}" part="badge">${glyph(sign)}${s.say(key)}</span>`;
}
