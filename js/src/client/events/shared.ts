// One stream per browser: the tab that holds the lock reads it, the others listen; when it closes, the next one takes over.
import type { Runtime } from "../runtime.js";
import { runFeed, startPolling } from "./feed.js";
import { isRevision, type Revision, type WatchEnd, type WatchSink, type WatchSource, type WatchState } from "./types.js";

/** What is said between tabs. */
type Message =
  | { readonly kind: "hello" }
  | { readonly kind: "state"; readonly state: WatchState; readonly last: Revision | null };

/** The parts of the browser that sharing needs. */
export interface SharingTools {
  readonly locks: Pick<LockManager, "request">;
  readonly channel: (name: string) => BroadcastChannel;
}

/** How often the leader shows that it is there. */
const BEAT_MS = 20_000;
/** Whoever has not heard of the leader for so long helps themselves. */
const SILENCE_MS = 75_000;

/** The browser's tools; null where one of them is missing: then each tab has a stream of its own. */
export function browserTools(): SharingTools | null {
  const locks = globalThis.navigator?.locks;
  if (!locks || typeof BroadcastChannel !== "function") return null;
  return { locks, channel: (name) => new BroadcastChannel(name) };
}

/**
 * As `runFeed`, but with one stream for all tabs that use the same name. Where the name does not tell who is asking (`renews`),
 * a stream may be somebody's who signed out since: for each tab that joins, it is opened anew as whoever is there by then.
 */
export async function runShared(
  name: string, tools: SharingTools, source: WatchSource, sink: WatchSink, runtime: Runtime, signal: AbortSignal, renews = false,
): Promise<WatchEnd> {
  const channel = tools.channel(name);
  try {
    const follower = follow(channel, source, sink, runtime, signal);
    return await tools.locks.request(name, { signal }, async () => {
      follower.stop();
      return lead(channel, follower.last(), source, sink, runtime, signal, renews);
    });
  } finally {
    channel.close();
  }
}

async function lead(
  channel: BroadcastChannel, heard: Revision | null,
  source: WatchSource, sink: WatchSink, runtime: Runtime, signal: AbortSignal, renews: boolean,
): Promise<WatchEnd> {
  let state: WatchState = "connecting";
  let last = heard;
  let close = (): void => undefined;
  const open = (own: AbortSignal): Promise<Response> => {
    const stream = new AbortController();
    close = () => stream.abort();
    own.addEventListener("abort", close);
    if (own.aborted) close();
    return source.open(stream.signal);
  };
  const tell = () => channel.postMessage({ kind: "state", state, last } satisfies Message);
  const told: WatchSink = {
    onRevision: (revision) => {
      last = revision;
      tell();
      sink.onRevision(revision);
    },
    onState: (next) => {
      state = next;
      // An end is this tab's own: another one may have another token, and takes over.
      if (next !== "ended") tell();
      sink.onState(next);
    },
  };
  channel.onmessage = ({ data }: MessageEvent<Message>) => {
    if (data.kind !== "hello") return;
    // What was told to somebody else is no news to whoever joins.
    if (renews) last = null;
    tell();
    if (renews) close();
  };
  let beating = true;
  const beat = (): (() => void) =>
    runtime.after(BEAT_MS, () => {
      if (!beating) return;
      tell();
      stopBeat = beat();
    });
  let stopBeat = beat();
  try {
    return await runFeed({ ...source, open }, told, runtime, signal);
  } finally {
    beating = false;
    stopBeat();
  }
}

function follow(
  channel: BroadcastChannel, source: WatchSource, sink: WatchSink, runtime: Runtime, signal: AbortSignal,
): { stop: () => void; last: () => Revision | null } {
  let last: Revision | null = null;
  let stopPolling: (() => void) | null = null;
  const alone = () => {
    stopPolling ??= startPolling(source, sink, runtime, signal);
  };
  let stopWaiting = runtime.after(SILENCE_MS, alone);
  channel.onmessage = ({ data }: MessageEvent<Message>) => {
    if (data.kind !== "state") return;
    stopWaiting();
    stopWaiting = runtime.after(SILENCE_MS, alone);
    stopPolling?.();
    stopPolling = null;
    sink.onState(data.state);
    if (!isRevision(data.last) || same(data.last, last)) return;
    last = data.last;
    sink.onRevision(data.last);
  };
  sink.onState("connecting");
  channel.postMessage({ kind: "hello" } satisfies Message);
  const stop = () => {
    stopWaiting();
    stopPolling?.();
    stopPolling = null;
  };
  signal.addEventListener("abort", stop, { once: true });
  return { stop, last: () => last };
}

function same(one: Revision, other: Revision | null): boolean {
  return one.revision === other?.revision && one.digest === other.digest;
}
