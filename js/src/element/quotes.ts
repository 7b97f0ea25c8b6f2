// Quotes for the open dialog: asked for, renewed before their time is over, and replaced by what the server would quote now.

import type { Quote } from "./api.js";
import { SECOND, type Agenda } from "./agenda.js";
import { isSignedOut, isTooOften, toFault } from "./fault.js";
import { isOpen, quoted, reviewAgain, unquoted, type Task } from "./task.js";

/** A quote is renewed so long before its time is over. */
const RENEWED_BEFORE = 60 * SECOND;
/** Bounds for that, because the clocks of browser and server may differ. */
const RENEWAL = { soonest: 45 * SECOND, latest: 14 * 60 * SECOND };
/** Seconds until a quote that was asked for too often is asked for again where the server names none. */
const OFTEN = 30;

export class Quotes {
  readonly #agenda: Agenda;
  /** Counts the quotes that were asked for: the answer to an older question comes too late. */
  #asked = 0;

  constructor(agenda: Agenda) {
    this.#agenda = agenda;
  }

  /** What is asked for already is not shown any more. */
  drop(id: number): void {
    this.#agenda.cancel(id, "quote");
    this.#asked += 1;
  }

  /** Asks what the wish would cost. A restore costs what a new instance does. */
  async ask(id: number): Promise<void> {
    const { api, desk } = this.#agenda;
    const asked = this.#agenda.task(id);
    if (!asked) return;
    const turn = (this.#asked += 1);
    const current = () => {
      const task = this.#agenda.task(id);
      return turn === this.#asked && task && isOpen(task) ? task : null;
    };
    const { mandateId, featureCode, instanceId } = asked;
    const isEnd = asked.kind === "deactivate";
    const wish = { mandateId, activate: isEnd ? [] : [featureCode], deactivate: isEnd && instanceId !== null ? [instanceId] : [] };
    try {
      const quote = await api.quote(wish);
      const task = current();
      if (task) this.#show(task, quote);
    } catch (thrown) {
      const fault = toFault(thrown);
      const task = current();
      if (!task) return;
      if (isSignedOut(fault)) return desk.signedOut();
      if (isTooOften(fault)) {
        this.#agenda.plan("quote", id, (fault.retryAfter ?? OFTEN) * SECOND, () => void this.ask(id));
        // What is shown is held until its time is over, and sending it asks for no quote.
        if (task.quote && task.phase === "review") return;
      }
      this.#agenda.step(id, (present) => unquoted(present, fault));
      if (task.phase !== "unquoted") desk.told({ what: "quote-failed", task, fault });
    }
  }

  /** The quote that was agreed to is not held: what would be quoted now is shown beside it, and nothing has happened. */
  reviewAgain(task: Task, fresh: Quote | null): void {
    const { desk } = this.#agenda;
    this.#agenda.cancel(task.id, "look");
    this.#agenda.step(task.id, reviewAgain);
    if (desk.state().shown !== task.id) {
      // Its dialog is closed: the person is told, and the store is as it was.
      desk.told({ what: "change-failed", featureCode: task.featureCode });
      desk.update((state) => ({ ...state, tasks: state.tasks.filter((other) => other.id !== task.id) }));
    } else if (fresh) this.#show(task, fresh);
    else void this.ask(task.id);
  }

  #show(before: Task, quote: Quote): void {
    this.#agenda.step(before.id, (task) => quoted(task, quote));
    const task = this.#agenda.task(before.id);
    if (!task) return;
    if (task.previous) this.#agenda.desk.told({ what: "quote-changed", task });
    else if (before.quote && before.quote.id !== quote.id) this.#agenda.desk.told({ what: "quote-renewed", task });
    if (quote.expiresAt === null) return;
    const left = Date.parse(quote.expiresAt) - this.#agenda.now() - RENEWED_BEFORE;
    const delay = Math.min(Math.max(left, RENEWAL.soonest), RENEWAL.latest);
    this.#agenda.plan("quote", task.id, delay, () => void this.ask(task.id));
  }
}
