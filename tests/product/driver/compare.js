// The product's mirror against the store: who has access to what, what there is and how it stands, subscriptions.

import { AUDITOR, PEOPLE } from './world.js';

/** What differs, in words; nothing when the mirror is right. */
export async function differences({ api, product, roster }) {
  const [store, mirror] = [await asStored(api, roster), await product.mirror()];
  const found = [...store.unsettled];
  compare(found, 'instance', store.instances, mirror.instances);
  compare(found, 'subscription', store.subscriptions, mirror.subscriptions);
  return found;
}

/** The store's side, in the words of the mirror, out of four readings that say the same in different ways. */
async function asStored(api, roster) {
  const [instances, unsettled] = [{}, []];
  const checks = [AUDITOR, ...PEOPLE].flatMap((userId) => roster.ids.map((mandateId) => ({ userId, mandateId })));
  for (const { userId, mandateId, instances: held } of await api.entitlements(checks)) {
    for (const { instanceId, featureCode, state, accessEnabled, usable, roles } of held) {
      if (usable !== (accessEnabled && state === 'active')) unsettled.push(`${userId} on ${instanceId} is usable against its state`);
      if (state === 'reserved') unsettled.push(`${instanceId} waits for billing`);
      instances[instanceId] ??= { mandateId, featureCode, state, users: {} };
      if (accessEnabled) instances[instanceId].users[userId] = roles;
    }
  }
  for (const { userId, featureInstanceId, enabled } of await api.list('accesses')) {
    if (enabled !== userId in (instances[featureInstanceId]?.users ?? {})) {
      unsettled.push(`the access of ${userId} to ${featureInstanceId} and its entitlements disagree`);
    }
  }
  for (const tenant of roster.ids) {
    const { status, body } = await api.as(AUDITOR, 'GET', `/api/store/instances?mandateId=${tenant}`);
    for (const { instanceId, state } of status === 200 ? body : []) {
      if (['active', 'suspended', 'disabled'].includes(state) && instances[instanceId]?.state !== state) {
        unsettled.push(`${instanceId} is ${state} in the inventory and ${instances[instanceId]?.state} by entitlements`);
      }
    }
  }
  const subscriptions = {};
  for (const { id, mandateId, planKey, status } of await api.list('subscriptions')) subscriptions[id] = { mandateId, planKey, status };
  return { instances, subscriptions, unsettled };
}

function compare(found, kind, store, mirror) {
  for (const id of new Set([...Object.keys(store), ...Object.keys(mirror)])) {
    const [stored, mirrored] = [store[id], mirror[id]].map(canonical);
    if (stored !== mirrored) found.push(`${kind} ${id}: the store has ${stored}, the mirror ${mirrored}`);
  }
}

/** The value with its members in one order. */
function canonical(value) {
  const ordered = (_key, part) => (part && typeof part === 'object' && !Array.isArray(part) ? Object.fromEntries(Object.entries(part).sort()) : part);
  return value === undefined ? 'nothing' : JSON.stringify(value, ordered);
}
