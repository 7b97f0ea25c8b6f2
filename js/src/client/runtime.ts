// Time, chance and ids, handed in so that tests decide about them.

/** Where the client takes time, chance and ids from. */
export interface Runtime {
  /** Milliseconds since 1970. */
  now(): number;
  /** Runs `task` after so many milliseconds; the function that is returned prevents it. */
  after(ms: number, task: () => void): () => void;
  /** Resolves after so many milliseconds, or rejects with the signal's reason. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** From 0 up to 1. */
  random(): number;
  /** A new unguessable id. */
  uuid(): string;
}

const after = (ms: number, task: () => void): (() => void) => {
  const timer = setTimeout(task, ms);
  return () => clearTimeout(timer);
};

/** The real ones. */
export const systemRuntime: Runtime = {
  now: () => Date.now(),
  after,
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const interrupted = () => {
        stop();
        reject(signal?.reason);
      };
      const stop = after(ms, () => {
        signal?.removeEventListener("abort", interrupted);
        resolve();
      });
      signal?.addEventListener("abort", interrupted, { once: true });
    }),
  random: () => Math.random(),
  uuid,
};

/** Browsers offer `randomUUID` on secure origins only; a store in somebody's own network may be plain HTTP. */
function uuid(): string {
  if (typeof crypto.randomUUID === "function") return crypto.randomUUID();
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
