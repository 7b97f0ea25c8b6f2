// The page's own signs: strokes in a square of 24, always beside a text that says the same.

import { html, type TemplateResult } from "lit";

const STROKES = {
  check: "M5 12.5l4.5 4.5L19 7.5",
  circle: "M12 4.5a7.5 7.5 0 1 0 0 15a7.5 7.5 0 0 0 0-15",
  lock: "M8 11V8.5a4 4 0 0 1 8 0V11M6.5 11h11v8.5h-11z",
  clock: "M12 7.5V12l3 2M12 3.5a8.5 8.5 0 1 0 0 17a8.5 8.5 0 0 0 0-17",
  pause: "M9 6.5v11M15 6.5v11",
  people: "M9 11a3 3 0 1 0 0-6a3 3 0 0 0 0 6M3.5 19a5.5 5.5 0 0 1 11 0M16 5.3a3 3 0 0 1 0 5.4M17.5 14a5.3 5.3 0 0 1 3 5",
  alert: "M12 4.5l8.5 15h-17zM12 10.5v4M12 17v.1",
  search: "M10.5 4.5a6 6 0 1 0 0 12a6 6 0 0 0 0-12M19.5 19.5l-4.6-4.6",
  info: "M12 11v5.5M12 7.6v.1M12 3.5a8.5 8.5 0 1 0 0 17a8.5 8.5 0 0 0 0-17",
  offline: "M4 4l16 16M8.8 15.8a5 5 0 0 1 6.4 0M5 12.2a10 10 0 0 1 4.3-2.5M13.5 9.3a10 10 0 0 1 5.5 2.9M12 19v.1",
  close: "M6 6l12 12M18 6L6 18",
  restore: "M4.5 9.5h9a5.5 5.5 0 0 1 0 11H9M8.5 5l-4.5 4.5L8.5 14",
  globe: "M12 3.5a8.5 8.5 0 1 0 0 17a8.5 8.5 0 0 0 0-17M3.5 12h17M12 3.5c5 5 5 12 0 17M12 3.5c-5 5-5 12 0 17",
} as const;

export type Glyph = keyof typeof STROKES;

/** A sign of the page. */
export function glyph(name: Glyph): TemplateResult {
  return html`<svg class="glyph" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d=${STROKES[name]} /></svg>`;
}

/** An icon of the catalogue; an empty square while it is not there. */
export function icon(path: string | null): TemplateResult {
  return html`<svg class="icon" part="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d=${path ?? ""} /></svg>`;
}
