// The store's own page: asks how people sign in here, signs them in, and shows the element. Tokens live in memory only.

import { StoreClient, type DemoPerson, type PageSettings } from "../src/client/index.js";
import "../src/define.js";
import type { TurnpikeStore } from "../src/element/index.js";
import { negotiate, tagOf, type Locale } from "../src/format/index.js";
import { note, people } from "./sign-in.js";
import { WORDS } from "./words.js";

/** Under what the chosen language is remembered in this browser. */
const LANGUAGE = "turnpike-locale";

/** The page is served from the root of the API; behind a proxy that may be below a path. */
const API_BASE = new URL(".", location.href).href;

const main = element("main");
const who = element("who");

let settings: PageSettings | null = null;
let locale: Locale = negotiate([remembered(), ...navigator.languages]);
let person: DemoPerson | null = null;

element("leave").addEventListener("click", () => signIn());
void start();

async function start(): Promise<void> {
  speak(locale);
  try {
    settings = await new StoreClient({ apiBase: API_BASE, locale }).page();
  } catch {
    const again = () => void start();
    return show(note(WORDS[locale].unreachable, null, { label: WORDS[locale].again, act: again }));
  }
  speak(negotiate([remembered(), ...navigator.languages], settings.defaultLocale));
  if (settings.signIn.kind === "cookie") return show(store({ credentials: "cookie" }));
  signIn();
}

/** Asks who is there; a demo offers its people, otherwise the embedding product signs in. */
function signIn(): void {
  person = null;
  who.hidden = true;
  const words = WORDS[locale];
  if (settings?.signIn.kind !== "people") return show(note(words.token, words.tokenText, null));
  show(people(settings.signIn.people, words, enter));
}

function enter(chosen: DemoPerson): void {
  person = chosen;
  element("who-name").textContent = `${WORDS[locale].signedInAs} ${chosen.username}`;
  who.hidden = false;
  show(store({ getToken: () => person?.token ?? "" }));
}

function store(access: Pick<TurnpikeStore, "getToken"> | Pick<TurnpikeStore, "credentials">): TurnpikeStore {
  const shown = document.createElement("turnpike-store");
  Object.assign(shown, { apiBase: API_BASE, locale, vocabulary: settings?.vocabulary ?? {} }, access);
  shown.addEventListener("turnpike-locale", (event) => {
    const chosen = (event as CustomEvent<{ locale: Locale }>).detail.locale;
    remember(chosen);
    speak(chosen);
  });
  shown.addEventListener("turnpike-signed-out", () => {
    if (settings?.signIn.kind === "people") signIn();
  });
  return shown;
}

function speak(chosen: Locale): void {
  locale = chosen;
  const words = WORDS[chosen];
  document.documentElement.lang = tagOf(chosen);
  document.title = words.title;
  element("leave").textContent = words.signOut;
  if (person) element("who-name").textContent = `${words.signedInAs} ${person.username}`;
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
