// One exchange with the server: address, credentials, time limit, and what came back as a value or a typed error.
import { sign, type Credentials, type Signed } from "./credentials.js";
import { CredentialsError, NetworkError, ProblemError, StoreError, TimeoutError, UnexpectedAnswerError, type ProblemDocument } from "./errors.js";
import type { Runtime } from "./runtime.js";

/** One request. */
export interface Ask {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  readonly path: string;
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Asks without credentials. */
  readonly anonymous?: boolean;
  /** What the browser's cache may do with it; as usual unless given. */
  readonly cache?: RequestCache;
  readonly signal?: AbortSignal | undefined;
}

/** A successful answer (2xx), or 304. */
export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

/** What the transport needs to know. */
export interface TransportSettings {
  readonly apiBase: URL;
  readonly credentials: Credentials;
  /** The language of sentences in answers. */
  readonly locale: () => string;
  readonly timeoutMs: number;
  readonly runtime: Runtime;
  readonly fetch: typeof fetch;
}

/** Carries single requests; nothing is repeated here but for a token that was not accepted. */
export class Transport {
  readonly #settings: TransportSettings;

  constructor(settings: TransportSettings) {
    this.#settings = settings;
  }

  /** Sends a request and reads the whole answer. */
  async exchange(ask: Ask): Promise<Reply> {
    const limit = this.#timeLimit(ask.signal);
    try {
      const response = await this.#send(ask, limit.signal);
      const { status, headers } = response;
      if (status === 304) return { status, headers, body: null };
      const text = await response.text();
      if (response.ok) return { status, headers, body: parsed(text, response) };
      throw refusal(text, response);
    } catch (cause) {
      throw this.#named(cause, ask.signal, limit.signal);
    } finally {
      limit.clear();
    }
  }

  /** Opens a stream: as `exchange`, but the body is left to be read and only the head must come in time. */
  async open(ask: Ask): Promise<Response> {
    const limit = this.#timeLimit(ask.signal);
    try {
      const response = await this.#send(ask, limit.signal);
      if (!response.ok) throw refusal(await response.text(), response);
      limit.keep();
      return response;
    } catch (cause) {
      limit.clear();
      throw this.#named(cause, ask.signal, limit.signal);
    }
  }

  async #send(ask: Ask, signal: AbortSignal): Promise<Response> {
    const credentials = ask.anonymous ? {} : this.#settings.credentials;
    const signed = await within(sign(credentials, ask.method), signal);
    const response = await this.#fetch(ask, signed, signal);
    if (response.status !== 401 || signed.token === null) return response;
    // Tokens are short-lived: one that ran out on the way is replaced, once.
    const again = await within(sign(credentials, ask.method), signal);
    if (again.token === signed.token) return response;
    await response.body?.cancel();
    return this.#fetch(ask, again, signal);
  }

  #fetch(ask: Ask, signed: Signed, signal: AbortSignal): Promise<Response> {
    const headers: Record<string, string> = {
      Accept: "application/json, application/problem+json",
      "Accept-Language": this.#settings.locale(),
      ...(ask.body === undefined ? {} : { "Content-Type": "application/json" }),
      ...ask.headers,
      ...signed.headers,
    };
    const body = ask.body === undefined ? null : JSON.stringify(ask.body);
    // No answer of the store is a redirect; following one would send the wish somewhere else.
    return this.#settings.fetch(this.#address(ask), {
      method: ask.method, headers, body, signal, credentials: signed.mode, redirect: "error",
      ...(ask.cache && { cache: ask.cache }),
    });
  }

  #address(ask: Ask): string {
    const url = new URL(this.#settings.apiBase);
    url.pathname = url.pathname.replace(/\/+$/, "") + ask.path;
    url.search = "";
    url.hash = "";
    for (const [name, value] of Object.entries(ask.query ?? {})) {
      if (value !== undefined) url.searchParams.set(name, value);
    }
    return url.href;
  }

  /** Our own signal, which follows the caller's and the clock. */
  #timeLimit(signal: AbortSignal | undefined): { signal: AbortSignal; clear: () => void; keep: () => void } {
    const { runtime, timeoutMs } = this.#settings;
    const controller = new AbortController();
    const follow = () => controller.abort(signal?.reason);
    if (signal?.aborted) follow();
    signal?.addEventListener("abort", follow, { once: true });
    const keep = runtime.after(timeoutMs, () => {
      controller.abort(new TimeoutError(`no answer within \`${timeoutMs}\` ms`));
    });
    const clear = () => {
      keep();
      signal?.removeEventListener("abort", follow);
    };
    return { signal: controller.signal, clear, keep };
  }

  /** Who gave up by their own will gets the signal's reason; everything else that is no error of ours is the network. */
  #named(cause: unknown, asked: AbortSignal | undefined, own: AbortSignal): unknown {
    if (asked?.aborted) return asked.reason;
    if (cause instanceof CredentialsError) return cause;
    if (own.aborted && own.reason instanceof TimeoutError) return own.reason;
    if (cause instanceof StoreError || !(cause instanceof TypeError)) return cause;
    return new NetworkError("the store cannot be reached", { cause });
  }
}

/** Waits for the token as long as for an answer; nothing was sent meanwhile. */
function within(signing: Promise<Signed>, signal: AbortSignal): Promise<Signed> {
  return new Promise((resolve, reject) => {
    const late = () => reject(new CredentialsError("`getToken` gave no token in time"));
    if (signal.aborted) late();
    signal.addEventListener("abort", late, { once: true });
    signing.then(resolve, reject);
  });
}

/** Seconds from `Retry-After`, which the store gives as a number. */
export function retryAfterOf(headers: Headers): number | null {
  const seconds = Number(headers.get("Retry-After") ?? NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds : null;
}

function parsed(text: string, response: Response): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new UnexpectedAnswerError("the answer is not JSON", response.status, retryAfterOf(response.headers));
  }
}

function refusal(text: string, response: Response): StoreError {
  const retryAfter = retryAfterOf(response.headers);
  try {
    const document: unknown = JSON.parse(text);
    if (isProblem(document)) return new ProblemError(document, retryAfter);
  } catch {
    // Not of the store: told below.
  }
  return new UnexpectedAnswerError(`the answer \`${response.status}\` is not the store's`, response.status, retryAfter);
}

function isProblem(document: unknown): document is ProblemDocument {
  if (typeof document !== "object" || document === null) return false;
  const { code, status, detail, reasons } = document as Partial<ProblemDocument>;
  return typeof code === "string" && typeof status === "number" && typeof detail === "string" && Array.isArray(reasons);
}
