// The store: search, filters, and the cards.

import { css } from "lit";

export const store = css`
  section {
    display: grid;
    gap: var(--_4);
  }
  .tools {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--_3);
  }
  .search {
    position: relative;
    display: flex;
    flex: 1 1 16rem;
    align-items: center;
  }
  .search .glyph {
    position: absolute;
    inset-inline-start: var(--_3);
    color: var(--_muted);
    pointer-events: none;
  }
  .search input {
    width: 100%;
    min-height: 2.75rem;
    padding: var(--_2) var(--_6) var(--_2) 2.5rem;
    border: 1px solid var(--_control);
    border-radius: var(--_radius-s);
    background: var(--_surface);
  }
  .search input::placeholder {
    color: var(--_muted);
    opacity: 1;
  }
  .search input:focus-visible {
    border-radius: var(--_radius-s);
    outline-offset: 0;
  }
  .search input:not(:placeholder-shown) + kbd, .search input:focus + kbd {
    display: none;
  }
  kbd {
    position: absolute;
    inset-inline-end: var(--_3);
    padding: 0 var(--_2);
    border: 1px solid var(--_line);
    border-radius: 4px;
    color: var(--_muted);
    font: 560 var(--_size-s) / 1.5 var(--_mono);
    pointer-events: none;
  }
  .filters {
    display: flex;
    flex-wrap: wrap;
    gap: var(--_2);
  }
  .chip {
    min-height: 2.25rem;
    padding: var(--_1) var(--_3);
    border-color: var(--_line);
    border-radius: 99rem;
    background: var(--_surface);
    color: var(--_text);
    font-size: var(--_size-s);
  }
  .chip:focus-visible {
    border-radius: 99rem;
  }
  .chip[aria-pressed="true"] {
    border-color: var(--_accent);
    background: var(--_accent);
    color: var(--_on-accent);
  }
  .chip-count {
    font-weight: 400;
    font-variant-numeric: tabular-nums;
  }
  .list-head {
    display: flex;
    flex-wrap: wrap;
    align-items: baseline;
    gap: var(--_1) var(--_3);
  }
  .lead {
    max-width: 44rem;
    color: var(--_muted);
  }

  .cards {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(min(100%, 19rem), 1fr));
    gap: 0 var(--_4);
    margin-block-end: calc(var(--_4) * -1);
  }
  .cards > * {
    margin-block-end: var(--_4);
  }
  /* What it is, and what can be done: two rows that neighbouring cards share, so that their buttons stand in a line. */
  .card {
    display: grid;
    grid-row: span 2;
    grid-template-rows: subgrid;
    gap: 0;
    padding: var(--_5);
    border: 1px solid var(--_line);
    border-radius: var(--_radius);
    background: var(--_surface);
    box-shadow: var(--_shadow);
  }
  .card-body {
    display: grid;
    align-content: start;
    gap: var(--_2);
  }
  .card-head {
    display: flex;
    align-items: center;
    justify-content: space-between;
    gap: var(--_3);
    margin-block-end: var(--_1);
  }
  .tile {
    display: grid;
    place-items: center;
    flex: none;
    width: 2.75rem;
    height: 2.75rem;
    border-radius: var(--_radius-s);
    background: color-mix(in oklab, var(--_accent), var(--_surface) 90%);
    color: var(--_accent);
  }
  .card[data-state="blocked"] .tile {
    background: var(--_sunken);
    color: var(--_muted);
  }
  .card-text {
    color: var(--_muted);
  }
  .card-facts {
    display: grid;
    gap: 0.125rem;
    font-size: var(--_size-s);
  }
  .card-facts > div:first-child dd {
    font-weight: 560;
  }
  .card-facts small {
    color: var(--_muted);
    font-weight: 400;
  }
  .card-facts > div + div dd {
    color: var(--_muted);
  }
  .hint {
    color: var(--_muted);
    font-size: var(--_size-s);
  }
  .card-foot {
    display: grid;
    gap: var(--_2);
    align-content: start;
    padding-block-start: var(--_3);
  }
  .card-foot > .quiet {
    justify-self: start;
    margin-inline-start: calc(var(--_2) * -1);
    font-size: var(--_size-s);
  }
  .own {
    display: grid;
    gap: var(--_1);
    font-size: var(--_size-s);
  }
  .own li {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: space-between;
    gap: var(--_1) var(--_3);
    padding-block: var(--_1);
    border-block-start: 1px solid var(--_line);
  }

  .reasons {
    display: grid;
    gap: var(--_2);
    font-size: var(--_size-s);
  }
  .reasons p {
    display: flex;
    text-wrap: wrap;
    align-items: flex-start;
    gap: var(--_2);
  }
  .reasons .glyph {
    color: var(--_warn);
  }
  .reasons .fix, .panel .fix {
    display: block;
  }
  .reasons .code {
    display: block;
    margin-block-start: 0.125rem;
  }

  .empty {
    display: grid;
    justify-items: center;
    gap: var(--_3);
    padding: var(--_7) var(--_4);
    border: 1px dashed var(--_control);
    border-radius: var(--_radius);
    text-align: center;
  }
  .empty > .glyph {
    width: 2rem;
    height: 2rem;
    color: var(--_muted);
    stroke-width: 1.5;
  }
  .empty p {
    max-width: 34rem;
  }
  .skeleton {
    display: grid;
    gap: var(--_5);
  }
  .bone {
    height: 13rem;
    border-radius: var(--_radius);
    background: linear-gradient(100deg, var(--_line) 40%, var(--_sunken) 50%, var(--_line) 60%) 0 0 / 300% 100%;
  }
  @media (prefers-reduced-motion: no-preference) {
    .bone {
      animation: shimmer 1.6s linear infinite;
    }
  }
  .bone.wide {
    height: 9rem;
  }
  @keyframes shimmer {
    from {
      background-position: 100% 0;
    }
    to {
      background-position: -50% 0;
    }
  }
  .foot {
    display: flex;
    justify-content: end;
  }
  .foot .button {
    color: var(--_muted);
    font-size: var(--_size-s);
    font-weight: 400;
  }
  [data-changes] {
    gap: var(--_2);
  }
  [data-change] {
    display: flex;
    flex-wrap: wrap;
    gap: 0 var(--_3);
  }
  @container turnpike (max-width: 30rem) {
    .card {
      padding: var(--_4);
    }
    kbd {
      display: none;
    }
  }
`;
