// Which failures are tried again by themselves, how often and after how long.
import { isOnRecord, type Told } from "./doubt.js";
import { NetworkError, ProblemError, StoreError, UnexpectedAnswerError } from "./errors.js";
import type { Runtime } from "./runtime.js";

/** How patient the client is. */
export interface RetrySettings {
  /** Most tries of one request, the first one included. */
  readonly attempts: number;
  /** The first pause is at most this long, the next ones twice as long each. In milliseconds. */
  readonly firstPauseMs: number;
  /** The longest pause; whoever is told to wait longer (`Retry-After`) gets the error instead. In milliseconds. */
  readonly longestPauseMs: number;
}

export const defaultRetry: RetrySettings = { attempts: 4, firstPauseMs: 400, longestPauseMs: 8_000 };

/**
 * Runs a request until it is answered or the tries are used up. Only for what may arrive twice: reads, quotes, and
 * wishes with their idempotency key. What is thrown in the end knows of all tries: one without an answer leaves the outcome open.
 */
export async function retrying<T>(
  attempt: () => Promise<T>,
  settings: RetrySettings,
  runtime: Runtime,
  signal: AbortSignal | undefined,
): Promise<T> {
  let isOpen = false;
  for (let tried = 1; ; tried += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (error instanceof StoreError) {
        if (isOpen && !isOnRecord(error as Told)) error.outcomeUnknown = true;
        isOpen = error.outcomeUnknown;
      }
      const pause = tried < settings.attempts ? pauseAfter(error, tried, settings, runtime.random()) : null;
      if (pause === null) throw error;
      await runtime.sleep(pause, signal);
    }
  }
}

/** Milliseconds until the next try makes sense; null where it does not. */
export function pauseAfter(error: unknown, tried: number, settings: RetrySettings, chance: number): number | null {
  if (!isPassing(error)) return null;
  const told = error instanceof NetworkError ? null : error.retryAfter;
  if (told === null) {
    // Full jitter: whoever lost the same server does not come back at the same moment.
    return chance * Math.min(settings.longestPauseMs, settings.firstPauseMs * 2 ** (tried - 1));
  }
  const pause = told * 1000;
  return pause <= settings.longestPauseMs ? pause + chance * settings.firstPauseMs : null;
}

type Passing = NetworkError | ProblemError | UnexpectedAnswerError;

/** Whether trying again can help by itself. */
export function isPassing(error: unknown): error is Passing {
  if (error instanceof NetworkError) return true;
  if (error instanceof ProblemError && error.status === 409) return error.code === "request-in-progress";
  if (!(error instanceof ProblemError) && !(error instanceof UnexpectedAnswerError)) return false;
  return [429, 502, 503, 504].includes(error.status);
}
