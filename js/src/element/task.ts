// One wish from its dialog to its outcome: pure transitions. What is done comes from the server's answer alone.

import type { Quote, Scope } from "./api.js";
import type { Fault } from "./fault.js";

export type TaskKind = "activate" | "deactivate" | "restore";
export type Step = "checked" | "billed" | "created";

/** The order in which an activation goes through. */
export const STEPS: readonly Step[] = ["checked", "billed", "created"];

/** What a task is about. */
export interface Subject {
  readonly kind: TaskKind;
  readonly mandateId: string;
  readonly featureCode: string;
  readonly instanceId: string | null;
  readonly scope: Scope;
}

export interface Task extends Subject {
  readonly id: number;
  /** `quoting` → `review` ⇄ `unquoted` → `sending` → `waiting` → `done` or `failed`. */
  readonly phase: "quoting" | "review" | "unquoted" | "sending" | "waiting" | "done" | "failed";
  readonly quote: Quote | null;
  /** The quote that was shown before, when another took its place. */
  readonly previous: Quote | null;
  /** The change at the server, once known. */
  readonly change: string | null;
  readonly step: Step;
  /** When a step was seen to be over, in milliseconds. */
  readonly times: Readonly<Partial<Record<Step, number>>>;
  /** No answer came, so whether it took effect is not known yet. */
  readonly unknown: boolean;
  /** Billing takes longer than usual. */
  readonly slow: boolean;
  readonly fault: Fault | null;
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
    change: null,
    step: "checked",
    times: {},
    unknown: false,
    slow: false,
    fault: null,
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

function subjectOf({ kind, mandateId, featureCode, instanceId }: Task, scope: Scope): Subject {
  return { kind, mandateId, featureCode, instanceId, scope };
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

/** The person agreed. */
export function sending(task: Task): Task {
  return isReadyToSend(task) ? { ...task, phase: "sending", previous: null, fault: null } : task;
}

/** The server holds it to another quote than was agreed to: nothing happened, and it is looked at again. */
export function reviewAgain(task: Task, fresh: Quote | null): Task {
  const back: Task = { ...task, phase: "quoting", step: "checked", times: {}, change: null, unknown: false, slow: false };
  return fresh ? quoted(back, fresh) : back;
}

/** The server has it on record: its rules allowed it, and billing is at work. */
export function underWay(task: Task, change: string | null, now: number): Task {
  if (!isRunning(task)) return task;
  const times = { ...task.times, checked: task.times.checked ?? now };
  return { ...task, change: change ?? task.change, step: "billed", times, unknown: false };
}

/** The answer came before billing's: from now on the change is looked at. */
export function waiting(task: Task, change: string | null, now: number): Task {
  return isRunning(task) ? { ...underWay(task, change, now), phase: "waiting", slow: true } : task;
}

/** No answer came. */
export function inDoubt(task: Task): Task {
  return isRunning(task) ? { ...task, phase: "waiting", unknown: true } : task;
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
