// What actions look up before they do something: somebody, somewhere, and what there is.

import { AUDITOR, PEOPLE } from '../world.js';

/** Somebody to act in a tenant: mostly one of its people, sometimes the auditor, who may do everything, or a stranger. */
export async function actor({ api, dice }, tenant) {
  if (dice.chance(0.35)) return AUDITOR;
  if (dice.chance(0.1)) return dice.pick(PEOPLE);
  const members = (await api.list('memberships')).filter((membership) => membership.mandateId === tenant.id);
  return dice.pick(members)?.userId ?? AUDITOR;
}

/** Somebody whom something is done to: mostly one of the tenant's people. */
export async function colleague({ api, dice }, tenant) {
  const members = (await api.list('memberships')).filter((membership) => membership.mandateId === tenant.id);
  return (dice.chance(0.85) && dice.pick(members)?.userId) || dice.pick(PEOPLE);
}

/** An instance of a tenant, as its admins see it; undefined where there is none of these states. */
export async function instanceOf(scene, tenant, isWanted = (state) => state !== 'ended') {
  return scene.dice.pick((await inventory(scene, tenant)).filter((instance) => isWanted(instance.state)));
}

/** Every instance of a tenant. */
export async function inventory({ api }, tenant) {
  const { status, body } = await api.as(AUDITOR, 'GET', `/api/store/instances?mandateId=${tenant.id}`);
  return status === 200 ? body : [];
}

/** One word for what came of a request. */
export const outcome = ({ status, body }) => [status, body?.code].filter(Boolean).join(' ');
