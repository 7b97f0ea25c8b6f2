// The service's API as a test asks it beside the page.

import { request } from './json_http.js';
import { tokenOf } from './token.js';

/** The API of one host. */
export class Api {
  constructor(host) {
    this.host = host;
  }

  get(user, path) {
    return request('GET', this.host.url + path, undefined, { authorization: `Bearer ${tokenOf(user)}` });
  }

  post(user, path, body, headers = {}) {
    return request('POST', this.host.url + path, body, { authorization: `Bearer ${tokenOf(user)}`, ...headers });
  }

  activate(user, mandateId, featureCode, more = {}) {
    return this.post(user, '/api/store/activate', { mandateId, featureCode, ...more });
  }

  deactivate(user, mandateId, featureCode, instanceId, more = {}) {
    return this.post(user, '/api/store/deactivate', { mandateId, featureCode, instanceId, ...more });
  }

  restore(user, mandateId, instanceId) {
    return this.post(user, '/api/store/restore', { mandateId, instanceId });
  }

  /** Every instance of a mandate, as its admins see it. */
  async instances(user, mandateId) {
    const { body } = await this.get(user, `/api/store/instances?mandateId=${encodeURIComponent(mandateId)}`);
    return body;
  }
}
