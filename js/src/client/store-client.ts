// The client: one method per endpoint of the store.
import type {
  Activation, Batch, Change, ChangePage, Deactivation, Feature, Instance, Mandate, PageSettings, Quote, SubscriptionInfo,
} from "./answers.js";
import type { Credentials } from "./credentials.js";
import type { PreflightAnswer, PreflightDocument } from "./preflight-answer.js";
import { defaultRetry, retrying, type RetrySettings } from "./retry.js";
import { systemRuntime, type Runtime } from "./runtime.js";
import { retryAfterOf, Transport, type Ask, type Reply } from "./transport.js";
import { isSettled, waitUntilSettled, type Look, type WaitOptions } from "./waiting.js";
import { WishKeys, wishText } from "./wish-keys.js";
import type { ActivateWish, ChangesWish, DeactivateWish, QuoteWish, RestoreWish } from "./wishes.js";

/** Where the store is, who is asking, and how patient the client is. */
export type StoreClientOptions = Credentials & {
  /** Address of the store, such as `https://store.example.com`. There is none by default. */
  readonly apiBase: string;
  /** Language of sentences in answers, `de` by default. */
  readonly locale?: string;
  /** A single try ends after so many milliseconds without an answer; 30,000 by default. */
  readonly timeoutMs?: number;
  readonly retry?: Partial<RetrySettings>;
  readonly runtime?: Runtime;
  /** Another `fetch`, for instrumentation. */
  readonly fetch?: typeof fetch;
};

export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
}

export interface WishOptions extends CallOptions {
  /** A key of your own, when it has to outlive this client. Otherwise one is made per wish and kept for its repeats. */
  readonly idempotencyKey?: string;
}

/** Talks to one store for one person. */
export class StoreClient {
  /** Language of sentences in answers; may be changed at any time. */
  locale: string;
  readonly apiBase: string;
  readonly #transport: Transport;
  readonly #retry: RetrySettings;
  readonly #runtime: Runtime;
  readonly #wishes: WishKeys;
  readonly #preflights = new Map<string, { readonly etag: string; readonly answer: PreflightAnswer }>();

