// What admins and their colleagues do in the store: activate, share, hand over, give up, end, restore.

import { FEATURES } from '../world.js';
import { actor, colleague, instanceOf, outcome } from './look.js';

async function activate(scene) {
  const [tenant, featureCode] = [scene.dice.pick(scene.roster.present), scene.dice.pick(FEATURES)];
  const user = await actor(scene, tenant);
  const answer = await scene.api.as(user, 'POST', '/api/store/activate', { featureCode, mandateId: tenant.id });
  return `${user} activates ${featureCode} in ${tenant.id}: ${outcome(answer)}`;
}

/** Somebody does something to an instance. */
async function toInstance(scene, told, ask, isWanted) {
  const tenant = scene.dice.pick(scene.roster.present);
  const instance = await instanceOf(scene, tenant, isWanted);
  if (!instance) return undefined;
  const user = await actor(scene, tenant);
  const { method = 'POST', path, body } = ask(instance, await colleague(scene, tenant));
  const answer = await scene.api.as(user, method, path, { mandateId: tenant.id, ...body });
  return `${user} ${told} ${instance.instanceId} in ${tenant.id} ${JSON.stringify(body)}: ${outcome(answer)}`;
}

const deactivate = (more) => ({ instanceId, featureCode }, userId) => ({
  path: '/api/store/deactivate',
  body: { instanceId, featureCode, ...more(userId) },
});
const accesses = (method, more) => ({ instanceId, featureCode }, userId) => ({
  method,
  path: `/api/store/instances/${instanceId}/accesses`,
  body: more(userId, featureCode),
});

const giveUp = (scene) => toInstance(scene, 'gives up', deactivate(() => ({})));
const end = (scene) => toInstance(scene, 'ends', deactivate(() => ({ scope: 'mandate' })));
const takeAway = (scene) => toInstance(scene, 'takes from a colleague', deactivate((userId) => ({ userId })));
const role = (scene, featureCode) => `${featureCode}-${scene.dice.pick(['admin', 'user', 'viewer'])}`;
const share = (scene) =>
  toInstance(scene, 'shares', accesses('POST', (userId, featureCode) => ({ userId, role: role(scene, featureCode) })));
const handOver = (scene) =>
  toInstance(scene, 'hands over', accesses('POST', (userId, featureCode) => ({ userId, role: `${featureCode}-admin`, ownAccess: 'leave' })));
const unshare = (scene) => toInstance(scene, 'unshares', accesses('DELETE', (userId) => ({ userId })));
const restore = (scene) =>
  toInstance(scene, 'restores', ({ instanceId }) => ({ path: '/api/store/restore', body: { instanceId } }), (state) => state === 'ended');

/** All or nothing, at one instant: an activation and an end as one operation. */
async function together(scene) {
  const tenant = scene.dice.pick(scene.roster.present);
  const instance = await instanceOf(scene, tenant);
  const user = await actor(scene, tenant);
  const wish = { mandateId: tenant.id, activate: [scene.dice.pick(FEATURES)], deactivate: instance ? [instance.instanceId] : [] };
  const quote = await scene.api.as(user, 'POST', '/api/store/quote', wish);
  if (quote.status !== 200) return `${user} is not quoted ${JSON.stringify(wish)}: ${outcome(quote)}`;
  const answer = await scene.api.as(user, 'POST', '/api/store/changes', { ...wish, quoteId: quote.body.id });
  return `${user} changes ${JSON.stringify(wish)}: ${outcome(answer)}`;
}

export const FEATURE_ACTIONS = [
  [20, activate],
  [5, giveUp],
  [3, end],
  [3, takeAway],
  [12, share],
  [3, handOver],
  [3, unshare],
  [6, restore],
  [3, together],
];
