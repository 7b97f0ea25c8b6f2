// Tenants sign up and leave through the product; now and then one is closed and opened again.

import { AUDITOR, FREE_PLANS, IMPORTED, PAID_PLAN, PEOPLE, stripeItem } from '../world.js';
import { outcome } from './look.js';

/** So many tenants are enough. */
const MOST = 12;

/** A tenant signs up: the product writes it, until all of it is there. */
export async function signUp({ product, stripe, roster, dice }, isPaid = dice.chance(0.4)) {
  if (roster.present.length >= MOST) return undefined;
  const tenant = roster.next(isPaid);
  const plan = isPaid ? PAID_PLAN : dice.pick(FREE_PLANS);
  const item = stripeItem(tenant.id);
  if (isPaid) await stripe.seed([item]);
  const bound = isPaid ? { stripe: { subscription: item.subscription, item: item.id } } : {};
  roster.add(tenant);
  const orders = [
    [`/tenants/${tenant.id}`, { name: tenant.id, plan, ...bound }],
    [`/tenants/${tenant.id}/people/${AUDITOR}`, { username: 'auditor', admin: true }],
    ...[1, 2, 3].map(() => dice.pick(PEOPLE)).map((user) => [`/tenants/${tenant.id}/people/${user}`, { username: user, admin: dice.chance(0.5) }]),
  ];
  for (const [path, body] of orders) {
    const answer = await product.office('PUT', path, body);
    if (answer.status !== 204) throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  }
  return `${tenant.id} signs up on ${plan}`;
}

async function leave({ product, roster, dice }) {
  const tenant = dice.pick(roster.present.filter(({ id }) => !IMPORTED.includes(id)));
  if (!tenant || roster.present.length < 5) return undefined;
  const answer = await product.office('DELETE', `/tenants/${tenant.id}`);
  if (answer.status === 204) roster.leave(tenant);
  return `${tenant.id} leaves: ${outcome(answer)}`;
}

async function closeOrOpen({ api, roster, dice }) {
  const tenant = dice.pick(roster.present);
  const enabled = dice.chance(0.75);
  const answer = await api.machine('PATCH', `/api/admin/mandates/${tenant.id}`, { enabled });
  return `${tenant.id} is ${enabled ? 'open' : 'closed'}: ${outcome(answer)}`;
}

export const TENANT_ACTIONS = [[5, signUp], [1, leave], [3, closeOrOpen]];