  constructor(options: StoreClientOptions) {
    if (!options.apiBase) throw new TypeError("`apiBase` is missing: name the store's address");
    const apiBase = new URL(options.apiBase, globalThis.location?.href);
    this.apiBase = apiBase.href;
    this.locale = options.locale ?? "de";
    this.#runtime = options.runtime ?? systemRuntime;
    this.#retry = { ...defaultRetry, ...options.retry };
    this.#wishes = new WishKeys(this.#runtime);
    this.#transport = new Transport({
      apiBase,
      credentials: options,
      locale: () => this.locale,
      timeoutMs: options.timeoutMs ?? 30_000,
      runtime: this.#runtime,
      fetch: options.fetch ?? ((input, init) => fetch(input, init)),
    });
  }

  /** The mandates that the caller administers. */
  mandates(options: CallOptions = {}): Promise<Mandate[]> {
    return this.#read("/api/store/mandates", {}, options);
  }

  /** Plan, limits, use and bill of a mandate; without one, of the first that the caller administers. */
  subscriptionInfo(mandateId?: string, options: CallOptions = {}): Promise<SubscriptionInfo> {
    return this.#read("/api/store/subscription-info", { mandateId }, options);
  }

  /** Everything the store offers, with the caller's instances. With a mandate the answers are about that one. */
  features(mandateId?: string, options: CallOptions = {}): Promise<Feature[]> {
    return this.#read("/api/store/features", { mandateId }, options);
  }

  /** Every instance of a mandate, for its admins. */
  instances(mandateId: string, options: CallOptions = {}): Promise<Instance[]> {
    return this.#read("/api/store/instances", { mandateId }, options);
  }

  /** What a page of the store needs before anybody signed in. */
  page(options: CallOptions = {}): Promise<PageSettings> {
    return this.#read("/api/store/page", {}, options, true);
  }

  /** What can be done in a mandate, and for admins the facts behind it. The same object again while nothing changed. */
  async preflight(mandateId: string, options: CallOptions = {}): Promise<PreflightAnswer> {
    const kept = `${this.locale} ${mandateId}`;
    const known = this.#preflights.get(kept);
    const reply = await this.#repeated({
      method: "GET",
      path: "/api/store/preflight",
      query: { mandateId },
      headers: known ? { "If-None-Match": known.etag } : {},
      signal: options.signal,
    });
    if (reply.status === 304 && known) return known.answer;
    const answer = { ...(reply.body as PreflightDocument), receivedAt: this.#runtime.now() };
    const etag = reply.headers.get("ETag");
    if (etag) this.#preflights.set(kept, { etag, answer });
    return answer;
  }

  /** What a wish would cost. Asking changes nothing. */
  async quote(wish: QuoteWish, options: CallOptions = {}): Promise<Quote> {
    const reply = await this.#repeated({ method: "POST", path: "/api/store/quote", body: wish, signal: options.signal });
    return reply.body as Quote;
  }

  /** Activates a feature. With `activated: false` billing has not answered yet: wait for its `change`. */
  activate(wish: ActivateWish, options: WishOptions = {}): Promise<Activation> {
    return this.#activation("/api/store/activate", wish, options);
  }

  /** Brings an ended instance back. With `activated: false` billing has not answered yet: wait for its `change`. */
  restore(wish: RestoreWish, options: WishOptions = {}): Promise<Activation> {
    return this.#activation("/api/store/restore", wish, options);
  }

  /** Gives up an access, or ends an instance for all. It is gone at once; the bill follows. */
  deactivate(wish: DeactivateWish, options: WishOptions = {}): Promise<Deactivation> {
    return this.#wish("/api/store/deactivate", wish, options, (reply) => reply.body as Deactivation);
  }

  /** Makes several changes as one: all of it or nothing. With `done: false` billing has not answered yet. */
  change(wish: ChangesWish, options: WishOptions = {}): Promise<Batch> {
    return this.#wish("/api/store/changes", wish, options, (reply, text) => {
      const batch = reply.body as Batch;
      const first = batch.changes[0];
      if (batch.done || !first) return batch;
      this.#wishes.waitsAs(text, first.id);
      return { ...batch, change: first.id, retryAfter: retryAfterOf(reply.headers) ?? 2 };
    });
  }

  /** How far a change is. */
  async changeById(id: string, options: CallOptions = {}): Promise<Change> {
    return (await this.#look(id, options)).change;
  }

  /** The changes of a mandate: what is not settled, and what was within 30 days; the newest first. */
  async changes(mandateId: string, options: CallOptions & { readonly before?: string } = {}): Promise<ChangePage> {
    const page = await this.#read<ChangePage>("/api/store/changes", { mandateId, before: options.before }, options);
    for (const change of page.changes) this.#note(change);
    return page;
  }

  /** Looks at a change until it is settled: `done`, `failed` or `cancelled`. It goes on if nobody waits. */
  waitForChange(id: string, options: WaitOptions = {}): Promise<Change> {
    return waitUntilSettled(() => this.#look(id, options), options, this.#runtime);
  }

  /** Opens the event stream of a mandate; `watch` reads it. */
  openEvents(mandateId: string, options: CallOptions = {}): Promise<Response> {
    const headers = { Accept: "text/event-stream" };
    // Two tabs that ask for the same address at the same moment share an entry of the browser's cache, and the browser asks
    // again by itself when the first of them goes: a stream is none of its business.
    return this.#transport.open({
      method: "GET", path: "/api/store/events", query: { mandateId }, headers, cache: "no-store", signal: options.signal,
    });
  }

  async #look(id: string, options: CallOptions): Promise<Look> {
    const path = `/api/store/changes/${encodeURIComponent(id)}`;
    const reply = await this.#repeated({ method: "GET", path, signal: options.signal });
    const change = reply.body as Change;
    this.#note(change);
    return { change, retryAfter: retryAfterOf(reply.headers) };
  }

  #note(change: Change): void {
    if (isSettled(change)) this.#wishes.settled(change.id);
  }

  #activation(path: string, wish: ActivateWish | RestoreWish, options: WishOptions): Promise<Activation> {
    return this.#wish(path, wish, options, (reply, text) => {
      const activation = reply.body as Activation;
      if (activation.activated) return activation;
      this.#wishes.waitsAs(text, activation.change);
      return { ...activation, retryAfter: retryAfterOf(reply.headers) ?? 2 };
    });
  }

  /** Sends a wish under its key. 202 keeps the key until the change is seen settled. */
  async #wish<T>(path: string, body: object, options: WishOptions, read: (reply: Reply, text: string) => T): Promise<T> {
    const text = wishText(path, body);
    const { idempotencyKey, signal } = options;
    const send = (key: string) =>
      this.#repeated({ method: "POST", path, body, headers: { "Idempotency-Key": key }, signal });
    if (idempotencyKey !== undefined) return read(await send(idempotencyKey), text);
    try {
      const reply = await send(this.#wishes.keyOf(text));
      const answer = read(reply, text);
      if (reply.status !== 202) this.#wishes.answered(text);
      return answer;
    } catch (error) {
      this.#wishes.failed(text, error);
      throw error;
    }
  }

  async #read<T>(
    path: string, query: Record<string, string | undefined>, { signal }: CallOptions, anonymous = false,
  ): Promise<T> {
    return (await this.#repeated({ method: "GET", path, query, signal, anonymous })).body as T;
  }

  #repeated(ask: Ask): Promise<Reply> {
    return retrying(() => this.#transport.exchange(ask), this.#retry, this.#runtime, ask.signal);
  }
}
