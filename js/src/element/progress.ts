// How far a wish is by the server's record of changes, and what became of it.

import { SECOND, type Agenda } from "./agenda.js";
import type { Change } from "./api.js";
import { isSignedOut, toFault, type Fault } from "./fault.js";
import { eventOf } from "./outcome.js";
import { isUnsettled, tidied } from "./state.js";
import { done, failed, isRunning, underWay, waiting, type Task } from "./task.js";

/** When it is first looked how far a wish is, and how often then. */
const LOOKS = { first: 1 * SECOND, next: 2.5 * SECOND };
/** Milliseconds until a change is followed again whose state could not be had. */
const AGAIN = 30 * SECOND;

export class Progress {
  readonly #agenda: Agenda;

  constructor(agenda: Agenda) {
    this.#agenda = agenda;
  }

  /** Looks from time to time while the answer is awaited. */
  watch(id: number, pause = LOOKS.first): void {
    this.#agenda.plan("look", id, pause, () => {
      const task = this.#agenda.task(id);
      // A change that is known by name is followed instead.
      if (task?.phase === "sending" || task?.unknown) void this.look(task).then(() => this.watch(id, LOOKS.next));
    });
  }

  /**
   * Whether the wish is among the changes; null where that could not be read. A quote serves one wish of one person: what is
   * held to the same quote is this wish, and what a colleague does never is.
   */
  async look({ id, mandateId, quote }: Task): Promise<boolean | null> {
    if (!quote) return false;
    const changes = await this.#agenda.api.changes(mandateId).catch(() => null);
    const task = this.#agenda.task(id);
    if (!changes || !task || !isRunning(task)) return null;
    const own = changes.find(({ quoteId }) => quoteId === quote.id);
    if (own) this.#found(task, own);
    return own !== undefined;
  }

  /** Waits until the change is settled. It is on record: that its state cannot be read says nothing about it. */
  async follow(id: number, changeId: string): Promise<void> {
    const { api, desk, signal } = this.#agenda;
    try {
      this.#settle(id, await api.settled(changeId, signal));
    } catch (thrown) {
      if (!this.#agenda.task(id)) return;
      if (isSignedOut(toFault(thrown))) return desk.signedOut();
      this.#agenda.plan("send", id, AGAIN, () => void this.follow(id, changeId));
    }
  }

  /** There is an outcome: it is told once, to the person and to the embedding page. */
  finish(id: number, step: (task: Task) => Task): void {
    const { desk } = this.#agenda;
    const before = this.#agenda.task(id);
    if (!before || !isRunning(before)) return;
    this.#agenda.cancel(id, "look", "send", "quote");
    this.#agenda.step(id, step);
    const task = this.#agenda.task(id);
    if (!task) return;
    desk.told(task.fault ? { what: "failed", task, fault: task.fault } : { what: "done", task });
    const { name, detail } = eventOf(task);
    desk.emit(name, detail);
    desk.update((state) => tidied(state, task));
    desk.refresh();
  }

  #found(task: Task, change: Change): void {
    const { id, kind, unknown } = task;
    const now = this.#agenda.now();
    if (kind === "deactivate") {
      const ended = { instanceDeleted: change.kind === "end", billing: isUnsettled(change) ? "pending" : "done" } as const;
      this.finish(id, (present) => done(present, now, ended));
    } else if (!isUnsettled(change)) this.#settle(id, change);
    else if (!unknown) this.#agenda.step(id, (present) => underWay(present, now));
    else {
      this.#agenda.cancel(id, "send");
      this.waits(id, change.id, change.instanceId);
    }
  }

  /** Billing has not answered yet: from now on the change is followed. */
  waits(id: number, changeId: string, instanceId: string): void {
    // What was seen among the changes already may be answered as well.
    if (this.#agenda.task(id)?.slow !== false) return;
    this.#agenda.step(id, (present) => waiting(present, this.#agenda.now(), instanceId));
    const task = this.#agenda.task(id);
    if (task) this.#agenda.desk.told({ what: "waiting", task });
    void this.follow(id, changeId);
  }

  #settle(id: number, { state, instanceId, reasons }: Change): void {
    if (state === "done") return this.finish(id, (task) => done({ ...task, instanceId }, this.#agenda.now()));
    const code = reasons[0]?.code ?? "withdrawn";
    const fault: Fault = { kind: "problem", status: 402, code, reasons, traceId: null, retryAfter: null, quote: null, isOpen: false };
    this.finish(id, (task) => failed(task, fault));
  }
}
