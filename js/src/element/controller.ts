// Between store and views: reads, keeps the state, follows what changes. It decides nothing about rights or money.

import { systemRuntime } from "../client/index.js";
import type { StoreApi } from "./api.js";
import type { Clock, Desk } from "./agenda.js";
import { Errands } from "./errands.js";
import { isSignedOut, isTooOften, toFault } from "./fault.js";
import type { EventName, Outcome } from "./outcome.js";
import { readMandate } from "./reading.js";
import {
  START, administered, chosen, connection, insteadOf, loaded, newlyFailed, outdated, shownTask, signedOut, unread, type Snapshot, type State,
} from "./state.js";

/** What the controller needs of its element. */
export interface Host {
  /** The state is another one. */
  changed(): void;
  /** Something is to be said aloud. */
  told(outcome: Outcome): void;
  /** The embedding page is to hear of it. */
  emit(name: EventName, detail: Record<string, unknown>): void;
}

/** In milliseconds. Changes come in twos and threes: they are read together, some time after the last and not long after the first of them. */
const GATHERING = { last: 300, first: 1500 };

/** Milliseconds between two readings that changes ask for: a minute allows 20, quotes included. */
const SPACING = 4000;

/** For so many milliseconds the first reading waits for the stream's first word, which then is no news. */
const FIRST_WORD = 500;

/** Seconds until reading is tried again where the server names none. */
const AGAIN = 10;

/** Milliseconds until who has no mandate is looked for in one again. */
const MANDATES_AGAIN = 60_000;

/** The longest time a timer can be set to. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** What a reading waits for: changes to be gathered, an answer's time to be over, to be allowed after a failure, or for a mandate. */
type Waiting = "news" | "validity" | "failure" | "first-word" | "mandates";

export class Controller {
  state: State = START;
  readonly errands: Errands;
  readonly #api: StoreApi;
  readonly #host: Host;
  readonly #runtime: Clock;
  readonly #timers = new Map<Waiting, () => void>();
  #stopWatching: (() => void) | null = null;
  /** What the stream told last, and what it had told when that was read which is shown. */
  #told: string | null = null;
  #shown: string | null = null;
  #begin: (() => void) | null = null;
  /** When the first of the changes was told that wait to be read. */
  #newsSince: number | null = null;
  /** Before then changes ask for no reading. */
  #notBefore = 0;
  #reading: Promise<void> | null = null;
  #isReadAgain = false;
  #stopped = false;

  constructor(api: StoreApi, host: Host, runtime: Clock = systemRuntime) {
    this.#api = api;
    this.#host = host;
    this.#runtime = runtime;
    const desk: Desk = {
      state: () => this.state,
      update: (step) => this.#set(step(this.state)),
      told: (outcome) => host.told(outcome),
      emit: (name, detail) => host.emit(name, detail),
      refresh: () => this.#gather(),
      signedOut: () => this.signOut(),
    };
    this.errands = new Errands(api, desk, runtime);
  }

