// Colours, type and spacing as custom properties. A page author sets `--turnpike-*`; everything else follows.

import { css } from "lit";

export const tokens = css`
  /* Light or dark as the page around it, whose background shows through. */
  :host {
    --_accent: var(--turnpike-accent, light-dark(#114c82, #9cc8f5));
    --_on-accent: var(--turnpike-on-accent, light-dark(#ffffff, #0b1a29));
    --_surface: var(--turnpike-surface, light-dark(#ffffff, #171c23));
    --_sunken: var(--turnpike-sunken, light-dark(#f0f2f5, #1f252e));
    --_text: var(--turnpike-text, light-dark(#171b21, #e9edf2));
    --_muted: var(--turnpike-muted, light-dark(#56606d, #a4aebb));
    --_line: var(--turnpike-line, light-dark(#dde2e8, #2c343f));
    --_control: var(--turnpike-control, light-dark(#7d8795, #717c8b));
    --_good: var(--turnpike-good, light-dark(#17653c, #7fd6a4));
    --_good-soft: var(--turnpike-good-soft, light-dark(#e4f4ea, #16301f));
    --_warn: var(--turnpike-warn, light-dark(#7a4b00, #f0c06a));
    --_warn-soft: var(--turnpike-warn-soft, light-dark(#fcf1dd, #33270f));
    --_bad: var(--turnpike-bad, light-dark(#a3211b, #ff9c93));
    --_bad-soft: var(--turnpike-bad-soft, light-dark(#fdeae8, #3a1a18));
    --_on-bad: light-dark(#ffffff, #2b0b09);
    --_busy: var(--turnpike-busy, light-dark(#114c82, #9cc8f5));
    --_busy-soft: var(--turnpike-busy-soft, light-dark(#e5f0fa, #14283c));
    --_focus: var(--turnpike-focus, light-dark(#0a63c9, #7db8ff));
    --_shadow: 0 1px 2px light-dark(#1a25330f, #00000040), 0 2px 8px light-dark(#1a25330a, #00000033);
    --_shadow-high: 0 8px 40px light-dark(#1a253340, #000000a0);

    --_font: var(--turnpike-font, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif);
    --_mono: var(--turnpike-font-mono, ui-monospace, "SF Mono", Menlo, Consolas, monospace);
    --_size-s: 0.8125rem;
    --_size-m: 0.9375rem;
    --_size-l: 1.0625rem;
    --_size-xl: 1.375rem;

    --_1: 0.25rem;
    --_2: 0.5rem;
    --_3: 0.75rem;
    --_4: 1rem;
    --_5: 1.5rem;
    --_6: 2rem;
    --_7: 3rem;
    --_radius: var(--turnpike-radius, 0.75rem);
    --_radius-s: calc(var(--_radius) * 0.667);

    display: block;
    container: turnpike / inline-size;
    color: var(--_text);
    font: 400 var(--_size-m) / 1.5 var(--_font);
    -webkit-text-size-adjust: 100%;
    text-size-adjust: 100%;
  }
  :host([hidden]) {
    display: none;
  }
  :host([theme="light"]) {
    color-scheme: light;
  }
  :host([theme="dark"]) {
    color-scheme: dark;
  }
`;
