// One wish from its dialog to its outcome: pure transitions. What is done comes from the server's answer alone.

import type { Quote, Scope } from "./api.js";
import type { Fault } from "./fault.js";

export type TaskKind = "activate" | "deactivate" | "restore";
export type Step = "checked" | "billed" | "created";

/** The order in which an activation goes through. */
export const STEPS: readonly Step[] = ["checked", "billed", "created"];

/** The longest time that a quote holds, and then some for a request on its way; in milliseconds. */
const HELD = 16 * 60_000;
const LONGEST_WAY = 60_000;

/** What a task is about. */
export interface Subject {
  readonly kind: TaskKind;
  readonly mandateId: string;
  readonly featureCode: string;
  readonly instanceId: string | null;
  readonly scope: Scope;
  /** The request of a member that an activation approves, and who gets access by it, in words. */
  readonly request?: { readonly id: string; readonly text: string };
}

export interface Task extends Subject {
  readonly id: number;
  /** `quoting` → `review` ⇄ `unquoted` → `sending` → `waiting` → `done` or `failed`. */
  readonly phase: "quoting" | "review" | "unquoted" | "sending" | "waiting" | "done" | "failed";
  readonly quote: Quote | null;
  /** The quote that was shown before, when another took its place. */
  readonly previous: Quote | null;
  /** The idempotency key that all its sendings have; empty before the first. */
  readonly key: string;
  readonly step: Step;
  /** When a step was seen to be over, in milliseconds. */
  readonly times: Readonly<Partial<Record<Step, number>>>;
  /** Once there was no answer: whether it took effect is not known until the server's record tells. */
  readonly unknown: boolean;
  /** When a sending was last without an answer, in milliseconds. */
  readonly unansweredAt: number;
  /** Billing takes longer than usual. */
  readonly slow: boolean;
  readonly fault: Fault | null;
  /** The instance that billing is waited for with; null until the server names it. */
  readonly reserved: string | null;
  /** For an end: whether the instance ended with it, and whether billing knows already. */
  readonly ended: { readonly instanceDeleted: boolean; readonly billing: "done" | "pending" } | null;
}

/** A new task; `quoted` says whether a quote is asked for first. */
export function begin(id: number, subject: Subject, quoted: boolean): Task {
  return {
    ...subject,
    id,
    phase: quoted ? "quoting" : "review",
    quote: null,
    previous: null,
    key: "",
    step: "checked",
    times: {},
    unknown: false,
    unansweredAt: 0,
    slow: false,
    fault: null,
    reserved: null,
    ended: null,
  };
}

/** For whom it ends is chosen anew: another wish, hence another quote. */
export function rescope(task: Task, scope: Scope, quoted: boolean): Task {
  if (!isOpen(task) || task.scope === scope) return task;
  return begin(task.id, subjectOf(task, scope), quoted);
}

/** The facts are other ones: whether a quote belongs to it by now. One that is shown stays until another takes its place. */
export function reconsidered(task: Task, quoted: boolean): Task {
  if (!isOpen(task)) return task;
  if (!quoted) return begin(task.id, subjectOf(task, task.scope), false);
  return task.quote ? task : { ...task, phase: "quoting", fault: null };
}

function subjectOf({ kind, mandateId, featureCode, instanceId, request }: Task, scope: Scope): Subject {
  return { kind, mandateId, featureCode, instanceId, scope, ...(request ? { request } : {}) };
}

/** A quote came: the first, a renewal in place, or one that took the place of what was agreed to. */
export function quoted(task: Task, quote: Quote): Task {
  if (!isOpen(task)) return task;
  // What was shown stays the yardstick until the person has seen the difference.
  const shown = task.previous ?? task.quote;
  const previous = shown && differences(shown, quote).length > 0 ? shown : null;
  return { ...task, phase: "review", quote, previous, fault: null };
}

/** The quote could not be had. One that is shown stays until its time is over. */
export function unquoted(task: Task, fault: Fault): Task {
  return isOpen(task) ? { ...task, phase: "unquoted", fault } : task;
}

/** The quote is asked for once more. */
export function requoting(task: Task): Task {
  return isOpen(task) ? { ...task, phase: "quoting", fault: null } : task;
}

/** The person agreed. What could not be quoted anew is held to no quote: the one before may be over. */
export function sending(task: Task, key: string): Task {
  if (!isReadyToSend(task)) return task;
  return { ...task, phase: "sending", key, quote: task.phase === "review" ? task.quote : null, previous: null, fault: null };
}

/** The server holds it to another quote than was agreed to: nothing happened, and it is looked at again. */
export function reviewAgain(task: Task): Task {
  return isRunning(task) && !task.unknown ? { ...task, phase: "quoting", step: "checked", times: {} } : task;
}

/** The server has it on record: its rules allowed it, and billing is at work. */
export function underWay(task: Task, now: number): Task {
  if (!isRunning(task)) return task;
  const times = { ...task.times, checked: task.times.checked ?? now };
  return { ...task, step: "billed", times, unknown: false };
}

/** The answer came before billing's: from now on the change is looked at. */
export function waiting(task: Task, now: number, reserved: string | null = null): Task {
  return isRunning(task) ? { ...underWay(task, now), phase: "waiting", slow: true, reserved } : task;
}

/** No answer came, at last then. */
export function inDoubt(task: Task, unansweredAt: number): Task {
  return isRunning(task) ? { ...task, phase: "waiting", unknown: true, unansweredAt } : task;
}

/** Whether what was sent without an answer cannot come true any more: its quote is over, and no request is on its way for so long. */
export function isTooLate(task: Task, now: number): boolean {
  return now - task.unansweredAt > (task.quote ? HELD : LONGEST_WAY);
}

/** The server said that it is done. */
export function done(task: Task, now: number, ended: Task["ended"] = null): Task {
  if (!isRunning(task)) return task;
  const { checked = now, billed = now } = task.times;
  return { ...task, phase: "done", step: "created", times: { checked, billed, created: now }, unknown: false, ended };
}

/** The server said no, or that it came to nothing. */
export function failed(task: Task, fault: Fault): Task {
  return isRunning(task) ? { ...task, phase: "failed", fault, unknown: false } : task;
}

/** Whether nothing was sent yet. */
export function isOpen(task: Task): boolean {
  return task.phase === "quoting" || task.phase === "review" || task.phase === "unquoted";
}

/** Whether the person can agree to it now. An end is never refused for billing: it can do without a quote. */
export function isReadyToSend(task: Task): boolean {
  return task.phase === "review" || (task.phase === "unquoted" && task.kind === "deactivate");
}

/** Whether it was sent and is not over. */
export function isRunning(task: Task): boolean {
  return task.phase === "sending" || task.phase === "waiting";
}

/** One amount that changed between two quotes. */
export interface Difference {
  readonly what: "now" | "next" | "period";
  readonly was: number | null;
  readonly is: number | null;
}

/** What a person who agreed to the first would want to know of the second. */
export function differences(was: Quote, is: Quote): Difference[] {
  const rows: Difference[] = [
    { what: "now", was: was.dueNow, is: is.dueNow },
    { what: "next", was: was.nextInvoice?.total ?? null, is: is.nextInvoice?.total ?? null },
    { what: "period", was: was.perPeriod.after, is: is.perPeriod.after },
  ];
  return rows.filter((row) => row.was !== row.is || was.currency !== is.currency);
}
