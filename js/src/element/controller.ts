// Between store and views: reads, keeps the state, follows what changes. It decides nothing about rights or money.

import type { StoreApi } from "./api.js";
import { Errands } from "./errands.js";
import { isSignedOut, toFault } from "./fault.js";
import type { EventName, Outcome } from "./outcome.js";
import { readMandate } from "./reading.js";
import {
  START, administered, chosen, connection, loaded, newlyFailed, outdated, signedOut, unread, type Snapshot, type State,
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

/** Changes come in twos and threes; they are read together after so many milliseconds. */
const GATHERING = 200;

/** Seconds until reading is tried again where the server names none. */
const AGAIN = 10;

/** The longest time a timer can be set to. */
const LONGEST_TIMER = 2 ** 31 - 1;

export class Controller {
  state: State = START;
  readonly errands: Errands;
  readonly #api: StoreApi;
  readonly #host: Host;
  #stopWatching: (() => void) | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #reading: Promise<void> | null = null;
  #isReadAgain = false;
  #stopped = false;

  constructor(api: StoreApi, host: Host) {
    this.#api = api;
    this.#host = host;
    this.errands = new Errands(api, {
      state: () => this.state,
      update: (step) => this.#set(step(this.state)),
      told: (outcome) => host.told(outcome),
      emit: (name, detail) => host.emit(name, detail),
      refresh: () => void this.refresh(),
      signedOut: () => this.#signOut(),
    });
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
    } catch (thrown) {
      this.#failed(thrown, () => void this.start(wished));
    }
  }

  /** Looks at another mandate. */
  async choose(mandateId: string): Promise<void> {
    if (this.state.mandateId === mandateId) return;
    this.#set(chosen(this.state, mandateId));
    this.#stopWatching?.();
    this.#stopWatching = null;
    await this.refresh();
    if (!this.#stopped && this.state.mandateId === mandateId && this.state.phase === "ready") this.#watch(mandateId);
  }

  /** Reads the mandate again; while one reading runs, one more follows it. */
  refresh(): Promise<void> {
    this.#isReadAgain = true;
    this.#reading ??= this.#readWhileAsked().finally(() => (this.#reading = null));
    return this.#reading;
  }

  /** Tries again what could not be read at all. */
  retry(wished: string | null): void {
    if (this.state.phase === "signed-out") this.#set(START);
    if (this.state.mandateId !== null) void this.refresh();
    else void this.start(wished);
  }

  /** The browser lost or found its connection. */
  online(isOnline: boolean): void {
    this.#set(connection(this.state, isOnline));
    if (isOnline && this.state.mandateId !== null) void this.refresh();
  }

  /** Ends everything that runs for the page. What was sent goes on at the server. */
  stop(): void {
    this.#stopped = true;
    this.#stopWatching?.();
    clearTimeout(this.#timer);
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
    clearTimeout(this.#timer);
    try {
      const snapshot = await readMandate(this.#api, mandateId, data?.decisions.isAdmin ?? false, Date.now);
      if (this.#stopped) return;
      this.#tellFailures(snapshot);
      this.#set(loaded(this.state, snapshot));
      const { validFor } = snapshot.decisions;
      if (validFor !== null) this.#later(Math.min(validFor + 50, LONGEST_TIMER), () => void this.refresh());
      if (this.#stopWatching === null) this.#watch(mandateId);
    } catch (thrown) {
      this.#failed(thrown, () => void this.refresh());
    }
  }

  /** What was under way for somebody else, or since before the page was opened, and came to nothing. */
  #tellFailures(snapshot: Snapshot): void {
    for (const change of newlyFailed(this.state.data, snapshot)) {
      // What was asked for on this page is told by its own answer.
      if (!this.errands.sent.has(change.featureCode)) this.#host.told({ what: "change-failed", featureCode: change.featureCode });
    }
  }

  #watch(mandateId: string): void {
    this.#stopWatching?.();
    this.#stopWatching = this.#api.watch(
      mandateId,
      () => {
        this.#set(outdated(this.state));
        this.#later(GATHERING, () => void this.refresh());
      },
      () => this.#signOut(),
    );
  }

  #failed(thrown: unknown, again: () => void): void {
    if (this.#stopped) return;
    const fault = toFault(thrown);
    if (isSignedOut(fault)) return this.#signOut();
    this.#set(unread(this.state, fault));
    // What the server refused for a reason stays refused; all else passes.
    if (fault.kind === "unreachable" || fault.status === 429 || fault.status >= 500) {
      this.#later((fault.retryAfter ?? AGAIN) * 1000, again);
    }
  }

  #signOut(): void {
    if (this.#stopped || this.state.phase === "signed-out") return;
    this.#stopWatching?.();
    this.#stopWatching = null;
    clearTimeout(this.#timer);
    this.#set(signedOut(this.state));
    this.#host.emit("turnpike-signed-out", {});
  }

  #later(ms: number, task: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(task, ms);
  }

  #set(state: State): void {
    if (state === this.state) return;
    this.state = state;
    this.#host.changed();
  }
}
