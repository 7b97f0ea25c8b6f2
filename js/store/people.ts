// The demo's people, each with a button to look at the store as them. Loaded where there is a demo.

import type { DemoPerson } from "../src/client/index.js";
import type { Speaker } from "../src/texts/speaker.js";
import { heading, make } from "./markup.js";

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
