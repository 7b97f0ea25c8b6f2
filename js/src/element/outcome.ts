// What became of a wish or a quote: told once to the live region, and as an event to the embedding page.

import type { TurnpikeStoreEventMap } from "./events.js";
import type { Fault } from "./fault.js";
import type { Task } from "./task.js";

/** Something worth saying aloud. */
export type Outcome =
  | { readonly what: "done"; readonly task: Task }
  | { readonly what: "failed"; readonly task: Task; readonly fault: Fault }
  | { readonly what: "waiting" | "in-doubt"; readonly task: Task }
  | { readonly what: "quote-renewed" | "quote-changed" | "reconsidered"; readonly task: Task }
  | { readonly what: "quote-failed"; readonly task: Task; readonly fault: Fault }
  | { readonly what: "change-failed"; readonly featureCode: string };

/** Whether it is a failure, which interrupts. */
export function isFailure(outcome: Outcome): boolean {
  return outcome.what === "failed" || outcome.what === "change-failed" || outcome.what === "quote-failed";
}

/** The names of the events that the element dispatches. */
export type EventName = keyof TurnpikeStoreEventMap;

/** An event with the detail that belongs to it. */
type Told<Name extends EventName> = Name extends EventName ? { readonly name: Name; readonly detail: TurnpikeStoreEventMap[Name]["detail"] } : never;

/** The event for a wish that is over. */
export function eventOf(task: Task): Told<"turnpike-activated" | "turnpike-deactivated" | "turnpike-restored" | "turnpike-error"> {
  const { mandateId, featureCode, instanceId } = task;
  const detail = { mandateId, featureCode, instanceId };
  if (task.phase === "failed") {
    const { code, status, traceId } = task.fault ?? { code: "unknown", status: 0, traceId: null };
    return { name: "turnpike-error", detail: { ...detail, code, status, traceId } };
  }
  if (task.ended) return { name: "turnpike-deactivated", detail: { ...detail, instanceDeleted: task.ended.instanceDeleted } };
  return { name: task.kind === "restore" ? "turnpike-restored" : "turnpike-activated", detail };
}
