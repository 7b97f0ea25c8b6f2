// The tasks of the page as errands see them, and what is planned for each. Once it is stopped nothing happens any more.

import type { Runtime } from "../client/index.js";
import type { StoreApi } from "./api.js";
import type { EventName, Outcome } from "./outcome.js";
import { advanced, type State } from "./state.js";
import type { Task } from "./task.js";

/** What errands need of the controller. */
export interface Desk {
  state(): State;
  update(step: (state: State) => State): void;
  told(outcome: Outcome): void;
  emit(name: EventName, detail: Record<string, unknown>): void;
  refresh(): void;
  signedOut(): void;
}

export type Clock = Pick<Runtime, "now" | "after" | "uuid">;

export const SECOND = 1000;

/** What can be planned for a task. */
type Plan = "quote" | "send" | "look";

export class Agenda {
  readonly #end = new AbortController();
  readonly #timers = new Map<string, () => void>();

  constructor(
    readonly api: StoreApi,
    readonly desk: Desk,
    readonly runtime: Clock,
  ) {}

  /** Aborted when nobody waits for anything any more. */
  get signal(): AbortSignal {
    return this.#end.signal;
  }

  /** Now, by the server's clock as far as it is known. */
  now(): number {
    return this.runtime.now() + (this.desk.state().data?.decisions.ahead ?? 0);
  }

  /** The task, while there is one and anybody waits for it. */
  task(id: number): Task | undefined {
    return this.signal.aborted ? undefined : this.desk.state().tasks.find((task) => task.id === id);
  }

  step(id: number, step: (task: Task) => Task): void {
    if (this.task(id)) this.desk.update((state) => advanced(state, id, step));
  }

  plan(what: Plan, id: number, ms: number, act: () => void): void {
    this.cancel(id, what);
    if (this.task(id)) this.#timers.set(`${what} ${id}`, this.runtime.after(ms, act));
  }

  cancel(id: number, ...plans: Plan[]): void {
    for (const what of plans) this.#timers.get(`${what} ${id}`)?.();
  }

  stop(): void {
    this.#end.abort();
    for (const cancel of this.#timers.values()) cancel();
  }
}
