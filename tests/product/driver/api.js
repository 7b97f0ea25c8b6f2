// The store's API as the driver asks it: in the name of people, and as a service of its own. Who gets no answer gets status 0.

import { request } from '../../browser/harness/json_http.js';
import { tokenOf } from '../../browser/harness/token.js';
import { tokenOfService } from '../product/tokens.js';

/** What hosts accept service tokens by. */
export const SERVICE = {
  issuer: 'https://product.example',
  audience: 'turnpike-machine',
  secret: 'a-secret-of-the-products-services-with-enough-bytes',
};

const SCOPES = ['directory:read', 'directory:write', 'catalog:read', 'catalog:write', 'entitlements:read', 'events:read', 'events:write'];
/** How many checks the store answers at once. */
const CHECKS = 100;

/** The API of one host. */
export class Api {
  constructor(host) {
    this.host = host;
  }

  /** In the name of a person. */
  as(user, method, path, body) {
    return this.#ask(method, path, body, tokenOf(user));
  }

  /** As a service that may do everything. */
  machine(method, path, body) {
    return this.#ask(method, path, body, tokenOfService(SERVICE, SCOPES));
  }

  /** All entries of a kind. */
  async list(kind) {
    return this.#pages((after) => `/api/admin/${kind}?limit=500${after ? `&after=${encodeURIComponent(after)}` : ''}`);
  }

  /** The place of the newest event. */
  async newestPlace(after) {
    for (let place = after; ; ) {
      const { body } = await this.#must('GET', `/api/admin/events?limit=500&after=${place}`);
      place = Number(body.next);
      if (!body.more) return place;
    }
  }

  /** What everybody may use everywhere. */
  async entitlements(checks) {
    const items = [];
    for (let first = 0; first < checks.length; first += CHECKS) {
      const { body } = await this.#must('POST', '/api/entitlements', { checks: checks.slice(first, first + CHECKS) });
      items.push(...body.items);
    }
    return items;
  }

  async #pages(path) {
    const items = [];
    for (let after; after !== null; ) {
      const { body } = await this.#must('GET', path(after));
      items.push(...body.items);
      after = body.next ?? null;
    }
    return items;
  }

  async #must(method, path, body) {
    const answer = await this.machine(method, path, body);
    if (answer.status !== 200) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer;
  }

  async #ask(method, path, body, token) {
    let answer;
    try {
      answer = await request(method, this.host.url + path, body, { authorization: `Bearer ${token}` });
    } catch (error) {
      return { status: 0, body: { code: error.cause?.code ?? error.message } };
    }
    // Everything else is an answer; this one is a fault of the store.
    if (answer.status === 500) throw new Error(`${method} ${path} ${JSON.stringify(body)}: ${JSON.stringify(answer.body)}`);
    return answer;
  }
}
