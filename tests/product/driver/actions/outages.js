// What breaks: the product and the store are killed, Stripe does not answer, events are sent once more.

import assert from 'node:assert/strict';

import { FEATURES, PEOPLE } from '../world.js';
import { actor, outcome } from './look.js';

async function restartProduct({ product }) {
  await product.restart();
  return 'the product is killed and started';
}

/** While the store is away nobody uses anything: what is not known is no yes. */
async function restartStore({ host, product, roster, dice }) {
  await host.kill();
  const [user, tenant] = [dice.pick(PEOPLE), dice.pick(roster.ids)];
  const { status } = await product.as(user, 'POST', `/tenants/${tenant}/features/${dice.pick(FEATURES)}`);
  assert.equal(status, 503, 'the store is away');
  await host.start();
  return 'the store is killed and started';
}

/** The store is killed while it does something; whoever asked gets no answer, or just one. */
async function killStoreAtWork(scene) {
  const { api, host, roster, dice } = scene;
  const [tenant, featureCode] = [dice.pick(roster.present), dice.pick(FEATURES)];
  const user = await actor(scene, tenant);
  const asked = api.as(user, 'POST', '/api/store/activate', { featureCode, mandateId: tenant.id });
  await new Promise((resolve) => setTimeout(resolve, dice.below(60)));
  await host.kill();
  const answer = await asked;
  await host.start();
  return `the store is killed while ${user} activates ${featureCode} in ${tenant.id}: ${outcome(answer)}`;
}

async function troubleStripe({ stripe, dice }) {
  const action = dice.pick([
    { type: 'drop', at: 'before', how: 'rst' },
    { type: 'drop', at: 'after', how: 'close' },
    { type: 'status', status: 503, body: 'html', at: 'before' },
    { type: 'delay', ms: 1500, at: 'after' },
    { type: 'decline' },
  ]);
  await stripe.plan({ match: { method: 'POST' }, times: 1 + dice.below(2), action });
  return `Stripe will ${JSON.stringify(action)}`;
}

/** Events that were told are told again. */
async function resend({ api, dice, progress }) {
  const { body } = await api.machine('GET', '/api/admin/event-endpoints');
  const { body: waiting } = await api.machine('GET', `/api/admin/events?limit=100&after=${Math.max(0, progress.place - 100)}`);
  const event = dice.pick(waiting.items);
  if (!event) return undefined;
  const answer = await api.machine('POST', `/api/admin/event-endpoints/${body.items[0].id}/resend`, { eventId: event.id });
  return `event ${event.sequence} is sent once more: ${outcome(answer)}`;
}

export const OUTAGE_ACTIONS = [[3, restartProduct], [3, restartStore], [2, killStoreAtWork], [3, troubleStripe], [5, resend]];
