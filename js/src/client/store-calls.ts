// One method per endpoint that a page needs. Wishes come with their key: whoever sends one keeps it until the outcome is known.
import type {
  Activation, Change, ChangePage, Deactivation, Feature, Instance, Mandate, PageSettings, Quote, SubscriptionInfo,
} from "./answers.js";
import { identityOf, type Credentials } from "./credentials.js";
import type { PreflightAnswer, PreflightDocument } from "./preflight-answer.js";
import { defaultRetry, retrying, type RetrySettings } from "./retry.js";
import { systemRuntime, type Runtime } from "./runtime.js";
import { retryAfterOf, Transport, type Ask, type Reply } from "./transport.js";
import { waitUntilSettled, type Look, type WaitOptions } from "./waiting.js";
import type { ActivateWish, DeactivateWish, QuoteWish, RestoreWish } from "./wishes.js";

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

export interface KeyedOptions extends CallOptions {
  /** The same for every sending of a wish whose outcome is unknown: then it happens once at most. */
  readonly idempotencyKey: string;
}

/** Talks to one store for one person. */
export class StoreCalls<Options extends CallOptions = KeyedOptions> {
  /** Language of sentences in answers; may be changed at any time. */
  locale: string;
  readonly apiBase: string;
  readonly #credentials: Credentials;
  readonly #transport: Transport;
  readonly #retry: RetrySettings;
  protected readonly runtime: Runtime;
  readonly #preflights = new Map<string, { readonly etag: string; readonly answer: PreflightAnswer }>();

  constructor(options: StoreClientOptions) {
    if (!options.apiBase) throw new TypeError("`apiBase` is missing: name the store's address");
    const apiBase = new URL(options.apiBase, globalThis.location?.href);
    this.apiBase = apiBase.href;
    this.#credentials = options;
    this.locale = options.locale ?? "de";
    this.runtime = options.runtime ?? systemRuntime;
    this.#retry = { ...defaultRetry, ...options.retry };
    this.#transport = new Transport({
      apiBase,
      credentials: options,
      locale: () => this.locale,
      timeoutMs: options.timeoutMs ?? 30_000,
      runtime: this.runtime,
      fetch: options.fetch ?? ((input, init) => fetch(input, init)),
    });
  }

  /** The mandates that the caller administers. */
  mandates(options: CallOptions = {}): Promise<Mandate[]> {
    return this.read("/api/store/mandates", {}, options);
  }

  /** Plan, limits, use and bill of a mandate; without one, of the first that the caller administers. */
  subscriptionInfo(mandateId?: string, options: CallOptions = {}): Promise<SubscriptionInfo> {
    return this.read("/api/store/subscription-info", { mandateId }, options);
  }

  /** Everything the store offers, with the caller's instances. With a mandate the answers are about that one. */
  features(mandateId?: string, options: CallOptions = {}): Promise<Feature[]> {
    return this.read("/api/store/features", { mandateId }, options);
  }

  /** Every instance of a mandate, for its admins. */
  instances(mandateId: string, options: CallOptions = {}): Promise<Instance[]> {
    return this.read("/api/store/instances", { mandateId }, options);
  }

  /** What a page of the store needs before anybody signed in. */
  page(options: CallOptions = {}): Promise<PageSettings> {
    return this.read("/api/store/page", {}, options, true);
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
    const answer = { ...(reply.body as PreflightDocument), receivedAt: this.runtime.now() };
    const etag = reply.headers.get("ETag");
    if (etag) this.#preflights.set(kept, { etag, answer });
    return answer;
  }

  /** What a wish would cost. Asking changes nothing. */
  quote(wish: QuoteWish, options: CallOptions = {}): Promise<Quote> {
    return this.told({ method: "POST", path: "/api/store/quote", body: wish, signal: options.signal });
  }

  /** Activates a feature. With `activated: false` billing has not answered yet: wait for its `change`. */
  async activate(wish: ActivateWish, options: Options): Promise<Activation> {
    return activation(await this.send("/api/store/activate", wish, options));
  }

  /** Brings an ended instance back. With `activated: false` billing has not answered yet: wait for its `change`. */
  async restore(wish: RestoreWish, options: Options): Promise<Activation> {
    return activation(await this.send("/api/store/restore", wish, options));
  }

  /** Gives up an access, or ends an instance for all. It is gone at once; the bill follows. */
  async deactivate(wish: DeactivateWish, options: Options): Promise<Deactivation> {
    return (await this.send("/api/store/deactivate", wish, options)).body as Deactivation;
  }

  /** The changes of a mandate: what is not settled, and what was within 30 days; the newest first. */
  async changes(mandateId: string, options: CallOptions & { readonly before?: string } = {}): Promise<ChangePage> {
    const page = await this.read<ChangePage>("/api/store/changes", { mandateId, before: options.before }, options);
    for (const change of page.changes) this.noted(change);
    return page;
  }

  /** Looks at a change until it is settled: `done`, `failed` or `cancelled`. It goes on if nobody waits. */
  waitForChange(id: string, options: WaitOptions = {}): Promise<Change> {
    return waitUntilSettled(() => this.look(id, options), options, this.runtime);
  }

  /** A text that is another one for another person. */
  identity(): Promise<string> {
    return identityOf(this.#credentials);
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

  /** One look at a change. */
  protected async look(id: string, options: CallOptions): Promise<Look> {
    const path = `/api/store/changes/${encodeURIComponent(id)}`;
    const reply = await this.#repeated({ method: "GET", path, signal: options.signal });
    const change = reply.body as Change;
    this.noted(change);
    return { change, retryAfter: retryAfterOf(reply.headers) };
  }

  /** A change was seen. */
  protected noted(_: Change): void {}

  /** Sends a wish under its key. */
  protected send(path: string, body: object, options: Options, method: "POST" | "DELETE" = "POST"): Promise<Reply> {
    const { idempotencyKey = "", signal } = options as Partial<KeyedOptions>;
    return this.#repeated({ method, path, body, headers: { "Idempotency-Key": idempotencyKey }, signal });
  }

  /** One reading, repeated where that can help. */
  protected read<T>(
    path: string, query: Record<string, string | undefined>, { signal }: CallOptions, anonymous = false,
  ): Promise<T> {
    return this.told({ method: "GET", path, query, signal, anonymous });
  }

  /** What may be sent twice, repeated where that can help. */
  protected async told<T>(ask: Ask): Promise<T> {
    return (await this.#repeated(ask)).body as T;
  }

  /** One request, repeated where that can help. */
  protected ask(ask: Ask): Promise<Reply> {
    return this.#repeated(ask);
  }

  #repeated(ask: Ask): Promise<Reply> {
    return retrying(() => this.#transport.exchange(ask), this.#retry, this.runtime, ask.signal);
  }
}

function activation({ body, headers }: Reply): Activation {
  const answer = body as Activation;
  return answer.activated ? answer : { ...answer, retryAfter: retryAfterOf(headers) ?? 2 };
}
