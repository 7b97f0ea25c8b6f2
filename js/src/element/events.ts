// The events that the element dispatches, and what each tells; they bubble and leave the shadow tree.

import type { Locale } from "../client/index.js";

/** What a wish was about. */
export type WishDetail = {
  readonly mandateId: string;
  readonly featureCode: string;
  /** The instance that there is now, or that it was about; null where an activation came to nothing. */
  readonly instanceId: string | null;
};

export type DeactivatedDetail = WishDetail & {
  /** Whether the instance ended with it: false where only somebody's own access was given up. */
  readonly instanceDeleted: boolean;
};

/** A colleague has access to an instance now, or another role there. */
export type SharedDetail = Omit<WishDetail, "instanceId"> & {
  readonly instanceId: string;
  readonly userId: string;
  /** The label of the role that the colleague has now. */
  readonly role: string;
  /** Whether the instance was handed over: then the person's own access is gone. */
  readonly handedOver: boolean;
};

/** Somebody's access to an instance is gone. */
export type UnsharedDetail = Pick<SharedDetail, "mandateId" | "featureCode" | "instanceId" | "userId"> & Pick<DeactivatedDetail, "instanceDeleted">;

export type ErrorDetail = WishDetail & {
  /** A code of a problem or of a reason; `unreachable` where no answer came. */
  readonly code: string;
  /** The status of the answer; 0 without one. */
  readonly status: number;
  readonly traceId: string | null;
};

/** Nothing could be read of the store, or not anew: told once, until something can be read again. */
export type UnreadDetail = Pick<ErrorDetail, "code" | "status" | "traceId"> & {
  /** Null before any mandate is known. */
  readonly mandateId: string | null;
};

/** The person chose another language on the page. */
export type LocaleDetail = { readonly locale: Locale };

/** The person went to another mandate on the page, or back to it in the browser's history. */
export type MandateDetail = { readonly mandateId: string };

/** Each event by its name. */
export interface TurnpikeStoreEventMap {
  "turnpike-activated": CustomEvent<WishDetail>;
  "turnpike-deactivated": CustomEvent<DeactivatedDetail>;
  "turnpike-restored": CustomEvent<WishDetail>;
  "turnpike-shared": CustomEvent<SharedDetail>;
  "turnpike-unshared": CustomEvent<UnsharedDetail>;
  "turnpike-error": CustomEvent<ErrorDetail>;
  "turnpike-unread": CustomEvent<UnreadDetail>;
  "turnpike-signed-out": CustomEvent<Record<string, never>>;
  "turnpike-mandate": CustomEvent<MandateDetail>;
  "turnpike-locale": CustomEvent<LocaleDetail>;
}

declare global {
  // They bubble: the element's parents, the document and the window hear them as well.
  interface GlobalEventHandlersEventMap extends TurnpikeStoreEventMap {}
}
