// The store's machine API. Whatever is not an answer that was hoped for is an error.

import { tokenOfService } from './tokens.js';

/** How often a request is sent whose repetition does no harm, and the pause before each further time. */
const TRIES = 3;
const PAUSE_MS = 200;
const TIMEOUT_MS = 10_000;

/** The store did not do it: what it answered, or status 503 when it did not answer. */
export class StoreError extends Error {
  constructor(status, code, message) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** The machine API with these scopes. */
export class Store {
  constructor(config, scopes) {
    this.url = config.storeUrl;
    this.token = () => tokenOfService(config.service, scopes);
  }

  /** Writes an entry, whatever was there: it may be sent again. */
  put(kind, id, entry) {
    return this.#again('PUT', `/api/admin/${kind}/${encodeURIComponent(id)}`, entry);
  }

  /** Deletes an entry; one that is not there is fine. A mandate goes later, when nothing is billed there any more. */
  remove(kind, id) {
    return this.#again('DELETE', `/api/admin/${kind}/${encodeURIComponent(id)}`);
  }

  /** All entries of a kind. */
  async list(kind) {
    const items = [];
    for (let after = ''; after !== null; ) {
      const page = await this.#again('GET', `/api/admin/${kind}?limit=500${after && `&after=${encodeURIComponent(after)}`}`);
      items.push(...page.body.items);
      after = page.body.next ?? null;
    }
    return items;
  }

  /** Who may use what, of one person in one tenant; status 304 when the answer is the one of the tag. */
  entitlement(userId, mandateId, featureCode, tag) {
    const query = new URLSearchParams({ userId, mandateId, ...(featureCode && { featureCode }) });
    return this.#again('GET', `/api/entitlements?${query}`, undefined, tag ? { 'if-none-match': tag } : {});
  }

  /** The same of up to 100 people and tenants, at one moment. */
  async entitlements(checks) {
    return (await this.#again('POST', '/api/entitlements', { checks })).body.items;
  }

  /** A page of events after a place. */
  async events(after) {
    return (await this.#again('GET', `/api/admin/events?limit=500&after=${after}`)).body;
  }

  /** Where the product is told of events: all endpoints there are. */
  async endpoints() {
    return (await this.#again('GET', '/api/admin/event-endpoints?limit=500')).body.items;
  }

  /** A new endpoint: its id and its secret. Sent once: a second one would be told everything twice. */
  async addEndpoint(url) {
    return (await this.#send('POST', '/api/admin/event-endpoints', { url })).body;
  }

  /** A new secret of an endpoint; the others hold no longer. */
  async newSecret(id) {
    return (await this.#again('POST', `/api/admin/event-endpoints/${id}/secrets`, { overlapSeconds: 0 })).body.secret;
  }

  async #again(method, path, body, headers) {
    for (let tries = 1; ; tries++) {
      try {
        return await this.#send(method, path, body, headers);
      } catch (error) {
        if (tries === TRIES || ![503, 504].includes(error.status)) throw error;
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS * tries));
      }
    }
  }

  async #send(method, path, body, headers = {}) {
    const json = body === undefined ? {} : { 'content-type': 'application/json' };
    const request = { method, headers: { ...json, ...headers, authorization: `Bearer ${this.token()}` } };
    let answer, text;
    try {
      answer = await fetch(this.url + path, { ...request, body: body && JSON.stringify(body), signal: AbortSignal.timeout(TIMEOUT_MS) });
      text = await answer.text();
    } catch (error) {
      throw new StoreError(503, 'no-answer', `${method} ${path}: the store does not answer: ${error.message}`);
    }
    const content = text && JSON.parse(text);
    if (answer.status >= 400) throw new StoreError(answer.status, content.code, `${method} ${path}: ${answer.status} ${text}`);
    return { status: answer.status, tag: answer.headers.get('etag'), body: content };
  }
}
