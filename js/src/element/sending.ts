// Sends a wish, under one key until its outcome is known. Whoever has no answer knows nothing, whatever is answered later.

import { isOnRecord } from "../client/doubt.js";
import { SECOND, type Agenda } from "./agenda.js";
import type { Activated, Deactivated } from "./api.js";
import { isAboutQuote, isSignedOut, toFault, type Fault } from "./fault.js";
import type { Progress } from "./progress.js";
import type { Quotes } from "./quotes.js";
import { done, failed, inDoubt, isRunning, isTooLate, type Task } from "./task.js";

/** Pauses before a wish without an answer is sent again; the last one is repeated. */
const PAUSES = [3, 6, 12, 30].map((seconds) => seconds * SECOND);

export class Sending {
  readonly #agenda: Agenda;
  readonly #progress: Progress;
  readonly #quotes: Quotes;

  constructor(agenda: Agenda, progress: Progress, quotes: Quotes) {
    this.#agenda = agenda;
    this.#progress = progress;
    this.#quotes = quotes;
  }

  /** Sends the wish; `attempt` counts from 0. */
  async send(id: number, attempt: number): Promise<void> {
    const task = this.#agenda.task(id);
    if (!task || !isRunning(task)) return;
    try {
      const answer = await this.#post(task);
      if ("billing" in answer) this.#progress.finish(id, (present) => done(present, this.#agenda.now(), answer));
      else if (answer.activated || answer.change === null) {
        this.#progress.finish(id, (present) => done({ ...present, instanceId: answer.instanceId }, this.#agenda.now()));
      } else this.#progress.waits(id, answer.change, answer.instanceId);
    } catch (thrown) {
      await this.#refused(id, toFault(thrown), attempt);
    }
  }

  #post({ kind, mandateId, featureCode, instanceId, scope, request, quote, key }: Task): Promise<Activated | Deactivated> {
    const { api } = this.#agenda;
    const held = quote ? { quoteId: quote.id } : {};
    if (kind === "activate") return api.activate({ mandateId, featureCode, ...held, ...(request ? { requestId: request.id } : {}) }, key);
    const instance = { mandateId, instanceId: instanceId ?? "", ...held };
    return kind === "restore" ? api.restore(instance, key) : api.deactivate({ ...instance, featureCode, scope }, key);
  }

  async #refused(id: number, fault: Fault, attempt: number): Promise<void> {
    const { desk, runtime } = this.#agenda;
    const task = this.#agenda.task(id);
    if (!task || !isRunning(task)) return;
    if (isSignedOut(fault)) return desk.signedOut();
    const fail = () => this.#progress.finish(id, (present) => failed(present, fault));
    if (!fault.isOpen && (!task.unknown || isOnRecord(fault))) {
      return isAboutQuote(fault) && task.quote ? this.#quotes.reviewAgain(task, fault.quote) : fail();
    }
    const now = runtime.now();
    this.#agenda.step(id, (present) => inDoubt(present, fault.isOpen ? now : present.unansweredAt));
    if (!task.unknown) desk.told({ what: "in-doubt", task });
    const isKnown = await this.#progress.look(task);
    const present = this.#agenda.task(id);
    if (!present?.unknown) return;
    // Refused, not on record, and nothing that was sent before can come true any more.
    if (!fault.isOpen && isKnown === false && isTooLate(present, now)) return fail();
    const pause = PAUSES[Math.min(attempt, PAUSES.length - 1)] ?? SECOND;
    this.#agenda.plan("send", id, Math.max(pause, (fault.retryAfter ?? 0) * SECOND), () => void this.send(id, attempt + 1));
  }
}
