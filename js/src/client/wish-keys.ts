// One idempotency key per wish: made when it is first sent, kept as long as its outcome is unknown.
import { isOnRecord } from "./doubt.js";
import { ProblemError, StoreError } from "./errors.js";
import type { Runtime } from "./runtime.js";

/** For how long a wish whose outcome never came to light keeps its key: as long as the store knows it. */
const KEPT_MS = 7 * 24 * 60 * 60 * 1000;

/** Statuses of "not now": the same wish is expected again. */
const LATER = new Set([401, 429, 503]);

interface Entry {
  readonly key: string;
  readonly since: number;
  change: string | null;
  /** Whether a try had no answer. */
  isOpen: boolean;
}

/** The keys of the wishes that are under way. A repeat of one of them gets the same key, and so happens once. */
export class WishKeys {
  readonly #entries = new Map<string, Entry>();
  readonly #runtime: Runtime;

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
  }

  /** The key for this wish. */
  keyOf(wish: string): string {
    this.#forgetOld();
    const known = this.#entries.get(wish);
    if (known) return known.key;
    const key = this.#runtime.uuid();
    this.#entries.set(wish, { key, since: this.#runtime.now(), change: null, isOpen: false });
    return key;
  }

  /** The wish was answered for good: the next one like it is a new wish. */
  answered(wish: string): void {
    this.#entries.delete(wish);
  }

  /** The wish waits for billing as this change. */
  waitsAs(wish: string, change: string): void {
    const entry = this.#entries.get(wish);
    if (entry) entry.change = change;
  }

  /** The change is settled, and with it the wish that it came from. */
  settled(change: string): void {
    for (const [wish, entry] of this.#entries) {
      if (entry.change === change) this.#entries.delete(wish);
    }
  }

  /** The wish failed; the key goes unless it may still have happened or the server asked to come again. */
  failed(wish: string, error: unknown): void {
    const entry = this.#entries.get(wish);
    if (!entry) return;
    // Whatever else is thrown, an interruption by the caller included, says nothing about the outcome.
    if (!(error instanceof StoreError) || error.outcomeUnknown) entry.isOpen = true;
    else if (error instanceof ProblemError && (entry.isOpen ? isOnRecord(error) : !LATER.has(error.status))) this.#entries.delete(wish);
  }

  #forgetOld(): void {
    const oldest = this.#runtime.now() - KEPT_MS;
    for (const [wish, entry] of this.#entries) {
      if (entry.since < oldest) this.#entries.delete(wish);
    }
  }
}

/** The same text for the same wish, in whatever order its fields stand. */
export function wishText(path: string, body: object): string {
  const fields = Object.entries(body).filter(([, value]) => value !== undefined && value !== null);
  fields.sort(([a], [b]) => (a < b ? -1 : 1));
  return `${path} ${JSON.stringify(fields)}`;
}
