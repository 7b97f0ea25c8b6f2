// The list of requests and the field to write in: a sheet that comes with the part.

import { css } from "lit";

export const styles = css`
  .requests li {
    display: grid;
    gap: var(--_1);
    padding-block: var(--_3);
    border-block-end: 1px solid var(--_line);
  }
  .requests .deed, .requests .deeds {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--_1) var(--_2);
  }
  .requests .note {
    padding-inline-start: var(--_3);
    border-inline-start: 2px solid var(--_line);
    overflow-wrap: anywhere;
    white-space: pre-line;
  }
  .words {
    display: grid;
    gap: var(--_1);
  }
  .words textarea {
    width: 100%;
    padding: var(--_2);
    border: 1px solid var(--_control);
    border-radius: var(--_radius-s);
    background: var(--_surface);
    color: inherit;
    font: inherit;
    resize: vertical;
  }
`;
