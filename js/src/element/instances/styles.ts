// The admins' list of instances: a sheet that comes with the view.

import { css } from "lit";

export const styles = css`
  .table {
    border: 1px solid var(--_line);
    border-radius: var(--_radius);
    background: var(--_surface);
    box-shadow: var(--_shadow);
  }
  .row {
    display: grid;
    grid-template-columns: minmax(8rem, 1.5fr) minmax(0, 6fr) minmax(9rem, 2fr);
    align-items: center;
    gap: var(--_2) var(--_5);
    padding: var(--_4) var(--_5);
  }
  .row + .row {
    border-block-start: 1px solid var(--_line);
  }
  .row-head {
    display: grid;
    justify-items: start;
    gap: var(--_1);
  }
  .row-facts {
    display: grid;
    grid-template-columns: 1.3fr 1.3fr 0.8fr 1.4fr;
    gap: var(--_2) var(--_4);
    font-size: var(--_size-s);
  }
  .fact-b {
    grid-column: 2;
  }
  .fact-c {
    grid-column: 3;
  }
  .fact-d {
    grid-column: 4;
  }
  .row-facts dt {
    color: var(--_muted);
  }
  .row-facts dd {
    font-weight: 560;
  }
  .row-foot {
    display: grid;
    justify-items: end;
    gap: var(--_2);
  }
  .row[data-state="ended"] h3 {
    color: var(--_muted);
  }
  @container turnpike (max-width: 46rem) {
    .row {
      grid-template-columns: 1fr;
      gap: var(--_3);
      padding: var(--_4);
    }
    .row-facts {
      grid-template-columns: repeat(auto-fill, minmax(min(100%, 8rem), 1fr));
    }
    .row-facts > div {
      grid-column: auto;
    }
    .row-foot {
      justify-items: start;
    }
    .row-foot > .quiet {
      margin-inline-start: calc(var(--_2) * -1);
    }
  }
`;
