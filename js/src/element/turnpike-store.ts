// <turnpike-store>: the element's face to the page around it. Importing this file registers nothing.

import { LitElement, type CSSResult, type PropertyValues, type TemplateResult, html } from "lit";
import { negotiate, tagOf, type Locale } from "../format/index.js";
import { loadTexts } from "../texts/index.js";
import { Speaker, type Vocabulary } from "../texts/speaker.js";
import type { GetToken } from "../client/index.js";
import { connect, type ConnectedStore } from "./connect.js";
import { Controller } from "./controller.js";
import { Focus } from "./focus.js";
import { Icons } from "./icons.js";
import { isFailure, type EventName, type Outcome } from "./outcome.js";
import { loadDialog, loadInstances, type Concern, type Part, type PartName, type Show } from "./part.js";
import { sentence } from "./sentence.js";
import { shownTask, stateAttribute } from "./state.js";
import { styles } from "./styles/index.js";
import { FIRST_LOOK, isStep, readLook, writeLook, type Look } from "./url-state.js";
import type { Actions, View } from "./view.js";
import { dialog } from "./views/dialog.js";
import { page } from "./views/page.js";
import { regions } from "./views/regions.js";

/** Milliseconds until texts that could not be loaded are asked for again. */
const TEXTS_AGAIN = 5000;

/** Milliseconds that an application has to say where the store is, and who is asking. */
const SET_UP = 5000;

export class TurnpikeStore extends LitElement {
  static override readonly styles = styles;

  static override readonly properties = {
    apiBase: { type: String, attribute: "api-base" },
    getToken: { attribute: false },
    credentials: { type: String },
    mandateId: { type: String, attribute: "mandate-id" },
    locale: { type: String, reflect: true },
    theme: { type: String, reflect: true },
    timeZone: { type: String, attribute: "time-zone" },
    vocabulary: { attribute: false },
    urlState: { type: String, attribute: "url-state" },
    noShortcuts: { type: Boolean, attribute: "no-shortcuts" },
  };

  /** Address of the store, such as `https://store.example.com`. There is none by default. */
  declare apiBase: string | undefined;
  /** Gives the present access token. Never an attribute: a token does not belong into markup. */
  declare getToken: GetToken | undefined;
  /** `cookie`: the browser's cookie tells who is asking. */
  declare credentials: "cookie" | undefined;
  /** The mandate to show, until the person switches; else the address tells, else it is the first one. */
  declare mandateId: string | undefined;
  /** `de`, `fr`, `it` or `en`; a region is ignored. */
  declare locale: string;
  declare theme: "light" | "dark" | "auto";
  /** The zone of days and times; `Europe/Zurich` by default. */
  declare timeZone: string | undefined;
  /** The word for a mandate, by language. */
  declare vocabulary: Partial<Record<Locale, Vocabulary>>;
  /** Keeps the look in the page's address, in parameters whose names begin with this; unless it is given the address is left alone. */
  declare urlState: string | undefined;
  /** Leaves the keyboard of the page alone. */
  declare noShortcuts: boolean;

  #store: ConnectedStore | null = null;
  #controller: Controller | null = null;
  #speaker: Speaker | null = null;
  #look: Look = FIRST_LOOK;
  #copied: string | null = null;
  #hasShortcuts = true;
  /** Whether the application named a mandate that was not gone to yet: it then wins over the address. */
  #isNewWish = false;
  #said = { polite: "", alert: "" };
  #announced = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** What was loaded on demand, and whether something could not be. */
  #parts: Partial<Record<PartName, Part>> = {};
  #unloaded = false;
  #instances: Show | null = null;
  readonly #focus = new Focus(this);
  readonly #icons = new Icons((name) => this.#store?.icon(name) ?? Promise.resolve(""), () => this.requestUpdate());