  /** Reads which mandates there are, and then the one that is wished for, else the first. */
  async start(wished: string | null): Promise<void> {
    try {
      const [mandates, features] = await Promise.all([this.#api.mandates(), this.#api.features(null)]);
      if (this.#stopped) return;
      this.#set(administered(this.state, mandates, features));
      const first = wished ?? this.state.mandates[0]?.id;
      if (first !== undefined) return this.choose(first);
      this.#set({ ...this.state, phase: "ready" });
      this.#after("mandates", MANDATES_AGAIN, () => void this.start(null));
    } catch (thrown) {
      this.#failed(thrown, () => void this.start(wished));
    }
  }

  /** Looks at another mandate. */
  async choose(mandateId: string, missing: string | null = null): Promise<void> {
    if (this.state.mandateId === mandateId) return;
    this.#cancel("mandates");
    this.#set({ ...chosen(this.state, mandateId), missing });
    await this.#watch(mandateId);
    if (this.state.mandateId === mandateId) await this.refresh();
  }

  /** Reads the mandate again, or whether there is one by now; while one reading runs, one more follows it. */
  refresh(): Promise<void> {
    if (this.state.mandateId === null && this.state.phase === "ready") return this.start(null);
    this.#isReadAgain = true;
    this.#reading ??= this.#readWhileAsked().finally(() => (this.#reading = null));
    return this.#reading;
  }

  /** Tries again what could not be read at all. */
  retry(wished: string | null): void {
    if (this.state.phase === "signed-out") this.#set(START);
    const { mandateId, phase } = this.state;
    if (mandateId === null) void this.start(wished);
    // Who was no member any more is not told of anything any more, either.
    else if (phase === "error") void this.#watch(mandateId).then(() => this.refresh());
    else void this.refresh();
  }

  /** The browser lost or found its connection. */
  online(isOnline: boolean): void {
    this.#set(connection(this.state, isOnline));
    if (isOnline && this.state.mandateId !== null) void this.refresh();
  }

  /** Ends everything that runs for the page. What was sent goes on at the server. */
  stop(): void {
    this.#stopped = true;
    this.#unwatch();
    this.#cancel("mandates");
    this.errands.stop();
  }

  async #readWhileAsked(): Promise<void> {
    while (this.#isReadAgain && !this.#stopped && this.state.phase !== "signed-out") {
      this.#isReadAgain = false;
      await this.#read();
    }
  }

  async #read(): Promise<void> {
    const { mandateId, data } = this.state;
    if (mandateId === null) return;
    this.#cancel("news", "validity", "failure");
    this.#newsSince = null;
    const told = this.#told;
    try {
      const snapshot = await readMandate(this.#api, mandateId, data?.decisions.isAdmin ?? false, this.#runtime.now);
      if (this.#stopped || this.state.mandateId !== mandateId) return;
      this.#tellFailures(snapshot);
      this.#shown = told;
      this.#set(loaded(this.state, snapshot));
      this.errands.reconsider();
      const { validFor } = snapshot.decisions;
      if (validFor !== null) this.#after("validity", Math.min(validFor + 50, LONGEST_TIMER), () => void this.refresh());
      if (this.#told !== told) this.#gather();
    } catch (thrown) {
      if (this.state.mandateId === mandateId) this.#failed(thrown, () => void this.refresh());
    }
  }

  /** What was under way for somebody else, or since before the page was opened, and came to nothing. */
  #tellFailures(snapshot: Snapshot): void {
    for (const change of newlyFailed(this.state.data, snapshot)) {
      // What was asked for on this page is told by its own answer.
      if (!this.errands.sent.has(change.featureCode)) this.#host.told({ what: "change-failed", featureCode: change.featureCode });
    }
  }

  /** Follows a mandate; resolves when its reading can begin. */
  #watch(mandateId: string): Promise<void> {
    this.#unwatch();
    return new Promise((resolve) => {
      this.#begin = () => {
        this.#begin = null;
        this.#cancel("first-word");
        resolve();
      };
      this.#after("first-word", FIRST_WORD, () => this.#begin?.());
      this.#stopWatching = this.#api.watch(mandateId, (version) => this.#hear(version), () => this.signOut());
    });
  }

  #unwatch(): void {
    this.#stopWatching?.();
    this.#stopWatching = null;
    this.#told = null;
    this.#newsSince = null;
    this.#notBefore = 0;
    this.#cancel("news", "validity", "failure", "first-word");
    this.#begin?.();
  }

  /** The stream told how things stand. What it tells while something is read is looked at afterwards. */
  #hear(version: string): void {
    this.#told = version;
    if (this.#begin) this.#begin();
    else if (!this.#reading && version !== this.#shown) this.#gather();
  }

  /** What is shown is over: it is read again when no more changes come for a moment. */
  #gather(): void {
    this.#set(outdated(this.state));
    const now = this.#runtime.now();
    this.#newsSince ??= now;
    const gathered = Math.min(now + GATHERING.last, this.#newsSince + GATHERING.first);
    this.#after("news", Math.max(gathered, this.#notBefore) - now, () => {
      this.#newsSince = null;
      // What an open dialog waits for comes with the answer to it.
      if (shownTask(this.state)?.phase === "sending") return this.#gather();
      this.#notBefore = this.#runtime.now() + SPACING;
      void this.refresh();
    });
  }

  #failed(thrown: unknown, again: () => void): void {
    if (this.#stopped) return;
    const fault = toFault(thrown);
    const before = this.state.fault;
    const isNews = (!before || isTooOften(before)) && !isTooOften(fault);
    // No answer of the store: perhaps it is set up wrongly, which only its developer can mend.
    if (isNews && fault.traceId === null) console.error("turnpike-store:", thrown);
    if (isSignedOut(fault)) return this.signOut();
    const instead = insteadOf(this.state, fault);
    if (instead !== null) return void this.choose(instead, this.state.mandateId);
    const { code, status, traceId } = fault;
    if (isNews) this.#host.emit("turnpike-unread", { mandateId: this.state.mandateId, code, status, traceId });
    this.#set(unread(this.state, fault));
    // What the server refused for a reason stays refused; all else passes.
    if (fault.kind !== "unreachable" && !isTooOften(fault) && fault.status < 500) return;
    const pause = (fault.retryAfter ?? AGAIN) * 1000;
    if (isTooOften(fault)) this.#notBefore = this.#runtime.now() + pause;
    this.#after("failure", pause, again);
  }

  /** The token is not accepted any more. */
  signOut(): void {
    if (this.#stopped || this.state.phase === "signed-out") return;
    this.#unwatch();
    this.#set(signedOut(this.state));
    this.#host.emit("turnpike-signed-out", {});
  }

  #after(what: Waiting, ms: number, task: () => void): void {
    this.#cancel(what);
    if (this.#stopped) return;
    this.#timers.set(what, this.#runtime.after(ms, task));
  }

  #cancel(...all: Waiting[]): void {
    for (const what of all) this.#timers.get(what)?.();
  }

  #set(state: State): void {
    if (state === this.state || this.#stopped) return;
    this.state = state;
    this.#host.changed();
  }
}
