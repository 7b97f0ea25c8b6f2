// The words of the event stream.

/** What an open page is told: compare it with what it was told before; another one means that facts or rules changed. */
export interface Revision {
  /** Opaque. */
  readonly revision: string;
  /** SHA-256 of the module that decides on the server. */
  readonly digest: string;
}

/**
 * How changes reach this page: by the stream (`live`), by asking once a minute (`polling`), not yet (`connecting`), or no
 * more (`ended`).
 */
export type WatchState = "connecting" | "live" | "polling" | "ended";

/** Why nothing more is told: nobody is signed in any more, or the caller is no member any more. */
export type WatchEnd = "unauthorized" | "membership-ended";

/** Where revisions and states go. */
export interface WatchSink {
  onRevision(revision: Revision): void;
  onState(state: WatchState): void;
}

/** Where they come from. */
export interface WatchSource {
  /** Opens the stream. */
  open(signal: AbortSignal): Promise<Response>;
  /** Asks for the present revision. */
  poll(signal: AbortSignal): Promise<Revision>;
}

export function isRevision(value: unknown): value is Revision {
  if (typeof value !== "object" || value === null) return false;
  const { revision, digest } = value as Partial<Revision>;
  return typeof revision === "string" && typeof digest === "string";
}
