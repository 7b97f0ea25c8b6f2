// Watching a mandate: who shows its facts is told when they are stale.
import { systemRuntime, type Runtime } from "../runtime.js";
import type { StoreCalls } from "../store-calls.js";
import { finalOf, runFeed } from "./feed.js";
import { browserTools, runShared, type SharingTools } from "./shared.js";
import type { Revision, WatchEnd, WatchSource, WatchState } from "./types.js";

export type { SharingTools } from "./shared.js";
export type { Revision, WatchEnd, WatchState } from "./types.js";

export interface WatchOptions {
  /** Told at once, and whenever facts or rules changed: look at the mandate anew (`client.preflight`). */
  readonly onRevision: (revision: Revision) => void;
  readonly onState?: (state: WatchState) => void;
  /** Told when nothing more will come. */
  readonly onEnd?: (reason: WatchEnd) => void;
  readonly signal?: AbortSignal;
  readonly runtime?: Runtime;
  /** Shares one stream between the tabs of a browser, where it can; null for a stream of one's own. */
  readonly sharing?: SharingTools | null;
}

/** Watches a mandate until the function that is returned is called or the signal is aborted. */
export function watch(client: Pick<StoreCalls, "apiBase" | "identity" | "openEvents" | "preflight">, mandateId: string, options: WatchOptions): () => void {
  const { onRevision, onState, onEnd, runtime = systemRuntime, sharing = browserTools() } = options;
  const controller = new AbortController();
  const { signal } = controller;
  const stop = () => controller.abort();
  if (options.signal?.aborted) stop();
  options.signal?.addEventListener("abort", stop, { once: true, signal });

  const quiet = (tell: () => void) => {
    if (!signal.aborted) tell();
  };
  const sink = {
    onRevision: (revision: Revision) => quiet(() => onRevision(revision)),
    onState: distinct((state) => quiet(() => onState?.(state))),
  };
  const source: WatchSource = {
    open: (signal) => client.openEvents(mandateId, { signal }),
    poll: async (signal) => {
      const { factsVersion, policyDigest } = await client.preflight(mandateId, { signal });
      return { revision: factsVersion, digest: policyDigest };
    },
  };
  const run = async () => {
    const alone = () => runFeed(source, sink, runtime, signal);
    const together = (tools: SharingTools) =>
      // Whoever is somebody else has another stream: theirs may end, and it may not be this person's business.
      client.identity().then((who) => runShared(`turnpike-store ${client.apiBase} ${mandateId} ${who}`, tools, source, sink, runtime, signal, who === ""));
    const refused = (error: unknown) => {
      if (isRefused(error)) return alone();
      const end = finalOf(error);
      if (end) return end;
      throw error;
    };
    const end = await (sharing ? together(sharing).catch(refused) : alone());
    quiet(() => onEnd?.(end));
    stop();
  };
  run().catch((error: unknown) => {
    // Being stopped is no failure; anything else is a fault that the page's own error reporting should see.
    if (!signal.aborted) throw error;
  });
  return stop;
}

/** A sandboxed frame has no locks: whoever asks for one is told so. */
function isRefused(error: unknown): boolean {
  return error instanceof DOMException && error.name === "SecurityError";
}

function distinct(tell: (state: WatchState) => void): (state: WatchState) => void {
  let last: WatchState | null = null;
  return (state) => {
    if (state === last) return;
    last = state;
    tell(state);
  };
}
