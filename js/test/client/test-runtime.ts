// Time that passes when a test says so, chance that is no chance, and ids that count.
import type { Runtime } from "../../src/client/index.js";

interface Timer {
  readonly at: number;
  readonly task: () => void;
}

export class TestRuntime implements Runtime {
  #now = Date.parse("2026-12-01T12:00:00.000Z");
  #timers: Timer[] = [];
  #ids = 0;
  chance = 0.5;
  /** Whether whoever sleeps wakes up at once, with the clock moved on. */
  hurried = false;
  /** How long was slept, in order. */
  readonly slept: number[] = [];

  now(): number {
    return this.#now;
  }

  after(ms: number, task: () => void): () => void {
    const timer = { at: this.#now + ms, task };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    this.slept.push(ms);
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const stop = this.after(ms, resolve);
      signal?.addEventListener("abort", () => (stop(), reject(signal.reason)), { once: true });
      if (this.hurried) setImmediate(() => this.advance(ms));
    });
  }

  random(): number {
    return this.chance;
  }

  uuid(): string {
    this.#ids += 1;
    return `key-${this.#ids}`;
  }

  /** Lets time pass; what is due then happens in order. */
  advance(ms: number): void {
    const until = this.#now + ms;
    for (;;) {
      const due = this.#timers.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0];
      if (!due) break;
      this.#timers = this.#timers.filter((other) => other !== due);
      this.#now = Math.max(this.#now, due.at);
      due.task();
    }
    this.#now = until;
  }

  /** Milliseconds until each timer, ascending. */
  get waiting(): number[] {
    return this.#timers.map(({ at }) => at - this.#now).sort((a, b) => a - b);
  }
}
