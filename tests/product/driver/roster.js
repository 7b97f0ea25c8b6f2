// Which tenants there are, and what the driver has to know of them. Everything else is asked of the store.

import { IMPORTED } from './world.js';

/** The tenants. */
export class Roster {
  #signedUp = 0;

  constructor() {
    this.tenants = IMPORTED.map((id) => ({ id, isPaid: false, subscriptionId: undefined }));
  }

  /** A tenant that signs up next. */
  next(isPaid) {
    return { id: `t-${this.#signedUp++}`, isPaid };
  }

  add(tenant) {
    this.tenants.push(tenant);
  }

  /** A tenant that leaves is still compared: nothing may be left of it. */
  leave(tenant) {
    tenant.hasLeft = true;
  }

  /** Those that have not left. */
  get present() {
    return this.tenants.filter((tenant) => !tenant.hasLeft);
  }

  get ids() {
    return this.tenants.map((tenant) => tenant.id);
  }
}
