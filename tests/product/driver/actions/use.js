// Somebody uses a feature: what the product answered is held against what the store says before and after.

import assert from 'node:assert/strict';

import { AUDITOR, FEATURES, PEOPLE } from '../world.js';

/** What a person may use of a feature: ids of instances. */
async function usable({ api }, user, tenant, feature) {
  const [{ instances }] = await api.entitlements([{ userId: user, mandateId: tenant, featureCode: feature }]);
  return instances.filter((instance) => instance.usable).map((instance) => instance.instanceId);
}

/** One use, checked. Answers what the product said. */
export async function useFeature(scene, user, tenant, feature) {
  const before = await usable(scene, user, tenant, feature);
  const answer = await scene.product.as(user, 'POST', `/tenants/${tenant}/features/${feature}`);
  const after = await usable(scene, user, tenant, feature);
  const told = answer.status === 200 ? answer.body.used : [];
  assert.ok([200, 403].includes(answer.status), `the product answered ${answer.status} ${JSON.stringify(answer.body)}`);
  assert.equal(answer.status === 200, told.length > 0);
  // Billing or time may change it in between: then either is right.
  const isRight = [before, after].some((right) => JSON.stringify(right) === JSON.stringify(told));
  assert.ok(isRight, `${user} uses ${feature} in ${tenant}: the product said ${told}, the store ${before}, then ${after}`);
  return told;
}

async function use(scene) {
  const { dice, roster } = scene;
  const anybody = { user: dice.pick([AUDITOR, ...PEOPLE]), tenant: dice.pick(roster.ids), feature: dice.pick(FEATURES) };
  // Mostly somebody who has something there, or had it a moment ago.
  const { user, tenant, feature } = (dice.chance(0.7) && (await holder(scene))) || anybody;
  const used = await useFeature(scene, user, tenant, feature);
  return `${user} uses ${feature} in ${tenant}: ${used.length > 0 ? 'yes' : 'no'}`;
}

/** Somebody with access to something, as the mirror has it. */
async function holder({ product, dice }) {
  const { mandateId, featureCode, users } = dice.pick(Object.values((await product.mirror()).instances)) ?? {};
  const user = users && dice.pick(Object.keys(users));
  return user && { user, tenant: mandateId, feature: featureCode };
}

export const USE_ACTIONS = [[25, use]];
