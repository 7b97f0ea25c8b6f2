// A note in place of the store.

import { heading, make } from "./markup.js";

export function note(title: string, text: string | null, action: { label: string; act: () => void } | null): HTMLElement {
  const section = make("section", "note");
  section.append(heading(title));
  if (text !== null) section.append(make("p", "note-text", text));
  if (action) {
    const button = make("button", "again", action.label);
    button.type = "button";
    button.addEventListener("click", action.act);
    section.append(button);
  }
  return section;
}
