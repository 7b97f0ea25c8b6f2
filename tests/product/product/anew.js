// Makes the mirror anew from what the store says now: where there is none yet, after an import, and when events are gone.

import { nothing } from './mirror.js';

/** How many checks the store answers at once. */
const AT_ONCE = 100;

/** The mirror, up to a place that was there before the first question: what happened meanwhile is told after it. */
export async function anew(events, directory, checks) {
  const mirror = { ...nothing(), place: await newestPlace(events) };
  for (const { id, mandateId, planKey, status } of await directory.list('subscriptions')) {
    mirror.subscriptions[id] = { mandateId, planKey, status };
  }
  const members = await directory.list('memberships');
  for (let first = 0; first < members.length; first += AT_ONCE) {
    const asked = members.slice(first, first + AT_ONCE).map(({ userId, mandateId }) => ({ userId, mandateId }));
    for (const { userId, mandateId, instances } of await checks.entitlements(asked)) {
      for (const instance of instances) take(mirror, userId, mandateId, instance);
    }
  }
  return mirror;
}

/** One instance that a person has access to. What billing has not confirmed is told by an event, if it comes to be. */
function take(mirror, userId, mandateId, { instanceId, featureCode, state, accessEnabled, roles }) {
  if (state === 'reserved') return;
  mirror.instances[instanceId] ??= { mandateId, featureCode, state, users: {} };
  if (accessEnabled) mirror.instances[instanceId].users[userId] = roles;
}

async function newestPlace(events) {
  for (let place = 0; ; ) {
    const page = await events.events(place);
    place = Number(page.next);
    if (!page.more) return place;
  }
}
