// Carries a person's wish from its dialog to its outcome. What is true of money comes from the server's answers alone.

import { systemRuntime } from "../client/index.js";
import { Agenda, type Clock, type Desk } from "./agenda.js";
import type { Scope, StoreApi } from "./api.js";
import { Progress } from "./progress.js";
import { Quotes } from "./quotes.js";
import { Sending } from "./sending.js";
import { closed, opened, verdictOf } from "./state.js";
import { begin, isOpen, isReadyToSend, isRunning, reconsidered, requoting, rescope, sending, type Subject, type Task } from "./task.js";

/** What a dialog shows follows from this: while it is the same, nothing has to be asked anew. */
interface Basis {
  /** Whether a quote belongs to the wish. */
  readonly isQuoted: boolean;
  /** Whether it is allowed, and what ends with it. */
  readonly consequence: string;
  /** What quotes are made of. */
  readonly bill: string;
}

export class Errands {
  /** The features that something was sent about. */
  readonly sent = new Set<string>();
  readonly #agenda: Agenda;
  readonly #desk: Desk;
  readonly #progress: Progress;
  readonly #quotes: Quotes;
  readonly #sending: Sending;
  #last = 0;
  /** What the open dialog shows follows from this. */
  #basis: Basis | null = null;

  constructor(api: StoreApi, desk: Desk, runtime: Clock = systemRuntime) {
    this.#desk = desk;
    this.#agenda = new Agenda(api, desk, runtime);
    this.#progress = new Progress(this.#agenda);
    this.#quotes = new Quotes(this.#agenda);
    this.#sending = new Sending(this.#agenda, this.#progress, this.#quotes);
  }

  /** Opens the dialog for a wish, and asks what it would cost. One that is being carried out is shown again, not sent again. */
  open(subject: Subject): void {
    const running = this.#desk.state().tasks.find((task) => isRunning(task) && isSame(task, subject));
    if (running) return this.#desk.update((state) => ({ ...state, shown: running.id }));
    this.#basis = this.#basisOf(subject);
    const task = begin((this.#last += 1), subject, this.#basis.isQuoted);
    this.#desk.update((state) => opened(state, task));
    if (task.phase === "quoting") void this.#quotes.ask(task.id);
  }

  /** The mandate was read again: the open dialog shows what follows from the present facts. */
  reconsider(): void {
    const task = this.#agenda.task(this.#desk.state().shown ?? 0);
    const before = this.#basis;
    if (!task || !before || !isOpen(task)) return;
    const basis = (this.#basis = this.#basisOf(task));
    const isOther = basis.consequence !== before.consequence;
    if (!isOther && basis.bill === before.bill) return;
    this.#quotes.drop(task.id);
    this.#agenda.step(task.id, (present) => reconsidered(present, basis.isQuoted));
    if (isOther) this.#desk.told({ what: "reconsidered", task });
    if (basis.isQuoted) void this.#quotes.ask(task.id);
  }

  /** Closes the dialog. What was sent goes on. */
  close(): void {
    this.#agenda.cancel(this.#desk.state().shown ?? 0, "quote");
    this.#desk.update(closed);
  }

  /** Asks for the quote once more. */
  requote(id: number): void {
    this.#agenda.step(id, requoting);
    void this.#quotes.ask(id);
  }

  /** Chooses for whom an instance ends. */
  rescope(id: number, scope: Scope): void {
    const before = this.#agenda.task(id);
    if (!before) return;
    this.#quotes.drop(id);
    const basis = (this.#basis = this.#basisOf({ ...before, scope }));
    this.#agenda.step(id, (task) => rescope(task, scope, basis.isQuoted));
    if (this.#agenda.task(id)?.phase === "quoting") void this.#quotes.ask(id);
  }

  /** The person agreed: the wish is sent. */
  confirm(id: number): void {
    const task = this.#agenda.task(id);
    if (!task || !isReadyToSend(task)) return;
    this.#agenda.cancel(id, "quote");
    const key = this.#agenda.runtime.uuid();
    this.#agenda.step(id, (present) => sending(present, key));
    this.sent.add(task.featureCode);
    void this.#sending.send(id, 0);
    this.#progress.watch(id);
  }

  /** Sends a wish without an answer again, now. */
  again(id: number): void {
    this.#agenda.cancel(id, "send");
    void this.#sending.send(id, 0);
  }

  stop(): void {
    this.#agenda.stop();
  }

  /** What a wish leads to by what was read last. */
  #basisOf(subject: Subject): Basis {
    const { data } = this.#desk.state();
    const verdict = data && verdictOf(data, subject);
    const own = data?.features.flatMap(({ instances }) => instances).find(({ instanceId }) => instanceId === subject.instanceId);
    // Who may end an instance for all may ask what that changes; giving up one's own access alone changes no bill.
    const isCostly = subject.kind !== "deactivate" || (data?.decisions.isAdmin === true && verdict?.endsInstance === true && own?.state !== "reserved");
    return {
      isQuoted: isCostly && verdict?.allowed === true,
      consequence: JSON.stringify([verdict?.allowed, verdict?.endsInstance, own?.state === "reserved"]),
      bill: JSON.stringify({ ...data?.subscription, billingCheckedAt: null }),
    };
  }
}

function isSame(task: Task, { kind, mandateId, featureCode, instanceId }: Subject): boolean {
  return task.kind === kind && task.mandateId === mandateId && task.featureCode === featureCode && task.instanceId === instanceId;
}
