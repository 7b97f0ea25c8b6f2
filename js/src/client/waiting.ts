// Waiting for a change that billing has not answered yet.
import type { Change } from "./answers.js";
import { TimeoutError } from "./errors.js";
import { isPassing } from "./retry.js";
import type { Runtime } from "./runtime.js";

/** One look at a change, with the seconds after which the server wants to be asked again. */
export interface Look {
  readonly change: Change;
  readonly retryAfter: number | null;
}

export interface WaitOptions {
  readonly signal?: AbortSignal | undefined;
  /** Told at each look. */
  readonly onChange?: (change: Change) => void;
  /** Told when a look failed but waiting goes on. */
  readonly onFailure?: (error: unknown) => void;
  /** Seconds until the first look; at once when left out. */
  readonly after?: number;
  /** Gives up after so many milliseconds with a `TimeoutError`; the change goes on. */
  readonly deadlineMs?: number;
}

/** Seconds between looks where the server names none. */
const USUAL_PAUSE = 2;
/** The longest pause between looks that fail, in seconds. */
const LONGEST_PAUSE = 30;
/** For how long a change is waited for. */
const DEADLINE_MS = 30 * 60 * 1000;

/** Whether nothing more will become of it. */
export function isSettled(change: Change): boolean {
  return change.state === "done" || change.state === "failed" || change.state === "cancelled";
}

/** Looks until the change is settled: done, failed or cancelled. A server that is away for a while is waited for. */
export async function waitUntilSettled(look: () => Promise<Look>, options: WaitOptions, runtime: Runtime): Promise<Change> {
  const { signal, onChange, onFailure, after = 0, deadlineMs = DEADLINE_MS } = options;
  const deadline = runtime.now() + deadlineMs;
  if (after > 0) await runtime.sleep(after * 1000, signal);
  for (let failures = 0; ; ) {
    let pause: number;
    try {
      const { change, retryAfter } = await look();
      onChange?.(change);
      if (isSettled(change)) return change;
      failures = 0;
      pause = retryAfter ?? USUAL_PAUSE;
    } catch (error) {
      if (signal?.aborted || !isPassing(error)) throw error;
      onFailure?.(error);
      failures += 1;
      const told = "retryAfter" in error ? error.retryAfter : null;
      pause = told ?? Math.min(LONGEST_PAUSE, USUAL_PAUSE * 2 ** (failures - 1));
    }
    const ms = pause * 1000 + runtime.random() * 250;
    if (runtime.now() + ms > deadline) throw new TimeoutError(`the change is not settled after \`${deadlineMs}\` ms`);
    await runtime.sleep(ms, signal);
  }
}
