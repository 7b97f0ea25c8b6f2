// Carries a person's wish from quote to outcome. What is true of money comes from the server's answers alone.

import { systemRuntime, type Runtime } from "../client/index.js";
import type { Activated, Change, Deactivated, Quote, Scope, StoreApi } from "./api.js";
import { isAboutQuote, isOutcomeUnknown, isSignedOut, isTooOften, toFault, type Fault } from "./fault.js";
import { eventOf, type EventName, type Outcome } from "./outcome.js";
import { advanced, closed, isUnsettled, opened, tidied, verdictOf, type State } from "./state.js";
import {
  begin, done, failed, inDoubt, isOpen, isReadyToSend, isRunning, quoted, reconsidered, requoting, rescope, reviewAgain, sending, underWay,
  unquoted, waiting, type Subject, type Task,
} from "./task.js";

/** What errands need of the controller. */
export interface Desk {
  state(): State;
  update(step: (state: State) => State): void;
  told(outcome: Outcome): void;
  emit(name: EventName, detail: Record<string, unknown>): void;
  refresh(): void;
  signedOut(): void;
}

const SECOND = 1000;
/** A quote is renewed so long before its time is over. */
const RENEWED_BEFORE = 60 * SECOND;
/** Bounds for that, because the clocks of browser and server may differ. */
const RENEWAL = { soonest: 45 * SECOND, latest: 14 * 60 * SECOND };
/** When it is first looked how far a wish is, and how often then. */
const LOOKS = { first: 1 * SECOND, next: 2.5 * SECOND };
/** Seconds until a quote that was asked for too often is asked for again where the server names none. */
const OFTEN = 30;
/** Pauses before a wish without an answer is sent again, under the same key; the last one is repeated. */
const PAUSES = [3, 6, 12, 30].map((seconds) => seconds * SECOND);

