// Dialogs: a sheet that never grows beyond the window, with its buttons always in sight.

import { css } from "lit";

export const dialog = css`
  dialog {
    width: min(36rem, calc(100vw - 2rem));
    max-width: none;
    max-height: calc(100dvh - 2rem);
    padding: 0;
    border: 1px solid var(--_line);
    border-radius: calc(var(--_radius) * 1.33);
    background: var(--_surface);
    color: inherit;
    box-shadow: var(--_shadow-high);
    overflow: hidden;
  }
  dialog[open] {
    display: flex;
  }
  @media (prefers-reduced-motion: no-preference) {
    dialog[open] {
      transition: opacity 140ms ease-out, translate 140ms ease-out;
    }
    @starting-style {
      dialog[open] {
        opacity: 0;
        translate: 0 0.5rem;
      }
    }
  }
  dialog::backdrop {
    background: light-dark(#10182066, #000000a6);
  }
  .sheet {
    display: flex;
    flex: 1;
    flex-direction: column;
    min-height: 0;
    min-width: 0;
    /* The whole sheet scrolls, so that what scrolls always holds something that can be focused. */
    overflow: auto;
    scroll-padding-block-end: 9rem;
  }
  .sheet-head {
    display: flex;
    align-items: flex-start;
    justify-content: space-between;
    gap: var(--_3);
    padding: var(--_5) var(--_5) var(--_2);
  }
  .sheet-head .icon-only {
    margin: calc(var(--_1) * -1) calc(var(--_2) * -1) 0 0;
  }
  .sheet-body {
    display: grid;
    flex: 1 0 auto;
    gap: var(--_4);
    padding: var(--_2) var(--_5) var(--_5);
  }
  .sheet-foot {
    position: sticky;
    inset-block-end: 0;
    display: flex;
    justify-content: flex-end;
    gap: var(--_3);
    padding: var(--_4) var(--_5);
    border-block-start: 1px solid var(--_line);
    background: var(--_surface);
  }

  .sheet-foot small {
    display: block;
    font-weight: 400;
    text-wrap: balance;
  }
  [data-cancel] {
    flex: none;
  }

  .rows > div {
    display: grid;
    grid-template-columns: minmax(7rem, 1fr) 2fr;
    gap: var(--_1) var(--_4);
    padding-block: var(--_2);
    border-block-end: 1px solid var(--_line);
  }
  .rows > div:last-child {
    border: 0;
  }
  .rows dt {
    color: var(--_muted);
  }
  .panel .rows dt {
    color: inherit;
  }
  .rows dd {
    display: grid;
    gap: 0.125rem;
  }
  .rows dd > span {
    overflow-wrap: anywhere;
  }
  .rows .line {
    color: var(--_muted);
  }
  .rows del, .was {
    color: var(--_muted);
  }
  .panel .rows del {
    color: inherit;
  }
  .rows ins {
    font-weight: 620;
    text-decoration: none;
  }
  [data-quote-difference] dd {
    display: flex;
    flex-wrap: wrap;
    gap: var(--_2);
  }
  [data-quote="gate"], [data-quote="valid"], [data-quote="tax"] {
    font-size: var(--_size-s);
  }
  .asking {
    display: flex;
    align-items: center;
    gap: var(--_2);
    color: var(--_muted);
  }

  .steps {
    display: grid;
    gap: 0;
  }
  .steps li {
    position: relative;
    display: flex;
    align-items: center;
    gap: var(--_3);
    padding-block: var(--_2);
    color: var(--_muted);
  }
  .steps li + li::before {
    content: "";
    position: absolute;
    inset: -0.4rem auto auto 0.65rem;
    width: 2px;
    height: 0.8rem;
    background: var(--_line);
  }
  .steps .glyph {
    width: 1.4rem;
    height: 1.4rem;
  }
  .steps .over .glyph {
    color: var(--_good);
  }
  .steps .current {
    color: var(--_text);
    font-weight: 620;
  }
  .steps .current .glyph {
    color: var(--_busy);
  }
  @media (prefers-reduced-motion: no-preference) {
    .steps .current .glyph {
      animation: breathe 1.6s ease-in-out infinite;
    }
  }
  .steps time {
    margin-inline-start: auto;
  }
  @keyframes breathe {
    50% {
      opacity: 0.35;
    }
  }

  .scopes {
    display: grid;
    gap: var(--_1);
  }
  .scopes legend {
    margin-block-end: var(--_1);
    padding: 0;
    font-weight: 560;
  }
  .scopes label {
    display: flex;
    align-items: center;
    gap: var(--_3);
    min-height: 2.5rem;
    padding: var(--_1) var(--_3);
    border: 1px solid var(--_line);
    border-radius: var(--_radius-s);
    cursor: pointer;
  }
  .scopes label:has(:checked) {
    border-color: var(--_accent);
  }
  .scopes input {
    flex: none;
    width: 1.125rem;
    height: 1.125rem;
    margin: 0;
    accent-color: var(--_accent);
  }

  @media (max-width: 34rem) {
    .sheet-head {
      padding: var(--_4) var(--_4) var(--_2);
    }
    .sheet-body {
      padding: var(--_2) var(--_4) var(--_4);
    }
    .sheet-foot {
      flex-direction: column-reverse;
      padding: var(--_3) var(--_4);
    }
    .rows > div {
      grid-template-columns: 1fr;
    }
  }
`;
