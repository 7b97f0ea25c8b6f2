// The Web Locks that Node 20 does not have: exclusive, first come first served, given back when the holder is done.
import type { SharingTools } from "../../src/client/events/shared.js";

type Holder = (lock: Lock) => unknown;

/** One browser: tabs that use the same table share locks and channels. */
export class LockTable {
  /** By the name of the lock. */
  readonly #queues = new Map<string, Promise<unknown>>();

  tools(): SharingTools {
    const request = (name: string, options: LockOptions, holder: Holder): Promise<unknown> => {
      const { signal } = options;
      const turn = (this.#queues.get(name) ?? Promise.resolve()).then(async () => {
        signal?.throwIfAborted();
        return holder({ name, mode: "exclusive" });
      });
      this.#queues.set(name, turn.catch(() => undefined));
      const aborted = new Promise<never>((_, reject) => {
        if (signal?.aborted) reject(signal.reason);
        signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
      });
      return Promise.race([turn, aborted]);
    };
    const channel = (name: string) => {
      const made = new BroadcastChannel(name);
      // In Node an open channel keeps the process alive.
      (made as unknown as { unref(): void }).unref();
      return made;
    };
    return { locks: { request: request as LockManager["request"] }, channel };
  }
}
