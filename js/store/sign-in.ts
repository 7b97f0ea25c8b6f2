// What the page shows before the store: the demo's people, or a note.

import type { DemoPerson } from "../src/client/index.js";
import type { Speaker } from "../src/texts/speaker.js";

/** The people of the demo, each with a button. */
export function people(all: readonly DemoPerson[], s: Speaker, enter: (person: DemoPerson) => void): HTMLElement {
  const list = document.createElement("ul");
  list.className = "people";
  for (const person of all) {
    const button = make("button", "person");
    button.type = "button";
    button.dataset["person"] = person.username;
    button.append(make("strong", "person-name", person.username), make("span", "person-part", person.part));
    button.addEventListener("click", () => enter(person));
    const item = document.createElement("li");
    item.append(button);
    list.append(item);
  }
  const section = make("section", "sign-in");
  section.append(heading(s.say("page.choose")), make("p", "note-text", s.say("page.choose-text")), list);
  return section;
}

/** A note in place of the store. */
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

/** A heading that can have the focus, so that whoever signed out goes on reading there. */
function heading(text: string): HTMLElement {
  const made = make("h2", "", text);
  made.tabIndex = -1;
  return made;
}

function make<Name extends keyof HTMLElementTagNameMap>(name: Name, className: string, text = ""): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.textContent = text;
  return made;
}
