// The store's own page: asks how people sign in here, signs them in, and shows the element. Tokens live in memory only.

import { StoreCalls, type DemoPerson, type PageSettings } from "../src/client/index.js";
import "../src/define.js";
import type { TurnpikeStore } from "../src/element/index.js";
import { negotiate, tagOf, type Locale } from "../src/format/index.js";
import { loadTexts } from "../src/texts/index.js";
import { Speaker } from "../src/texts/speaker.js";
import { note } from "./note.js";

/** Under what the chosen language is remembered in this browser. */
const LANGUAGE = "turnpike-locale";

/** The page is served from the root of the API; behind a proxy that may be below a path. */
const API_BASE = new URL(".", location.href).href;

const main = element("main");
const who = element("who");

let settings: PageSettings | null = null;
let speaker = await speakerOf(negotiate([remembered(), ...navigator.languages])).catch(wordless);
let person: DemoPerson | null = null;

element("leave").addEventListener("click", async () => {
  await signIn();
  main.querySelector("h2")?.focus();
});
speak();
await start();

async function start(): Promise<void> {
  try {
    settings = await new StoreCalls({ apiBase: API_BASE, locale: speaker.locale }).page();
  } catch {
    const again = { label: speaker.say("action.retry"), act: () => void start() };
    return show(note(speaker.say("error.unreachable.title"), speaker.say("error.unreachable.text"), again));
  }
  const locale = negotiate([remembered(), ...navigator.languages], settings.defaultLocale);
  if (locale !== speaker.locale) speaker = await speakerOf(locale);
  speak();
  if (settings.signIn.kind === "cookie") show(store({ credentials: "cookie" }));
  // Not waited for: what is loaded there imports this file, which is not over before `start` is.
  else void signIn();
}

/** Asks who is there; a demo offers its people, otherwise the embedding product signs in. */
async function signIn(): Promise<void> {
  person = null;
  who.hidden = true;
  if (settings?.signIn.kind === "people") await choose(show);
  else show(note(speaker.say("page.token"), speaker.say("page.token-text"), null));
}

/** Offers the demo's people. What they need is loaded only where there is a demo. */
async function choose(put: (offer: HTMLElement) => void): Promise<void> {
  const { people } = await import("./people.js");
  if (person === null && settings?.signIn.kind === "people") put(people(settings.signIn.people, speaker, enter));
}

function enter(chosen: DemoPerson): void {
  person = chosen;
  who.hidden = false;
  speak();
  const shown = store({ getToken: () => person?.token ?? "" });
  show(shown);
  shown.focus();
}

function store(access: Pick<TurnpikeStore, "getToken"> | Pick<TurnpikeStore, "credentials">): TurnpikeStore {
  const shown = document.createElement("turnpike-store");
  Object.assign(shown, { apiBase: API_BASE, urlState: "", locale: speaker.locale, vocabulary: settings?.vocabulary ?? {} }, access);
  shown.addEventListener("turnpike-locale", ({ detail: { locale } }) => {
    remember(locale);
    void speakerOf(locale).then((next) => {
      speaker = next;
      speak();
    });
  });
  shown.addEventListener("turnpike-signed-out", () => {
    // The element says what happened; below it the demo's people can sign in again.
    person = null;
    who.hidden = true;
    main.querySelector(".sign-in")?.remove();
    void choose((offer) => main.append(offer));
  });
  return shown;
}

async function speakerOf(locale: Locale): Promise<Speaker> {
  return new Speaker(locale, await loadTexts(locale));
}

/** Without texts there are no words, but not nothing either. */
function wordless(cause: unknown): never {
  element("wordless").hidden = false;
  throw cause;
}

/** Writes what stands around the store. */
function speak(): void {
  document.documentElement.lang = tagOf(speaker.locale);
  document.title = speaker.say("page.title");
  element("leave").textContent = speaker.say("page.sign-out");
  element("who-name").textContent = person ? speaker.say("page.signed-in", { name: person.username }) : "";
}

function show(content: HTMLElement): void {
  main.replaceChildren(content);
}

function element(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no element \`${id}\``);
  return found;
}

function remembered(): string | null {
  try {
    return localStorage.getItem(LANGUAGE);
  } catch {
    // Storage can be forbidden; then every visit begins in the browser's language.
    return null;
  }
}

function remember(chosen: Locale): void {
  try {
    localStorage.setItem(LANGUAGE, chosen);
  } catch {
    // As above.
  }
}
