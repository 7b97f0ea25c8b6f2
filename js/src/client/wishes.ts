// What a person may wish for: the bodies of the store's requests. Ids have 1 to 200 characters.
import type { Money } from "./answers.js";

export interface ActivateWish {
  readonly featureCode: string;
  readonly mandateId: string;
  /** The quote that it is held to; each serves once. */
  readonly quoteId?: string;
  /** The request of a member that it approves: who asked has access, too. */
  readonly requestId?: string;
}

/** A feature that a member asks the admins for. */
export interface FeatureRequestWish {
  readonly featureCode: string;
  readonly mandateId: string;
  /** Why, for the admins: 1 to 500 characters. */
  readonly note?: string;
}

/** What who asked is told with the no. */
export interface DeclineWish {
  /** 1 to 500 characters. */
  readonly answer?: string;
}

export interface DeactivateWish {
  readonly featureCode: string;
  readonly mandateId: string;
  readonly instanceId: string;
  /** `mine` (default): the caller's own access. `mandate`: the instance for all (admins). */
  readonly scope?: "mine" | "mandate";
  /** This colleague's access instead (admins); not together with `scope`. */
  readonly userId?: string;
  /** The quote that the end of the instance is held to. */
  readonly quoteId?: string;
}

/** A colleague's access, given by an admin. */
export interface ShareWish {
  readonly instanceId: string;
  readonly mandateId: string;
  /** The colleague: a member of the mandate. */
  readonly userId: string;
  /** One of the instance's roles, by its label. Who has access in another gets this one instead. */
  readonly role: string;
  /** `keep` (default), or `leave`: the instance is handed over, and the caller's own access goes in the same moment. */
  readonly ownAccess?: "keep" | "leave";
}

/** An access that is taken away. With the last one the instance ends. */
export interface UnshareWish {
  readonly instanceId: string;
  readonly mandateId: string;
  /** Whose (admins); the caller's own when left out. */
  readonly userId?: string;
}

/** What a mandate is to allow at most; left out or `null` is no limit. */
export interface CapsWish {
  readonly mandateId: string;
  /** Most instances. */
  readonly instances?: number | null;
  /** Most that all instances together may cost a month, in the plan's currency. */
  readonly monthly?: Money | null;
  /** Of the limits that were seen: others are not overwritten. */
  readonly etag?: string;
}

export interface RestoreWish {
  readonly instanceId: string;
  readonly mandateId: string;
  /** The quote that it is held to, of an activation of the same feature; each serves once. */
  readonly quoteId?: string;
}

/** 1 to 20 entries in both lists together. */
export interface QuoteWish {
  readonly mandateId: string;
  /** Codes of features; one that stands twice is activated twice. */
  readonly activate: readonly string[];
  /** Ids of instances to be ended for all. */
  readonly deactivate: readonly string[];
}

/** All of it at one instant, or nothing. */
export interface ChangesWish extends QuoteWish {
  readonly quoteId?: string;
}
