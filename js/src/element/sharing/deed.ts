// One thing done to an access, from the click to its outcome, and what undoes it: pure transitions.

import type { Access, Accesses, Colleague } from "../../client/answers.js";
import type { Fault } from "../fault.js";

/** To give access, another role, to take it away, or to hand the instance over. */
export type DeedKind = "give" | "change" | "take" | "hand-over";

/** What is to be done. */
export interface Wish {
  readonly kind: DeedKind;
  readonly person: Colleague;
  /** The role that is given; null where access is taken. */
  readonly role: string | null;
  /** The one role that the person had before; null where there was none, or not just one that was in use. */
  readonly before: string | null;
}

/** Where it is done. */
export interface Place {
  readonly mandateId: string;
  readonly featureCode: string;
  readonly instanceId: string;
}

export interface Deed extends Wish, Place {
  /** The idempotency key that all its sendings have. */
  readonly key: string;
  /** `sending` ⇄ `unknown` → `done` or `failed`. */
  readonly phase: "sending" | "unknown" | "done" | "failed";
  /** When a sending was last without an answer, in milliseconds; null where each was answered. */
  readonly unansweredAt: number | null;
  readonly fault: Fault | null;
  /** Whether the instance ended with it, and whether billing knows already. */
  readonly ended: { readonly billing: "done" | "pending" } | null;
}

/** What the dialog shows. */
export interface Shown extends Place {
  readonly isOpen: boolean;
  /** Who has access; null until it was read. */
  readonly accesses: Accesses | null;
  readonly colleagues: readonly Colleague[];
  /** The cursor of the next colleagues. */
  readonly next: string | null;
  /** Why that could not be read, at all or anew. */
  readonly fault: Fault | null;
  /** To whom access is to be given, in which role, and whether the caller's own goes. */
  readonly userId: string;
  readonly role: string;
  readonly leaves: boolean;
  /** Roles that were picked in the list and are not given yet, by user. */
  readonly picked: Readonly<Record<string, string>>;
  /** The access with which the instance would end: to be confirmed first. */
  readonly ending: Access | null;
  readonly deed: Deed | null;
}

/** The longest time that a request is on its way, in milliseconds. */
const LONGEST_WAY = 60_000;

export function opened(place: Place, leaves: boolean): Shown {
  return {
    ...place, isOpen: true, accesses: null, colleagues: [], next: null, fault: null, userId: "", role: "", leaves, picked: {}, ending: null, deed: null,
  };
}

/** What was read. Choices stay as far as they can be made; where there is nothing to choose, that is chosen. */
export function read(shown: Shown, accesses: Accesses, colleagues: readonly Colleague[], next: string | null): Shown {
  const [only, ...others] = accesses.accesses;
  const [role = "", ...more] = accesses.roles;
  // Who hands over gives on what they have.
  const held = shown.leaves && shown.accesses === null && others.length === 0 ? (only?.roles[0] ?? "") : "";
  const usual = more.length === 0 ? role : held;
  const ending = accesses.accesses.length === 1 ? shown.ending : null;
  return {
    ...shown, accesses, colleagues, next, ending, fault: null,
    userId: colleagues.some(({ userId }) => userId === shown.userId) ? shown.userId : "",
    role: [shown.role, usual].find((one) => accesses.roles.includes(one)) ?? "",
  };
}

/** A deed begins; what was chosen for it is over. */
export function begun(shown: Shown, wish: Wish, key: string): Shown {
  const { [wish.person.userId]: _, ...picked } = shown.picked;
  const { mandateId, featureCode, instanceId } = shown;
  const deed: Deed = { ...wish, mandateId, featureCode, instanceId, key, phase: "sending", unansweredAt: null, fault: null, ended: null };
  return { ...shown, deed, picked, ending: null, userId: "", leaves: false };
}

/** No answer came, at last then. */
export function inDoubt(deed: Deed, fault: Fault, now: number): Deed {
  return { ...deed, phase: "unknown", unansweredAt: fault.isOpen ? now : deed.unansweredAt };
}

/** Whether a refusal is the outcome: not where a sending before it may still arrive. */
export function isOutcome({ unansweredAt }: Deed, { isOpen }: Fault, now: number): boolean {
  return !isOpen && (unansweredAt === null || now - unansweredAt > LONGEST_WAY);
}

/** Whether it was sent and is not over. */
export function isRunning(deed: Deed | null): boolean {
  return deed?.phase === "sending" || deed?.phase === "unknown";
}

/** The one role in which somebody has access that is switched on. */
export function roleOf({ roles, enabled }: Access): string | null {
  return enabled && roles.length === 1 ? (roles[0] ?? null) : null;
}

/** What brings everything back as it was before a deed; null where nothing does. */
export function undone({ kind, person, role, before, phase, ended }: Deed): Wish | null {
  if (phase !== "done" || ended || kind === "hand-over") return null;
  if (kind === "give") return { kind: "take", person, role: null, before: role };
  return before === null ? null : { kind: kind === "take" ? "give" : "change", person, role: before, before: kind === "take" ? null : role };
}