type Clock = Pick<Runtime, "now" | "after">;

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
  readonly #api: StoreApi;
  readonly #desk: Desk;
  readonly #runtime: Clock;
  readonly #end = new AbortController();
  readonly #timers = new Map<string, () => void>();
  #last = 0;
  /** Counts the quotes that were asked for: the answer to an older question comes too late. */
  #asked = 0;
  /** What the open dialog shows follows from this. */
  #basis: Basis | null = null;

  constructor(api: StoreApi, desk: Desk, runtime: Clock = systemRuntime) {
    this.#api = api;
    this.#desk = desk;
    this.#runtime = runtime;
  }

  /** Opens the dialog for a wish, and asks what it would cost. One that is being carried out is shown again, not sent again. */
  open(subject: Subject): void {
    const running = this.#desk.state().tasks.find((task) => isRunning(task) && isSame(task, subject));
    if (running) return this.#desk.update((state) => ({ ...state, shown: running.id }));
    this.#basis = this.#basisOf(subject);
    const task = begin((this.#last += 1), subject, this.#basis.isQuoted);
    this.#desk.update((state) => opened(state, task));
    if (task.phase === "quoting") void this.#askQuote(task.id);
  }

  /** The mandate was read again: the open dialog shows what follows from the present facts. */
  reconsider(): void {
    const task = this.#task(this.#desk.state().shown ?? 0);
    const before = this.#basis;
    if (!task || !before || !isOpen(task)) return;
    const basis = (this.#basis = this.#basisOf(task));
    const isOther = basis.consequence !== before.consequence;
    if (!isOther && basis.bill === before.bill) return;
    this.#cancel(`quote-${task.id}`);
    this.#asked += 1;
    this.#step(task.id, (present) => reconsidered(present, basis.isQuoted));
    if (isOther) this.#desk.told({ what: "reconsidered", task });
    if (basis.isQuoted) void this.#askQuote(task.id);
  }

  /** Closes the dialog. What was sent goes on. */
  close(): void {
    const { shown } = this.#desk.state();
    if (shown !== null) this.#cancel(`quote-${shown}`);
    this.#desk.update(closed);
  }

  /** Asks for the quote once more. */
  requote(id: number): void {
    this.#step(id, requoting);
    void this.#askQuote(id);
  }

  /** Chooses for whom an instance ends. */
  rescope(id: number, scope: Scope): void {
    const before = this.#task(id);
    if (!before) return;
    this.#cancel(`quote-${id}`);
    const basis = (this.#basis = this.#basisOf({ ...before, scope }));
    this.#step(id, (task) => rescope(task, scope, basis.isQuoted));
    if (this.#task(id)?.phase === "quoting") void this.#askQuote(id);
  }

  /** The person agreed: the wish is sent. */
  confirm(id: number): void {
    const task = this.#task(id);
    if (!task || !isReadyToSend(task)) return;
    this.#cancel(`quote-${id}`);
    this.#step(id, sending);
    this.sent.add(task.featureCode);
    void this.#send(id, 0);
    this.#after(`look-${id}`, LOOKS.first, () => void this.#look(id, this.#runtime.now()));
  }

  /** Sends a wish without an answer again, now. */
  again(id: number): void {
    this.#cancel(`send-${id}`);
    void this.#send(id, 0);
  }

  stop(): void {
    this.#end.abort();
    for (const cancel of this.#timers.values()) cancel();
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

  async #askQuote(id: number): Promise<void> {
    const asked = this.#task(id);
    if (!asked) return;
    const turn = (this.#asked += 1);
    const current = () => (turn === this.#asked ? this.#task(id) : undefined);
    const { mandateId, featureCode, instanceId } = asked;
    const isEnd = asked.kind === "deactivate";
    const wish = { mandateId, activate: isEnd ? [] : [featureCode], deactivate: isEnd && instanceId !== null ? [instanceId] : [] };
    try {
      const quote = await this.#api.quote(wish);
      const task = current();
      if (task && isOpen(task)) this.#showQuote(task, quote);
    } catch (thrown) {
      const fault = toFault(thrown);
      if (isSignedOut(fault)) return this.#desk.signedOut();
      const task = current();
      if (!task || !isOpen(task)) return;
      if (isTooOften(fault)) {
        this.#after(`quote-${id}`, (fault.retryAfter ?? OFTEN) * SECOND, () => void this.#askQuote(id));
        // What is shown is held until its time is over, and sending it asks for no quote.
        if (task.quote && task.phase === "review") return;
      }
      this.#step(id, (present) => unquoted(present, fault));
      if (task.phase !== "unquoted") this.#desk.told({ what: "quote-failed", task, fault });
    }
  }

  #showQuote(before: Task, quote: Quote): void {
    this.#step(before.id, (task) => quoted(task, quote));
    const task = this.#task(before.id);
    if (!task) return;
    if (task.previous) this.#desk.told({ what: "quote-changed", task });
    else if (before.quote && before.quote.id !== quote.id) this.#desk.told({ what: "quote-renewed", task });
    if (quote.expiresAt === null) return;
    const left = Date.parse(quote.expiresAt) - this.#runtime.now() - RENEWED_BEFORE;
    const delay = Math.min(Math.max(left, RENEWAL.soonest), RENEWAL.latest);
    this.#after(`quote-${task.id}`, delay, () => void this.#askQuote(task.id));
  }

  async #send(id: number, attempt: number): Promise<void> {
    const task = this.#task(id);
    if (!task || !isRunning(task)) return;
    try {
      const answer = await this.#post(task);
      if ("billing" in answer) return this.#finish(id, (present) => done(present, this.#runtime.now(), answer));
      if (answer.activated || answer.change === null) {
        return this.#finish(id, (present) => done({ ...present, instanceId: answer.instanceId }, this.#runtime.now()));
      }
      this.#step(id, (present) => waiting(present, answer.change, this.#runtime.now()));
      this.#desk.told({ what: "waiting", task });
      await this.#follow(id, answer.change);
    } catch (thrown) {
      this.#refused(id, toFault(thrown), attempt);
    }
  }

  #post(task: Task): Promise<Activated | Deactivated> {
    const { mandateId, featureCode, scope } = task;
    const instanceId = task.instanceId ?? "";
    const quote = task.quote ? { quoteId: task.quote.id } : {};
    if (task.kind === "activate") return this.#api.activate({ mandateId, featureCode, ...quote });
    if (task.kind === "restore") return this.#api.restore({ mandateId, instanceId });
    return this.#api.deactivate({ mandateId, featureCode, instanceId, scope, ...quote });
  }

  #refused(id: number, fault: Fault, attempt: number): void {
    if (this.#end.signal.aborted) return;
    const task = this.#task(id);
    if (!task) return;
    if (isSignedOut(fault)) return this.#desk.signedOut();
    if (isAboutQuote(fault) && task.quote) return this.#reviewAgain(task, fault.quote);
    if (!isOutcomeUnknown(fault)) return this.#finish(id, (present) => failed(present, fault));
    this.#step(id, inDoubt);
    if (!task.unknown) this.#desk.told({ what: "in-doubt", task });
    const pause = PAUSES[Math.min(attempt, PAUSES.length - 1)] ?? SECOND;
    this.#after(`send-${id}`, Math.max(pause, (fault.retryAfter ?? 0) * SECOND), () => void this.#send(id, attempt + 1));
  }

  /** The quote is not held: what would be quoted now is shown beside it, and nothing has happened. */
  #reviewAgain(task: Task, fresh: Quote | null): void {
    this.#cancel(`look-${task.id}`);
    this.#step(task.id, (present) => reviewAgain(present, null));
    if (this.#desk.state().shown !== task.id) {
      // Its dialog is closed: the person is told, and the store is as it was.
      this.#desk.told({ what: "change-failed", featureCode: task.featureCode });
      this.#desk.update((state) => ({ ...state, tasks: state.tasks.filter((other) => other.id !== task.id) }));
    } else if (fresh) this.#showQuote(task, fresh);
    else void this.#askQuote(task.id);
  }

  /** Looks at the changes under way, to tell how far the wish is while its answer is awaited. */
  async #look(id: number, since: number): Promise<void> {
    const task = this.#task(id);
    if (!task || !isRunning(task) || task.kind === "deactivate") return;
    const changes = await this.#api.changes(task.mandateId).catch((): readonly Change[] => []);
    const own = changes.find((change) => isUnsettled(change) && isOf(task, change, since));
    if (own) this.#step(id, (present) => underWay(present, own.id, this.#runtime.now()));
    this.#after(`look-${id}`, LOOKS.next, () => void this.#look(id, since));
  }

  async #follow(id: number, changeId: string): Promise<void> {
    const change = await this.#api.settled(changeId, this.#end.signal);
    if (change.state === "done") {
      return this.#finish(id, (task) => done({ ...task, instanceId: change.instanceId }, this.#runtime.now()));
    }
    const first = change.reasons[0];
    const fault: Fault = {
      kind: "problem", status: 402, code: first?.code ?? "withdrawn", reasons: change.reasons, traceId: null, retryAfter: null, quote: null,
    };
    this.#finish(id, (task) => failed(task, fault));
  }

  #finish(id: number, step: (task: Task) => Task): void {
    const before = this.#task(id);
    if (!before || !isRunning(before)) return;
    for (const name of ["look", "send", "quote"]) this.#cancel(`${name}-${id}`);
    this.#step(id, step);
    const task = this.#task(id);
    if (!task) return;
    this.#desk.told(task.fault ? { what: "failed", task, fault: task.fault } : { what: "done", task });
    const { name, detail } = eventOf(task);
    this.#desk.emit(name, detail);
    this.#desk.update(tidied);
    this.#desk.refresh();
  }

  #task(id: number): Task | undefined {
    return this.#desk.state().tasks.find((task) => task.id === id);
  }

  #step(id: number, step: (task: Task) => Task): void {
    this.#desk.update((state) => advanced(state, id, step));
  }

  #after(name: string, ms: number, task: () => void): void {
    this.#cancel(name);
    this.#timers.set(name, this.#runtime.after(ms, task));
  }

  #cancel(name: string): void {
    this.#timers.get(name)?.();
    this.#timers.delete(name);
  }
}

function isSame(task: Task, { kind, mandateId, featureCode, instanceId }: Subject): boolean {
  return task.kind === kind && task.mandateId === mandateId && task.featureCode === featureCode && task.instanceId === instanceId;
}

/** Whether the change may be what the task asked for: made since, of the same kind and feature. */
function isOf(task: Task, change: Change, since: number): boolean {
  const isNew = change.createdAt === null || Date.parse(change.createdAt) > since - 60 * SECOND;
  return isNew && change.featureCode === task.featureCode && change.kind === task.kind;
}
