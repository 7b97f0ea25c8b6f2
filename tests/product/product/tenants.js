// What the product writes into the store about its tenants and people. Each can be sent again: ids are the product's own.

const roleOf = (tenant, label) => `${tenant}-${label}`;

/** Tenants and people, as the product keeps them in the store. */
export class Tenants {
  constructor(store) {
    this.store = store;
  }

  /** A new tenant with its subscription. `stripe` binds it to what Stripe bills, where the plan costs something. */
  async signUp({ tenant, name, plan, stripe }) {
    await this.store.put('mandates', tenant, { name });
    for (const label of ['admin', 'user']) {
      await this.store.put('roles', roleOf(tenant, label), { roleLabel: label, mandateId: tenant });
    }
    const bound = stripe && { stripeSubscriptionId: stripe.subscription, stripeItemIdInstances: stripe.item };
    await this.store.put('subscriptions', tenant, { mandateId: tenant, planKey: plan, status: 'ACTIVE', ...bound });
  }

  /** A tenant leaves. It goes when nothing is billed there any more; from now on nothing works there. */
  async close(tenant) {
    await this.store.remove('mandates', tenant);
  }

  /** A person of a tenant: its admin, or one of its users; `enabled` false shuts them out. */
  async person(tenant, { user, username, admin = false, enabled = true }) {
    await this.store.put('users', user, { username });
    const membership = { userId: user, mandateId: tenant, enabled, roleIds: [roleOf(tenant, admin ? 'admin' : 'user')] };
    await this.store.put('memberships', `${tenant}-${user}`, membership);
  }

  /** A person leaves a tenant. */
  async leave(tenant, user) {
    await this.store.remove('memberships', `${tenant}-${user}`);
  }

  /** A person leaves the product. */
  async forget(user) {
    await this.store.remove('users', user);
  }
}
