// Builds import documents (`feature-store-fixture/1`) from short notes about mandates, people and instances.

/** A document under construction. Every method adds and returns the builder. */
export class Document {
  #sections = { plans: [], features: [], users: [], mandates: [], roles: [], memberships: [], subscriptions: [], instances: [], accesses: [] };
  #items = [];

  /** A plan; `price` in minor units of CHF or null, `limit` of instances or null. */
  plan(key, label, price, limit, more = {}) {
    this.#sections.plans.push({
      key, label, price: price === null ? null : { minor: price, currency: 'CHF' }, billingPeriod: price ? 'MONTHLY' : 'NONE',
      maxDataVolumeMB: 1024, maxFeatureInstances: limit, budgetAiCHF: 10, ...more,
    });
    return this;
  }

  /** A feature as an import document has it. */
  feature(feature) {
    this.#sections.features.push(feature);
    return this;
  }

  user(id, more = {}) {
    this.#sections.users.push({ id, username: id.replace(/^u-/, ''), email: `${id}@example.org`, ...more });
    return this;
  }

  mandate(id, label, more = {}) {
    this.#sections.mandates.push({ id, name: id, label, ...more });
    return this;
  }

  /** A membership with roles of these labels. */
  member(user, mandate, labels, more = {}) {
    const roleIds = labels.map((label) => this.#role(mandate, label));
    this.#sections.memberships.push({ id: `um-${user}-${mandate}`, userId: user, mandateId: mandate, roleIds, ...more });
    return this;
  }

  /** A subscription. With `stripe` (the fields of the simulator's item) it is bound to one. */
  subscription(mandate, planKey, { status = 'ACTIVE', stripe, ...more } = {}) {
    const id = `s-${mandate}-${this.#sections.subscriptions.length}`;
    // Stripe's ids hold no hyphens.
    const name = id.replaceAll('-', '_');
    const bound = stripe && { stripeSubscriptionId: `sub_${name}`, stripeItemIdInstances: `si_${name}` };
    this.#sections.subscriptions.push({ id, mandateId: mandate, planKey, status, ...bound, ...more });
    if (stripe) {
      const { price_minor: minor, ...item } = stripe;
      const plan = this.#sections.plans.find((entry) => entry.key === planKey);
      const price = { id: `price_${name}`, unit_amount: minor ?? plan?.price?.minor ?? 0, currency: 'chf', interval: 'month' };
      const quantity = this.#sections.instances.filter((instance) => instance.mandateId === mandate).length;
      this.#items.push({ id: `si_${name}`, subscription: `sub_${name}`, quantity, price, ...item });
    }
    return this;
  }

  /** An instance that these users have access to. Instances come before the mandate's subscription, which counts them. */
  instance(id, mandate, featureCode, users, more = {}) {
    this.#sections.instances.push({ id, featureCode, mandateId: mandate, label: null, ...more });
    for (const user of users) {
      const { user: userId, ...access } = typeof user === 'string' ? { user } : user;
      const roleId = this.#instanceRole(id, mandate, featureCode);
      this.#sections.accesses.push({ id: `fa-${userId}-${id}`, userId, featureInstanceId: id, roleIds: [roleId], ...access });
    }
    return this;
  }

  /** The document, ready for the import. */
  build() {
    return { format: 'feature-store-fixture/1', ...this.#sections, stripe: { items: this.#items } };
  }

  #role(mandate, label) {
    const id = `r-${mandate}-${this.#sections.roles.length}`;
    this.#sections.roles.push({ id, roleLabel: label, mandateId: mandate });
    return id;
  }

  #instanceRole(instance, mandate, featureCode) {
    const id = `r-${instance}-admin`;
    if (!this.#sections.roles.some((role) => role.id === id)) {
      this.#sections.roles.push({ id, roleLabel: `${featureCode}-admin`, mandateId: mandate, featureInstanceId: instance, featureCode });
    }
    return id;
  }
}

/** The Stripe item of a mandate in a built document. */
export function itemOf(document, mandate) {
  const bound = document.subscriptions.find((entry) => entry.mandateId === mandate && entry.stripeItemIdInstances);
  return { item: bound.stripeItemIdInstances, subscription: bound.stripeSubscriptionId };
}
