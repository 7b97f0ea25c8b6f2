// The list of what happened: a sheet that comes with the part.

import { css } from "lit";

export const styles = css`
  .history li {
    display: grid;
    gap: var(--_1);
    padding-block: var(--_3);
    border-block-end: 1px solid var(--_line);
  }
  .history .deed {
    display: flex;
    flex-wrap: wrap;
    gap: var(--_1) var(--_2);
  }
  .history strong {
    font-weight: 560;
  }
  .history dl {
    display: flex;
    flex-wrap: wrap;
    gap: var(--_1) var(--_5);
  }
  .history dl > div {
    display: flex;
    gap: var(--_2);
  }
`;
