// Elements and small parts that are used everywhere: type, buttons, badges, panels, what only screen readers get.

import { css } from "lit";

export const base = css`
  *, *::before, *::after {
    box-sizing: border-box;
  }
  h2, h3, p, ul, ol, dl, dd, fieldset {
    margin: 0;
    padding: 0;
    border: 0;
  }
  ul, ol {
    list-style: none;
  }
  h2, h3 {
    font-weight: 620;
    line-height: 1.3;
    text-wrap: balance;
    letter-spacing: -0.006em;
  }
  h2 {
    font-size: var(--_size-xl);
  }
  h3 {
    font-size: var(--_size-l);
  }
  p, li, dd, h2, h3, button, code {
    overflow-wrap: anywhere;
  }
  p {
    text-wrap: pretty;
  }
  small, .muted, .label {
    font-size: var(--_size-s);
  }
  .muted, .label {
    color: var(--_muted);
  }
  .num, .amount, .line, time, dd {
    font-variant-numeric: tabular-nums;
  }
  .sr {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  .page {
    display: grid;
    gap: var(--_5);
  }
  .glyph {
    flex: none;
    width: 1.25em;
    height: 1.25em;
    fill: none;
    stroke: currentColor;
    stroke-width: 2;
    stroke-linecap: round;
    stroke-linejoin: round;
  }
  .icon {
    width: 1.5rem;
    height: 1.5rem;
    fill: currentColor;
  }

  :focus-visible {
    outline: 3px solid var(--_focus);
    outline-offset: 2px;
    border-radius: 4px;
  }
  [tabindex="-1"]:focus-visible {
    outline-width: 2px;
    outline-offset: 4px;
  }

  button, select, input {
    font: inherit;
    color: inherit;
  }
  .button, .chip, .tab {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: var(--_2);
    min-height: 2.5rem;
    padding: var(--_2) var(--_4);
    border: 1px solid transparent;
    border-radius: var(--_radius-s);
    background: none;
    font-weight: 560;
    line-height: 1.25;
    text-align: center;
    cursor: pointer;
  }
  .button:focus-visible, .chip:focus-visible, .tab:focus-visible {
    border-radius: var(--_radius-s);
  }
  .solid {
    background: var(--_accent);
    color: var(--_on-accent);
  }
  .solid:hover {
    background: color-mix(in oklab, var(--_accent), var(--_text) 22%);
  }
  .danger {
    background: var(--_bad);
    color: var(--_on-bad);
  }
  .danger:hover {
    background: color-mix(in oklab, var(--_bad), var(--_text) 18%);
  }
  .outline {
    border-color: var(--_control);
    background: var(--_surface);
  }
  .outline:hover, .chip:hover, .quiet:hover, .icon-only:hover {
    background: var(--_sunken);
  }
  .quiet {
    min-height: 2rem;
    padding: var(--_1) var(--_2);
    color: var(--_accent);
    text-decoration: underline;
    text-decoration-thickness: 1px;
    text-underline-offset: 0.2em;
    text-decoration-color: color-mix(in oklab, currentColor, transparent 55%);
  }
  .icon-only {
    min-width: 2.5rem;
    padding: var(--_2);
    color: var(--_muted);
  }
  .button[aria-disabled="true"] {
    border: 1px dashed var(--_control);
    background: transparent;
    color: var(--_muted);
    text-decoration: none;
    cursor: not-allowed;
  }

  .badge {
    display: inline-flex;
    align-items: center;
    gap: var(--_1);
    padding: 0.125rem var(--_2) 0.125rem 0.375rem;
    border: 1px solid transparent;
    border-radius: 99rem;
    background: var(--_sunken);
    color: var(--_muted);
    font-size: var(--_size-s);
    font-weight: 560;
    line-height: 1.4;
  }
  .badge .glyph {
    width: 1.05rem;
    height: 1.05rem;
  }
  .badge.good {
    background: var(--_good-soft);
    color: var(--_good);
  }
  .badge.busy {
    background: var(--_busy-soft);
    color: var(--_busy);
  }
  .badge.warn {
    background: var(--_warn-soft);
    color: var(--_warn);
  }

  .panel, .notice {
    display: grid;
    gap: var(--_2);
    padding: var(--_4);
    border: 1px solid var(--_line);
    border-radius: var(--_radius);
    background: var(--_sunken);
  }
  .panel h2, .panel h3 {
    display: flex;
    align-items: flex-start;
    gap: var(--_2);
    font-size: var(--_size-m);
    letter-spacing: 0;
  }
  .panel > .button {
    justify-self: start;
  }
  .panel.good {
    border-color: color-mix(in oklab, var(--_good), transparent 70%);
    background: var(--_good-soft);
  }
  .panel.warn, .notice.warn {
    border-color: color-mix(in oklab, var(--_warn), transparent 70%);
    background: var(--_warn-soft);
  }
  .panel.bad {
    border-color: color-mix(in oklab, var(--_bad), transparent 70%);
    background: var(--_bad-soft);
  }
  .panel.busy {
    border-color: color-mix(in oklab, var(--_busy), transparent 70%);
    background: var(--_busy-soft);
  }
  .panel :is(.muted, .label), .notice .muted {
    color: inherit;
  }
  .panel.good h3 .glyph, .assure .glyph {
    color: var(--_good);
  }
  .panel.warn :is(h3, [data-restorable]) .glyph, .notice.warn > .glyph {
    color: var(--_warn);
  }
  .panel.bad h3 .glyph {
    color: var(--_bad);
  }
  .panel.busy :is(h2, h3) .glyph {
    color: var(--_busy);
  }
  .notice {
    grid-template-columns: auto 1fr auto;
    align-items: center;
    padding: var(--_3) var(--_4);
  }
  .notice > .glyph {
    color: var(--_muted);
  }
  /* No motion, only a delay: for everybody. */
  .late {
    animation: late 1.2s step-end;
  }
  @keyframes late {
    from {
      opacity: 0;
    }
  }
  .assure, [data-restorable] {
    display: flex;
    align-items: flex-start;
    gap: var(--_2);
  }
  .assure {
    font-weight: 560;
  }
  .fix {
    font-weight: 560;
  }
  .code, code {
    font-family: var(--_mono);
    font-size: 0.75rem;
    color: var(--_muted);
  }
  .panel :is(.code, code) {
    color: inherit;
  }
  .trace {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--_1) var(--_4);
  }

  @container turnpike (max-width: 30rem) {
    .notice {
      grid-template-columns: auto 1fr;
    }
    .notice > .button {
      grid-column: 2;
      justify-self: start;
    }
  }
  @media (prefers-reduced-motion: no-preference) {
    .button, .chip {
      transition: background-color 120ms, border-color 120ms;
    }
  }
  @media (forced-colors: active) {
    .badge, .button, .chip, .tab {
      border-color: currentColor;
    }
    .button, .chip, .tab {
      color: ButtonText;
    }
    .button[aria-disabled="true"] {
      border-color: GrayText;
      color: GrayText;
    }
    .solid, .danger, [aria-pressed="true"].chip {
      forced-color-adjust: none;
      border-color: ButtonText;
      background: Highlight;
      color: HighlightText;
    }
  }
`;
