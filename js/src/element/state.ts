// Everything the page shows, as one value, and its pure transitions.

import type { Change, Decisions, EndVerdict, Feature, Instance, Mandate, Subscription, Verdict } from "./api.js";
import { isSignedOut, isTooOften, type Fault } from "./fault.js";
import { isOpen, isRunning, type Subject, type Task } from "./task.js";

/** What was read of one mandate at one time. */
export interface Snapshot {
  readonly mandateId: string;
  readonly subscription: Subscription;
  readonly features: readonly Feature[];
  /** Admins only. */
  readonly instances: readonly Instance[] | null;
  readonly changes: readonly Change[];
  readonly decisions: Decisions;
  /** When it was read, in milliseconds. */
  readonly takenAt: number;
}

export interface State {
  readonly phase: "loading" | "ready" | "error" | "signed-out";
  readonly offline: boolean;
  /** What is shown may not be true any more. */
  readonly stale: boolean;
  readonly mandates: readonly Mandate[];
  readonly mandateId: string | null;
  /** A mandate that was asked for and cannot be had: another one is shown instead. */
  readonly missing: string | null;
  readonly data: Snapshot | null;
  /** Why nothing can be shown, or why what is shown could not be read again. */
  readonly fault: Fault | null;
  readonly tasks: readonly Task[];
  /** The task whose dialog is open. */
  readonly shown: number | null;
}

export const START: State = {
  phase: "loading",
  offline: false,
  stale: false,
  mandates: [],
  mandateId: null,
  missing: null,
  data: null,
  fault: null,
  tasks: [],
  shown: null,
};

/** Another mandate is looked at. What was read of the one before is not shown for a moment longer; what was sent goes on. */
export function chosen(state: State, mandateId: string): State {
  if (state.mandateId === mandateId) return state;
  return { ...state, phase: "loading", mandateId, missing: null, data: null, fault: null, stale: false, tasks: state.tasks.filter(isRunning), shown: null };
}

/** The mandates to choose from: those administered first, then those in which the caller uses something. */
export function administered(state: State, mandates: readonly Mandate[], features: readonly Feature[]): State {
  const known = new Map(mandates.map((mandate) => [mandate.id, mandate]));
  for (const { mandateId, mandateName } of features.flatMap((feature) => feature.instances)) {
    if (!known.has(mandateId)) known.set(mandateId, { id: mandateId, label: mandateName });
  }
  return { ...state, mandates: [...known.values()] };
}

/**
 * What was read; an answer about another mandate than is looked at comes too late and is dropped. The connection may have been
 * lost since it was sent: the browser says so once.
 */
export function loaded(state: State, data: Snapshot, online = globalThis.navigator?.onLine): State {
  if (state.mandateId !== data.mandateId) return state;
  return { ...state, phase: "ready", offline: online === false, stale: false, data, fault: null };
}

/** The mandate to show instead of one that there is not, or not for this person; null where what is shown was read before. */
export function insteadOf({ data, mandateId, mandates, missing }: State, fault: Fault): string | null {
  if (data || missing !== null || fault.status !== 404) return null;
  return mandates.find(({ id }) => id !== mandateId)?.id ?? null;
}

/** Reading failed. What was read before stays on the page, with its time; but not for whom there is no such mandate any more. */
export function unread(state: State, fault: Fault): State {
  if (isSignedOut(fault)) return signedOut(state);
  const offline = fault.kind === "unreachable";
  if (state.data && fault.status !== 404) return { ...state, offline, stale: true, fault };
  if (isTooOften(fault)) return { ...state, fault };
  return { ...state, phase: "error", offline, fault, data: null, shown: null };
}

/** The token is not accepted any more: nothing of the mandate stays on the page. */
export function signedOut(state: State): State {
  return { ...START, phase: "signed-out", mandateId: state.mandateId };
}

/** The server told that something changed. */
export function outdated(state: State): State {
  return state.data ? { ...state, stale: true } : state;
}

/** The browser lost or found its connection. */
export function connection(state: State, online: boolean): State {
  return { ...state, offline: !online };
}

/** A task is added and its dialog opened. */
export function opened(state: State, task: Task): State {
  return { ...state, tasks: [...state.tasks, task], shown: task.id };
}

/** A task goes on; with its dialog closed as well. */
export function advanced(state: State, id: number, step: (task: Task) => Task): State {
  return { ...state, tasks: state.tasks.map((task) => (task.id === id ? step(task) : task)) };
}

/** The dialog is closed. What was sent goes on; what was not is forgotten. */
export function closed(state: State): State {
  const tasks = state.tasks.filter((task) => task.id !== state.shown || !(isOpen(task) || isOver(task)));
  return { ...state, tasks, shown: null };
}

/** A task that is over leaves the list unless its dialog still tells of it; so does what waits for an instance that it gave up. */
export function tidied(state: State, over?: Task): State {
  const isLeft = (task: Task) => isOver(task) || (over?.ended && task.reserved === over.instanceId);
  return { ...state, tasks: state.tasks.filter((task) => task.id === state.shown || !isLeft(task)) };
}

/** The task whose dialog is open. */
export function shownTask(state: State): Task | null {
  return state.tasks.find((task) => task.id === state.shown) ?? null;
}

/** What the rules say of a wish; null where they know nothing to wish for, or where it is under way already. */
export function verdictOf(data: Snapshot, { kind, featureCode, instanceId, scope }: Omit<Subject, "mandateId">): Verdict & Partial<EndVerdict> | null {
  const { decisions } = data;
  const id = instanceId ?? "";
  if (kind === "activate") return decisions.activate(featureCode);
  if (kind === "restore") return underWayOf(data).some((change) => change.kind === kind && change.instanceId === id) ? null : decisions.restore(id);
  const verdict = decisions.deactivate(id, scope);
  return verdict?.pending && verdict.endsInstance ? null : verdict;
}

/** Changes that are not settled. */
export function underWayOf(data: Snapshot | null): readonly Change[] {
  return data?.changes.filter(isUnsettled) ?? [];
}

/** Changes that were under way in the older reading and came to nothing in the newer one. */
export function newlyFailed(older: Snapshot | null, newer: Snapshot): readonly Change[] {
  if (older?.mandateId !== newer.mandateId) return [];
  const open = new Set(underWayOf(older).map((change) => change.id));
  return newer.changes.filter((change) => change.state === "failed" && open.has(change.id));
}

/** Whether the change may still come to something. */
export function isUnsettled(change: Change): boolean {
  return change.state === "queued" || change.state === "billing";
}

/** The attribute that tells from outside how the page stands. */
export function stateAttribute(state: State): "loading" | "ready" | "error" | "offline" | "signed-out" {
  if (state.phase === "signed-out") return "signed-out";
  return state.offline ? "offline" : state.phase;
}

function isOver(task: Task): boolean {
  return task.phase === "done" || task.phase === "failed";
}
