// Plans and subscriptions change: by a service, at Stripe, and by time alone.

import { FREE_PLANS } from '../world.js';
import { outcome } from './look.js';

const FREE_STATUSES = ['ACTIVE', 'PAUSED', 'EXPIRED', 'UNPAID'];
const STRIPE_STATUSES = ['active', 'past_due', 'unpaid', 'paused'];
/** How often one that is not in force is put into force again, so that something can happen there. */
const REVIVED = 0.8;

async function subscriptionOf({ api, dice, roster }, isPaid) {
  const tenants = roster.present.filter((tenant) => tenant.isPaid === isPaid).map(({ id }) => id);
  return dice.pick((await api.list('subscriptions')).filter(({ mandateId }) => tenants.includes(mandateId)));
}

async function patched({ api }, subscription, patch) {
  const answer = await api.machine('PATCH', `/api/admin/subscriptions/${subscription.id}`, patch);
  return `subscription of ${subscription.mandateId} gets ${JSON.stringify(patch)}: ${outcome(answer)}`;
}

async function plan(scene) {
  const subscription = await subscriptionOf(scene, false);
  return subscription && patched(scene, subscription, { planKey: scene.dice.pick(FREE_PLANS) });
}

async function status(scene) {
  const subscription = await subscriptionOf(scene, false);
  if (!subscription) return undefined;
  const isRevived = subscription.status !== 'ACTIVE' && scene.dice.chance(REVIVED);
  return patched(scene, subscription, { status: isRevived ? 'ACTIVE' : scene.dice.pick(FREE_STATUSES), trialEndsAt: null });
}

/** A trial that ends in a moment: nobody does anything then. */
async function trial(scene) {
  const subscription = await subscriptionOf(scene, false);
  const trialEndsAt = new Date(Date.now() + scene.dice.below(3000)).toISOString();
  return subscription && patched(scene, subscription, { status: 'TRIALING', trialEndsAt });
}

async function atStripe(scene) {
  const subscription = await subscriptionOf(scene, true);
  if (!subscription?.stripeSubscriptionId) return undefined;
  const isRevived = subscription.status !== 'ACTIVE' && scene.dice.chance(REVIVED);
  const status = isRevived ? 'active' : scene.dice.pick(STRIPE_STATUSES);
  await scene.stripe.edit(subscription.stripeSubscriptionId, { status });
  return `subscription of ${subscription.mandateId} is ${status} at Stripe`;
}

/** What a plan allows changes for all who have it. */
async function allowance({ api, dice }) {
  const most = dice.pick([1, 3, 5]);
  const answer = await api.machine('PATCH', '/api/admin/plans/FREE3', { maxFeatureInstances: most });
  return `plan FREE3 allows ${most}: ${outcome(answer)}`;
}

export const SUBSCRIPTION_ACTIONS = [[3, plan], [6, status], [3, trial], [5, atStripe], [1, allowance]];
