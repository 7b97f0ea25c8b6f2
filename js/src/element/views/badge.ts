// How a feature stands: a word, a sign and a colour, never the colour alone.

import { html, type TemplateResult } from "lit";
import type { InstanceState } from "../api.js";
import type { CardState } from "../cards.js";
import type { View } from "../view.js";
import { glyph, type Glyph } from "./glyph.js";

type Tone = "plain" | "good" | "busy" | "warn";

const BADGES: Readonly<Record<CardState | "ended", readonly [Glyph, Tone]>> = {
  available: ["circle", "plain"],
  blocked: ["lock", "warn"],
  active: ["check", "good"],
  "active-others": ["people", "good"],
  activating: ["clock", "busy"],
  deactivating: ["clock", "busy"],
  suspended: ["pause", "warn"],
  disabled: ["pause", "warn"],
  ended: ["restore", "plain"],
};

export function badge({ s }: View, state: CardState | InstanceState): TemplateResult {
  const shown = state === "reserved" ? "activating" : state === "leaving" ? "deactivating" : state;
  const [sign, tone] = BADGES[shown];
  return html`<span class="badge ${tone}" part="badge">${glyph(sign)}${s.say(`state.${shown}`)}</span>`;
}
