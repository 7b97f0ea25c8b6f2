// The list of who has access, and the fields to give it: a sheet that comes with the part.

import { css } from "lit";

export const styles = css`
  .people {
    margin-block-start: var(--_2);
    border-block-start: 1px solid var(--_line);
  }
  .people li {
    display: grid;
    grid-template-columns: minmax(0, 1fr) minmax(0, 1fr) auto;
    align-items: center;
    gap: var(--_1) var(--_3);
    padding-block: var(--_2);
    border-block-end: 1px solid var(--_line);
  }
  .people .reasons {
    grid-column: 1 / -1;
  }
  .who {
    overflow-wrap: anywhere;
  }
  .deeds {
    display: flex;
    flex-wrap: wrap;
    justify-content: flex-end;
  }
  .give {
    display: grid;
    grid-template-columns: 1fr 1fr;
    gap: var(--_3);
  }
  .give > :not(.field) {
    grid-column: 1 / -1;
    justify-self: start;
  }
  .give legend {
    margin-block-end: var(--_2);
    padding: 0;
    font-weight: 620;
  }
  .field {
    display: grid;
    gap: var(--_1);
    min-width: 0;
  }
  .field select {
    width: 100%;
    min-height: 2.5rem;
    padding: var(--_1) var(--_2);
    border: 1px solid var(--_control);
    border-radius: var(--_radius-s);
    background: var(--_surface);
  }
  .check {
    display: flex;
    align-items: center;
    gap: var(--_3);
    min-height: 2.5rem;
    cursor: pointer;
  }
  .check input {
    flex: none;
    width: 1.125rem;
    height: 1.125rem;
    margin: 0;
    accent-color: var(--_accent);
  }
  @media (max-width: 34rem) {
    .people li, .give {
      grid-template-columns: minmax(0, 1fr);
    }
    .deeds {
      justify-content: flex-start;
      margin-inline-start: calc(var(--_2) * -1);
    }
  }
`;