  readonly #actions: Actions = {
    open: (subject) => {
      const mandateId = this.#controller?.state.mandateId;
      if (mandateId == null) return;
      this.#hush();
      this.#focus.remember(subject);
      this.#controller?.errands.open({ ...subject, mandateId });
    },
    close: () => {
      this.#hush();
      this.#part?.close();
      this.#controller?.errands.close();
    },
    part: (name, concern) => void this.#open(name, concern),
    confirm: (id) => this.#controller?.errands.confirm(id),
    requote: (id) => this.#controller?.errands.requote(id),
    rescope: (id, scope) => this.#controller?.errands.rescope(id, scope),
    again: (id) => this.#controller?.errands.again(id),
    look: (change) => {
      this.#lookAt({ ...this.#look, ...change });
      if (change.mandate) this.#emit("turnpike-mandate", { mandateId: change.mandate });
    },
    speak: (locale) => {
      this.locale = locale;
      this.#emit("turnpike-locale", { locale });
    },
    retry: () => this.#controller?.retry(this.#wished()),
    copy: (text) => void this.#copy(text),
    shortcuts: (on) => {
      this.#hasShortcuts = on;
      this.requestUpdate();
    },
  };

  constructor() {
    super();
    this.locale = negotiate([globalThis.document?.documentElement.lang, ...(globalThis.navigator?.languages ?? [])]);
    this.theme = "auto";
    this.vocabulary = {};
    this.noShortcuts = false;
  }

  /** Moves the focus to the first heading; at once, or as soon as something is read. */
  override focus(): void {
    this.#focus.wantHeading();
    this.requestUpdate();
  }

  /** Reads everything again. */
  refresh(): Promise<void> {
    return this.#controller?.refresh() ?? Promise.resolve();
  }

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener("popstate", this.#onPopState);
    addEventListener("online", this.#onConnection);
    addEventListener("offline", this.#onConnection);
    document.addEventListener("keydown", this.#onKey);
    if (this.hasUpdated) this.#connect();
    setTimeout(() => {
      if (this.isConnected && !this.#store) console.error("turnpike-store: set `apiBase`, and `getToken` or `credentials`");
    }, SET_UP);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener("popstate", this.#onPopState);
    removeEventListener("online", this.#onConnection);
    removeEventListener("offline", this.#onConnection);
    document.removeEventListener("keydown", this.#onKey);
    clearTimeout(this.#timer);
    this.#drop();
    this.#controller?.stop();
    this.#controller = null;
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (this.hasUpdated) this.#focus.note();
    const isNewStore = changed.has("apiBase") || changed.has("getToken") || changed.has("credentials");
    this.#isNewWish ||= changed.has("mandateId");
    if (isNewStore) this.#connect();
    else if (changed.has("mandateId") && this.mandateId && this.#controller) {
      this.#isNewWish = false;
      this.#lookAt({ ...this.#look, mandate: this.mandateId });
    }
    if (changed.has("locale") || changed.has("vocabulary") || changed.has("timeZone")) void this.#speak(changed.has("locale") && !isNewStore);
  }

  protected override render(): TemplateResult {
    const s = this.#speaker;
    const state = this.#controller?.state;
    if (!s || !state) return html`<div class="page" aria-busy="true"></div>`;
    const shortcuts = this.noShortcuts ? null : this.#hasShortcuts;
    const { data } = state;
    const view: View = { s, state, look: this.#look, icons: this.#icons, act: this.#actions, copied: this.#copied, shortcuts, instances: this.#instances, unloaded: this.#unloaded };
    const part = this.#part;
    const isOpen = data !== null && (part ?? shownTask(state)) !== null;
    return html`<div class="page" part="page" lang=${tagOf(s.locale)}>
      ${page(view)} ${data ? (part ?? { dialog }).dialog({ ...view, data }, this.#said) : ""} ${isOpen ? "" : regions(this.#said)}
    </div>`;
  }

  protected override updated(): void {
    const state = this.#controller?.state;
    if (this.#look.view === "instances" && state?.data?.instances && !this.#instances) void this.#loadInstances();
    this.dataset["state"] = state && this.#speaker ? stateAttribute(state) : "loading";
    this.#focus.follow(this.#part ? { id: "part", phase: "review" } : state ? shownTask(state) : null);
  }

  /** The part whose dialog is open. */
  get #part(): Part | null {
    return Object.values(this.#parts).find((part) => part.isShown) ?? null;
  }

  /** Loads a part and opens its dialog, in place of another one. */
  async #open(name: PartName, concern: Concern | null): Promise<void> {
    const [store, controller] = [this.#store, this.#controller];
    this.#actions.close();
    try {
      const { begin } = await this.#load(loadDialog[name]);
      if (!store || !controller || store !== this.#store || !this.#speaker) return;
      const part = (this.#parts[name] ??= begin({
        access: store.access,
        root: this.renderRoot,
        state: () => controller.state,
        draw: () => (this.requestUpdate(), this.updateComplete),
        say: (text, isFailure) => void this.#say(() => text, isFailure),
        emit: (event, detail) => this.#emit(event, detail),
        refresh: () => void controller.refresh(),
        signedOut: () => controller.signOut(),
      }));
      this.#focus.remember(concern);
      await part.open(concern, { s: this.#speaker });
    } catch {
      this.#missed();
    }
  }

  async #loadInstances(): Promise<void> {
    this.#instances = ({ s }) => html`<p class="asking" data-loading>${s.say("loading")}</p>`;
    try {
      this.#instances = (await this.#load(loadInstances)).show;
      this.requestUpdate();
    } catch {
      this.#missed();
    }
  }

  /** Loads what is opened, with its style sheet. */
  async #load<Loaded extends { readonly styles: CSSResult }>(load: () => Promise<Loaded>): Promise<Loaded> {
    const loaded = await load();
    const root = this.renderRoot as ShadowRoot;
    root.adoptedStyleSheets = [...new Set([...root.adoptedStyleSheets, loaded.styles.styleSheet as CSSStyleSheet])];
    this.#unloaded = false;
    return loaded;
  }

  /** What was to be opened could not be loaded. Some browsers never ask for it again while the page is open. */
  #missed(): void {
    this.#unloaded = true;
    void this.#say(() => this.#speaker?.say("unloaded") ?? "", true);
  }

  #drop(): void {
    for (const part of Object.values(this.#parts)) part.stop();
    this.#parts = {};
  }

  #connect(): void {
    this.#drop();
    this.#controller?.stop();
    // What is about to be said is the business of whoever was there before.
    this.#hush();
    this.#controller = null;
    this.#store = null;
    if (!this.isConnected || !this.apiBase || !(this.getToken || this.credentials === "cookie")) return;
    const who = this.getToken ? { getToken: this.getToken } : ({ credentials: "cookie" } as const);
    this.#store = connect({ apiBase: this.apiBase, ...who }, negotiate([this.locale]));
    this.#look = this.#addressed();
    if (this.#isNewWish && this.mandateId) this.#look = { ...this.#look, mandate: this.mandateId };
    this.#isNewWish = false;
    this.#controller = new Controller(this.#store, {
      changed: () => this.#changed(),
      told: (outcome) => void this.#tell(outcome),
      emit: (name, detail) => this.#emit(name, detail),
    });
    void this.#controller.start(this.#wished());
  }

  /** An address that names a mandate which cannot be had is corrected. */
  #changed(): void {
    const missing = this.#controller?.state.missing ?? null;
    if (missing !== null && missing === this.#look.mandate) this.#lookAt({ ...this.#look, mandate: null }, true);
    for (const part of Object.values(this.#parts)) part.follow();
    this.requestUpdate();
  }

  #addressed(): Look {
    return this.urlState == null ? this.#look : readLook(location.search, this.urlState);
  }

  #wished(): string | null {
    return this.#look.mandate ?? this.mandateId ?? null;
  }

  async #speak(isAnother: boolean): Promise<void> {
    clearTimeout(this.#timer);
    const locale = negotiate([this.locale]);
    const texts = await loadTexts(locale).catch(() => null);
    if (locale !== negotiate([this.locale])) return;
    if (!texts) {
      // Without a connection the language stays; it changes when there is one again.
      this.#timer = setTimeout(() => void this.#speak(isAnother), TEXTS_AGAIN);
      return;
    }
    this.#speaker = new Speaker(locale, texts, this.vocabulary, this.timeZone);
    this.#hush();
    this.#store?.speak(locale);
    this.requestUpdate();
    // The server's sentences come in the language it is asked in.
    if (isAnother) await this.refresh();
  }

  #lookAt(next: Look, isCorrection = false): void {
    const before = this.#look;
    this.#look = next;
    if (this.urlState != null) {
      const address = writeLook(location.href, next, this.urlState);
      if (address !== location.href) history[isStep(before, next) && !isCorrection ? "pushState" : "replaceState"](history.state, "", address);
    }
    if (next.mandate !== null) void this.#controller?.choose(next.mandate);
    this.requestUpdate();
  }

  #tell(outcome: Outcome): Promise<void> {
    return this.#say(() => (this.#speaker ? sentence(this.#speaker, this.#controller?.state.data ?? null, outcome) : ""), isFailure(outcome));
  }

  async #say(text: () => string, isAlert: boolean): Promise<void> {
    this.#hush();
    const turn = (this.#announced += 1);
    await this.updateComplete;
    // A region is read when its text changes, not when it comes with one.
    await new Promise((resolve) => requestAnimationFrame(resolve));
    if (turn !== this.#announced) return;
    this.#said = isAlert ? { polite: "", alert: text() } : { polite: text(), alert: "" };
    this.requestUpdate();
  }

  #hush(): void {
    this.#announced += 1;
    this.#said = { polite: "", alert: "" };
    this.requestUpdate();
  }

  #emit(name: EventName, detail: Record<string, unknown>): void {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  }

  async #copy(text: string): Promise<void> {
    try {
      await navigator.clipboard.writeText(text);
      this.#copied = text;
      this.requestUpdate();
    } catch {
      // Forbidden, or not offered on plain HTTP: the text can still be marked and copied by hand.
    }
  }

  readonly #onPopState = (): void => {
    if (this.urlState == null) return;
    this.#look = this.#addressed();
    const wished = this.#wished() ?? this.#controller?.state.mandates[0]?.id;
    if (wished != null && wished !== this.#controller?.state.mandateId) {
      void this.#controller?.choose(wished);
      this.#emit("turnpike-mandate", { mandateId: wished });
    }
    this.requestUpdate();
  };

  readonly #onConnection = (): void => this.#controller?.online(navigator.onLine);

  readonly #onKey = (event: KeyboardEvent): void => {
    if (this.noShortcuts || !this.#hasShortcuts) return;
    this.#focus.onKey(event);
  };
}
