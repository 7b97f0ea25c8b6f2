// The head: mandate, language, and the three figures; below it the tabs.

import { css } from "lit";

export const head = css`
  .head {
    display: grid;
    gap: var(--_4);
  }
  .head-row {
    display: flex;
    flex-wrap: wrap;
    align-items: end;
    justify-content: space-between;
    gap: var(--_3) var(--_5);
  }
  .mandate {
    display: grid;
    gap: var(--_1);
    max-width: 100%;
  }
  select {
    max-width: 100%;
    min-height: 2.5rem;
    padding: var(--_1) var(--_2);
    border: 1px solid var(--_control);
    border-radius: var(--_radius-s);
    background: var(--_surface);
    text-overflow: ellipsis;
    cursor: pointer;
  }
  [data-mandate-switch] {
    min-width: min(22rem, 100%);
    font-size: var(--_size-l);
    font-weight: 620;
  }
  .language {
    display: inline-flex;
    align-items: center;
    gap: var(--_2);
    color: var(--_muted);
  }
  .language select {
    border-color: transparent;
    background: transparent;
    color: var(--_text);
  }
  .language select:hover {
    border-color: var(--_control);
  }

  .figures {
    display: grid;
    grid-template-columns: 1.2fr 1fr 1.2fr;
    border: 1px solid var(--_line);
    border-radius: var(--_radius);
    background: var(--_surface);
    box-shadow: var(--_shadow);
  }
  .figure {
    display: grid;
    align-content: start;
    gap: var(--_1);
    padding: var(--_4) var(--_5);
  }
  .figure + .figure {
    border-inline-start: 1px solid var(--_line);
  }
  .amount {
    font-size: var(--_size-xl);
    font-weight: 620;
    line-height: 1.3;
    letter-spacing: -0.01em;
  }
  .agree {
    display: flex;
    align-items: flex-start;
    gap: var(--_1);
    font-size: var(--_size-s);
  }
  .agree.good .glyph {
    color: var(--_good);
  }
  .agree.warn .glyph {
    color: var(--_warn);
  }

  .items {
    font-size: var(--_size-s);
  }
  .items summary {
    min-height: 1.5rem;
    width: fit-content;
    color: var(--_accent);
    cursor: pointer;
  }
  .items ul {
    padding-block: var(--_1);
  }
  .items li, .line {
    display: flex;
    justify-content: space-between;
    gap: var(--_4);
  }
  .items li {
    padding-block: 0.125rem;
    border-block-start: 1px solid var(--_line);
  }
  .num {
    white-space: nowrap;
  }

  meter {
    appearance: none;
    width: 100%;
    height: 0.5rem;
    margin-block: var(--_1);
    border: 0;
    border-radius: 1rem;
    background: var(--_sunken);
    overflow: hidden;
    --_level: var(--_accent);
  }
  meter.nearly, meter.full {
    --_level: var(--_warn);
  }
  meter::-webkit-meter-inner-element {
    display: block;
  }
  meter::-webkit-meter-bar {
    height: 0.5rem;
    border: 0;
    border-radius: 1rem;
    background: color-mix(in oklab, var(--_control), transparent 70%);
  }
  meter:is(.room, .nearly, .full)::-webkit-meter-optimum-value,
  meter:is(.room, .nearly, .full)::-webkit-meter-suboptimum-value,
  meter:is(.room, .nearly, .full)::-webkit-meter-even-less-good-value {
    border-radius: 1rem;
    background: var(--_level);
  }
  meter::-moz-meter-bar {
    border-radius: 1rem;
    background: var(--_level);
  }

  .tabs {
    display: flex;
    gap: var(--_4);
    border-block-end: 1px solid var(--_line);
  }
  .tab {
    padding-inline: var(--_1);
    border: 0;
    border-block-end: 3px solid transparent;
    border-radius: 0;
    color: var(--_muted);
  }
  .tab:hover {
    color: var(--_text);
  }
  .tab[aria-current="page"] {
    border-block-end-color: var(--_accent);
    color: var(--_text);
  }

  @container turnpike (max-width: 30rem) {
    .amount {
      font-size: 1.1875rem;
    }
  }
  @container turnpike (max-width: 46rem) {
    .figures {
      grid-template-columns: 1fr;
    }
    .figure {
      padding: var(--_4);
    }
    .figure + .figure {
      border-inline-start: 0;
      border-block-start: 1px solid var(--_line);
    }
  }
  @media (forced-colors: active) {
    meter {
      appearance: auto;
      height: 1rem;
    }
    .tab[aria-current="page"] {
      border-block-end-color: Highlight;
    }
  }
`;
