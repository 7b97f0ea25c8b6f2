// Keeps one page informed: the stream while it lasts, opened again when it ends, and a question a minute meanwhile.
import { CredentialsError, ProblemError, UnexpectedAnswerError } from "../errors.js";
import type { Runtime } from "../runtime.js";
import { readStream, type StreamEnd } from "./connection.js";
import type { WatchEnd, WatchSink, WatchSource } from "./types.js";

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;
const POLL_MS = 60_000;
/** A connection that lasted this long was a good one: the next pause is short again. */
const GOOD_MS = 10_000;

/** Runs until nothing more can be told, or rejects with the signal's reason. */
export async function runFeed(
  source: WatchSource, sink: WatchSink, runtime: Runtime, signal: AbortSignal,
): Promise<WatchEnd> {
  let stopPolling: (() => void) | null = null;
  let failures = 0;
  sink.onState("connecting");
  try {
    for (;;) {
      const began = runtime.now();
      let pause: number;
      try {
        const end = await withOwnSignal(signal, async (own) => {
          const response = await source.open(own);
          stopPolling?.();
          stopPolling = null;
          sink.onState("live");
          return readStream(response, (revision) => sink.onRevision(revision), runtime, own);
        });
        if (end === "membership-ended") return end;
        sink.onState("connecting");
        failures = runtime.now() - began >= GOOD_MS ? 0 : failures + 1;
        pause = pauseAfterEnd(end, failures, runtime.random());
      } catch (error) {
        if (signal.aborted) throw error;
        const end = finalOf(error);
        if (end) return end;
        failures += 1;
        pause = toldPause(error) ?? backOff(failures, runtime.random());
      }
      if (!stopPolling) stopPolling = startPolling(source, sink, runtime, signal);
      await withOwnSignal(signal, (own) => Promise.race([runtime.sleep(pause, own), backOnline(own)]));
    }
  } finally {
    stopPolling?.();
    sink.onState("ended");
  }
}

/** Asks once a minute and tells when the answer is another, and the first time, because something may have been missed. */
export function startPolling(source: WatchSource, sink: WatchSink, runtime: Runtime, signal: AbortSignal): () => void {
  const controller = new AbortController();
  const stop = () => controller.abort();
  signal.addEventListener("abort", stop, { once: true });
  const loop = async () => {
    let last: string | null = null;
    for (;;) {
      await runtime.sleep(POLL_MS, controller.signal);
      sink.onState("polling");
      try {
        const revision = await source.poll(controller.signal);
        const text = JSON.stringify(revision);
        if (text !== last && !controller.signal.aborted) sink.onRevision(revision);
        last = text;
      } catch (error) {
        if (controller.signal.aborted) throw error;
        // The next question comes anyway.
      }
    }
  };
  loop().catch(() => signal.removeEventListener("abort", stop));
  return stop;
}

function pauseAfterEnd(end: StreamEnd, failures: number, chance: number): number {
  // A new token is asked for at once; a host that drains has others beside it, and all its pages look for them now.
  if (failures <= 1) return end === "token-expired" ? 0 : chance * 2 * FIRST_PAUSE_MS;
  return backOff(failures, chance);
}

function backOff(failures: number, chance: number): number {
  const most = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** failures);
  return most / 2 + (chance * most) / 2;
}

function toldPause(error: unknown): number | null {
  if (!(error instanceof ProblemError) && !(error instanceof UnexpectedAnswerError)) return null;
  return error.retryAfter === null ? null : error.retryAfter * 1000;
}

/** What ends the watching for good; null for what passes. */
export function finalOf(error: unknown): WatchEnd | null {
  if (error instanceof CredentialsError) return "unauthorized";
  if (!(error instanceof ProblemError)) return null;
  if (error.status === 401) return "unauthorized";
  return error.code === "mandate-not-found" ? "membership-ended" : null;
}

/** Runs a task with a signal of its own, which ends with the task: a page that is open for days leaves nothing behind. */
async function withOwnSignal<T>(signal: AbortSignal, task: (own: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const follow = () => controller.abort(signal.reason);
  if (signal.aborted) follow();
  signal.addEventListener("abort", follow, { once: true });
  try {
    return await task(controller.signal);
  } finally {
    signal.removeEventListener("abort", follow);
    controller.abort();
  }
}

/** Resolves when the browser says that it is connected again; never, where nobody says so. */
function backOnline(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (typeof globalThis.addEventListener !== "function") return;
    globalThis.addEventListener("online", () => resolve(), { once: true, signal });
  });
}
